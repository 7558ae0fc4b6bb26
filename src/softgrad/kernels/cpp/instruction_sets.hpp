// Which instruction sets were compiled, which of them this processor has, and which one is in use.
#pragma once

#include <string_view>
#include <vector>

#include "jobs.hpp"

namespace softgrad {

struct InstructionSet {
    std::string_view name;
    const KernelTable* kernels;
};

// Those that can run here, slowest first; the first one is always "baseline".
const std::vector<InstructionSet>& available_instruction_sets();

// The one in use: the fastest available, until `use` says otherwise.
const InstructionSet& current_instruction_set();

// False if that instruction set was not compiled or this processor lacks it.
bool use_instruction_set(std::string_view name);

}  // namespace softgrad
