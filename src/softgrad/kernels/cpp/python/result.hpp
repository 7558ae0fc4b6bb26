// An array that a call fills and returns.
#pragma once

#include "arrays.hpp"

namespace softgrad {

// Where the result goes: the caller's array, or a new one. Owns its reference.
class Result {
public:
    ArrayView view;
    Result() = default;
    Result(const Result&) = delete;
    Result& operator=(const Result&) = delete;
    ~Result() { Py_XDECREF(object_); }

    bool prepare(PyObject* out, const ArrayView& like) {
        if (out == Py_None) {
            object_ = new_array_like(like);
            return object_ && view_array(object_, view);
        }
        if (!view_array(out, view) || !view.writable || view.element != Element::floating) {
            return false;
        }
        if (view.storage != like.storage || !same_shape(view, like) || overlaps_itself(view) ||
            conflict(view, like)) {
            return false;
        }
        Py_INCREF(out);
        object_ = out;
        return true;
    }

    PyObject* take() {
        PyObject* object = object_;
        object_ = nullptr;
        return object;
    }

private:
    PyObject* object_ = nullptr;
};

}  // namespace softgrad
