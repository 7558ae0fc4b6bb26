// NumPy arrays as the kernels want them, or a clear "no".
//
// NumPy's C interface rather than the buffer protocol or nanobind's ndarray: reading shape, dtype
// and flags is a handful of loads, and allocating a result costs a fifth of what wrapping one does.
#pragma once

#include <Python.h>

#include "../jobs.hpp"

namespace softgrad {

enum class Element { floating, integer, boolean, other };

// A NumPy array (not of a subclass) in native byte order, borrowed.
struct ArrayView {
    PyObject* object;
    char* data;
    const std::intptr_t* shape;
    const std::intptr_t* strides;
    int dimensions;
    std::int64_t size;
    Element element;
    Storage storage;  // of floating numbers
    int bytes;  // of one entry
    bool is_signed;  // of integers
    bool writable;
    bool c_contiguous;
};

// Must run once before anything else here; false with a Python error set if NumPy is unusable.
bool initialise_numpy();

// False if `object` is anything else than ArrayView describes; no Python error is set.
bool view_array(PyObject* object, ArrayView& view);

// Which axes of an array are rows and which are entries.
struct RowAxes {
    static constexpr int every_entry = -1000;
    int class_axis;  // or every_entry: each entry is a row of its own
};

// `axis` as Python gave it, for an array of so many dimensions: an integer, or a tuple of one or
// none. False for anything else.
bool read_axis(PyObject* axis, int dimensions, RowAxes& axes);

// Whether `axis` is an integer or a tuple of integers, whatever array it is meant for.
bool names_axes(PyObject* axis);

std::int64_t rows_of(const ArrayView& view, RowAxes axes);
std::int64_t classes_of(const ArrayView& view, RowAxes axes);

// The array seen as rows of entries; false if its axes are too many.
bool as_matrix(const ArrayView& view, RowAxes axes, Matrix& matrix);
// An array with one entry a row, in the shape of another one without its class axis.
bool as_row_numbers(const ArrayView& view, const ArrayView& of, RowAxes axes, Matrix& matrix);
// All entries as one run of memory, in whatever order: false if there are gaps.
bool is_dense(const ArrayView& view);
Matrix as_run(const ArrayView& view);

bool same_shape(const ArrayView& a, const ArrayView& b);
bool same_strides(const ArrayView& a, const ArrayView& b);

// Whether two entries lie in one place, or may: strides do not nest.
bool overlaps_itself(const ArrayView& view);

// Whether the bytes that two arrays span have some in common.
bool share_memory(const ArrayView& one, const ArrayView& other);
// Whether writing `to` entry by entry may change `from` before it has been read.
bool conflict(const ArrayView& to, const ArrayView& from);

// A new array in the shape, dtype and memory order of another; null with a Python error set.
PyObject* new_array_like(const ArrayView& view);
// A new NumPy number: float32 for an array of float32, else float64.
PyObject* new_number(double value, const ArrayView& of);

// A new array with one entry for each row of another one.
PyObject* new_row_numbers(const ArrayView& of, RowAxes axes, bool widen_16_bits);

}  // namespace softgrad
