// What the calls from Python share. A call that cannot be served returns None, so that its caller
// takes the general path; an exception is only ever a failed allocation.
#pragma once

#include "arrays.hpp"
#include "jobs.hpp"

namespace softgrad {

// The logits of a call, and the array that receives what has the shape of the logits.
class LogitsCall {
public:
    ArrayView logits;
    std::int64_t classes;
    std::int64_t rows;
    double temperature;

    LogitsCall() = default;
    LogitsCall(const LogitsCall&) = delete;
    LogitsCall& operator=(const LogitsCall&) = delete;
    ~LogitsCall() { Py_XDECREF(result_); }

    // False if the call cannot be served; `refusal` is then what to return to Python.
    bool prepare(PyObject* logits_object, double temperature_value, PyObject* out);

    // None, or null with the Python error that stands.
    static PyObject* refusal();

    void* result_data() const { return array_data(result_); }
    bool in_place() const { return result_data() == logits.data; }
    bool result_overlaps(const ArrayView& other) const;

    // Hands the result to the caller.
    PyObject* take_result();

    template <class T>
    SoftmaxJob<T> job() const {
        return {static_cast<const T*>(logits.data), static_cast<T*>(result_data()), rows, classes,
                temperature};
    }

private:
    PyObject* result_ = nullptr;
};

// Releases the interpreter lock while it lives, where the work is worth the exchange.
class WithoutGil {
public:
    explicit WithoutGil(std::int64_t entries) {
        if (entries >= worthwhile_entries) state_ = PyEval_SaveThread();
    }
    WithoutGil(const WithoutGil&) = delete;
    WithoutGil& operator=(const WithoutGil&) = delete;
    ~WithoutGil() {
        if (state_) PyEval_RestoreThread(state_);
    }

private:
    // About ten microseconds of work; the exchange costs a tenth of one without contention.
    static constexpr std::int64_t worthwhile_entries = 8192;
    PyThreadState* state_ = nullptr;
};

// Each returns a new reference: the result, None for "cannot serve", or null with an error set.
PyObject* softmax_call(PyObject* logits, double temperature, PyObject* out);
PyObject* softmax_cross_entropy_call(PyObject* logits, PyObject* target, double temperature,
                                     PyObject* row_weight, PyObject* out);

}  // namespace softgrad
