#include "calls.hpp"

namespace softgrad {

// Far outside any use, and far enough inside the range that no intermediate product overflows.
static constexpr double smallest_temperature = 1e-15;
static constexpr double largest_temperature = 1e15;

static bool is_floating(ElementType type) {
    return type == ElementType::float32 || type == ElementType::float64;
}

bool LogitsCall::prepare(PyObject* logits_object, double temperature_value, PyObject* out) {
    temperature = temperature_value;
    if (!(temperature >= smallest_temperature && temperature <= largest_temperature)) return false;
    if (!view_array(logits_object, logits) || !is_floating(logits.element_type)) return false;
    if (logits.dimensions == 0) return false;
    classes = logits.shape[logits.dimensions - 1];
    if (classes == 0) return false;
    rows = logits.size / classes;

    if (out == Py_None) {
        result_ = new_array(logits.dimensions, logits.shape, logits.element_type);
        return result_ != nullptr;
    }
    ArrayView given;
    if (!view_array(out, given) || !given.writable) return false;
    if (given.element_type != logits.element_type || !same_shape(given, logits)) return false;
    if (given.data != logits.data && overlap(given, logits)) return false;
    Py_INCREF(out);
    result_ = out;
    return true;
}

PyObject* LogitsCall::refusal() {
    if (PyErr_Occurred()) return nullptr;
    Py_INCREF(Py_None);
    return Py_None;
}

bool LogitsCall::result_overlaps(const ArrayView& other) const {
    ArrayView result;
    return view_array(result_, result) && overlap(result, other);
}

PyObject* LogitsCall::take_result() {
    PyObject* result = result_;
    result_ = nullptr;
    return result;
}

}  // namespace softgrad
