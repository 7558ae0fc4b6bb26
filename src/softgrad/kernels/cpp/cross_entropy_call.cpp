// From the Python call to a softmax x cross-entropy job.
#include <cstdlib>

#include "calls.hpp"
#include "instruction_sets.hpp"

namespace softgrad {

// The caller has checked the labels against the classes with a message for people; this guards
// the memory, because a kernel writes where the label points.
template <class Label>
static bool labels_in_range(const ArrayView& target, std::int64_t classes) {
    const Label* labels = static_cast<const Label*>(target.data);
    for (std::int64_t row = 0; row < target.size; ++row) {
        if (labels[row] < 0 || labels[row] >= classes) return false;
    }
    return true;
}

static bool target_kind_of(const LogitsCall& call, const ArrayView& target, TargetKind& kind) {
    const ArrayView& logits = call.logits;
    if (target.element_type == logits.element_type) {
        kind = TargetKind::distribution;
        return same_shape(target, logits);
    }
    if (!has_shape(target, logits.shape, logits.dimensions - 1)) return false;
    if (target.element_type == ElementType::int64) {
        kind = TargetKind::label_int64;
        return labels_in_range<std::int64_t>(target, call.classes);
    }
    if (target.element_type == ElementType::int32) {
        kind = TargetKind::label_int32;
        return labels_in_range<std::int32_t>(target, call.classes);
    }
    return false;
}

template <class T>
static bool run(const RowKernels<T>& kernels, const LogitsCall& call, TargetKind kind,
                const ArrayView& target, const void* weights, void* values) {
    CrossEntropyJob<T> job{call.job<T>(),
                           kind,
                           target.data,
                           static_cast<const T*>(weights),
                           static_cast<T*>(values),
                           nullptr};
    const bool needs_scratch = kind == TargetKind::distribution && call.in_place();
    if (needs_scratch) {
        job.scratch = static_cast<T*>(std::malloc(sizeof(T) * static_cast<size_t>(call.classes)));
        if (!job.scratch) return false;
    }
    {
        const WithoutGil unlocked(call.logits.size);
        kernels.cross_entropy(job);
    }
    std::free(job.scratch);
    return true;
}

PyObject* softmax_cross_entropy_call(PyObject* logits, PyObject* target_object, double temperature,
                                     PyObject* row_weight, PyObject* out) {
    LogitsCall call;
    if (!call.prepare(logits, temperature, out)) return LogitsCall::refusal();
    ArrayView target;
    TargetKind kind;
    if (!view_array(target_object, target) || !target_kind_of(call, target, kind) ||
        call.result_overlaps(target)) {
        return LogitsCall::refusal();
    }
    const int batch_dimensions = call.logits.dimensions - 1;
    const void* weights = nullptr;
    if (row_weight != Py_None) {
        ArrayView view;
        if (!view_array(row_weight, view) || view.element_type != call.logits.element_type ||
            !has_shape(view, call.logits.shape, batch_dimensions) || call.result_overlaps(view)) {
            return LogitsCall::refusal();
        }
        weights = view.data;
    }
    PyObject* values = new_array(batch_dimensions, call.logits.shape, call.logits.element_type);
    if (!values) return nullptr;

    const KernelTable& kernels = *current_instruction_set().kernels;
    void* data = array_data(values);
    const bool done = call.logits.element_type == ElementType::float64
                          ? run(kernels.float64, call, kind, target, weights, data)
                          : run(kernels.float32, call, kind, target, weights, data);
    PyObject* pair = done ? PyTuple_New(2) : PyErr_NoMemory();
    if (!pair) {
        Py_DECREF(values);
        return nullptr;
    }
    PyTuple_SET_ITEM(pair, 0, values);
    PyTuple_SET_ITEM(pair, 1, call.take_result());
    return pair;
}

}  // namespace softgrad
