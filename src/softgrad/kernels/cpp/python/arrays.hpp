// NumPy arrays as the kernels want them, or a clear "no".
//
// NumPy's C interface rather than the buffer protocol or nanobind's ndarray: reading shape, dtype
// and flags is a handful of loads, and allocating a result costs a fifth of what wrapping one does.
#pragma once

#include <Python.h>

#include <cstdint>

namespace softgrad {

enum class ElementType { float32, float64, int32, int64, other };

// A C-contiguous, aligned, native-endian NumPy array (not of a subclass), borrowed.
struct ArrayView {
    PyObject* object;
    void* data;
    const std::intptr_t* shape;
    int dimensions;
    std::int64_t size;
    ElementType element_type;
    bool writable;
};

// Must run once before anything else here; false with a Python error set if NumPy is unusable.
bool initialise_numpy();

// False if `object` is anything else than ArrayView describes; no Python error is set.
bool view_array(PyObject* object, ArrayView& view);

// True if `view` has the first `dimensions` lengths of `shape` and no more.
bool has_shape(const ArrayView& view, const std::intptr_t* shape, int dimensions);

bool same_shape(const ArrayView& a, const ArrayView& b);

bool overlap(const ArrayView& a, const ArrayView& b);

// A new C-contiguous array, or null with a Python error set.
PyObject* new_array(int dimensions, const std::intptr_t* shape, ElementType element_type);

void* array_data(PyObject* array);

}  // namespace softgrad
