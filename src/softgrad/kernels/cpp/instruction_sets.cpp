#include "instruction_sets.hpp"

namespace softgrad {

namespace baseline {
extern const KernelTable kernels;
}
#ifdef SOFTGRAD_X86_KERNELS
namespace avx2 {
extern const KernelTable kernels;
}
namespace avx512 {
extern const KernelTable kernels;
}
#endif

const std::vector<InstructionSet>& available_instruction_sets() {
    // Never destroyed: a thread may still ask while the process ends.
    static const std::vector<InstructionSet>& available = *new std::vector<InstructionSet>([] {
        std::vector<InstructionSet> found{{"baseline", &baseline::kernels}};
#ifdef SOFTGRAD_X86_KERNELS
        // These checks ask the operating system too: it must save the wide registers.
        if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
            found.push_back({"avx2", &avx2::kernels});
            if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")) {
                found.push_back({"avx512", &avx512::kernels});
            }
        }
#endif
        return found;
    }());
    return available;
}

static const InstructionSet*& chosen() {
    static const InstructionSet* current = &available_instruction_sets().back();
    return current;
}

const InstructionSet& current_instruction_set() { return *chosen(); }

bool use_instruction_set(std::string_view name) {
    for (const InstructionSet& candidate : available_instruction_sets()) {
        if (candidate.name == name) {
            chosen() = &candidate;
            return true;
        }
    }
    return false;
}

}  // namespace softgrad
