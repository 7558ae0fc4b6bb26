// From the Python call to a softmax job.
#include "calls.hpp"
#include "instruction_sets.hpp"

namespace softgrad {

template <class T>
static void run(const RowKernels<T>& kernels, const LogitsCall& call) {
    const SoftmaxJob<T> job = call.job<T>();
    const WithoutGil unlocked(call.logits.size);
    kernels.softmax(job);
}

PyObject* softmax_call(PyObject* logits, double temperature, PyObject* out) {
    LogitsCall call;
    if (!call.prepare(logits, temperature, out)) return call.refusal();
    const KernelTable& kernels = *current_instruction_set().kernels;
    if (call.logits.element_type == ElementType::float64) {
        run(kernels.float64, call);
    } else {
        run(kernels.float32, call);
    }
    return call.take_result();
}

}  // namespace softgrad
