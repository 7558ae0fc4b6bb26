#include "arrays.hpp"

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#include <numpy/arrayobject.h>

#include <algorithm>
#include <cstring>

namespace softgrad {

static_assert(sizeof(npy_intp) == sizeof(std::intptr_t));

bool initialise_numpy() { return PyArray_ImportNumPyAPI() == 0; }

// bfloat16 is a dtype that another package registers: it is known by its name, looked up once.
static bool is_bfloat16(PyArrayObject* array) {
    static int known_type = -1;
    const int type = PyArray_TYPE(array);
    if (type < NPY_USERDEF) return false;
    if (known_type < 0) {
        const char* name = PyArray_DESCR(array)->typeobj->tp_name;
        const char* dot = std::strrchr(name, '.');
        if (std::strcmp(dot ? dot + 1 : name, "bfloat16") != 0) return false;
        known_type = type;
    }
    return type == known_type;
}

static void describe_element(PyArrayObject* array, ArrayView& view) {
    const int type = PyArray_TYPE(array);
    view.bytes = static_cast<int>(PyArray_ITEMSIZE(array));
    view.element = Element::floating;
    view.is_signed = false;
    if (type == NPY_DOUBLE) {
        view.storage = Storage::float64;
    } else if (type == NPY_FLOAT) {
        view.storage = Storage::float32;
    } else if (type == NPY_HALF) {
        view.storage = Storage::float16;
    } else if (type == NPY_BOOL) {
        view.element = Element::boolean;
    } else if (PyTypeNum_ISINTEGER(type)) {
        view.element = Element::integer;
        view.is_signed = PyTypeNum_ISSIGNED(type);
    } else if (is_bfloat16(array)) {
        view.storage = Storage::bfloat16;
    } else {
        view.element = Element::other;
    }
}

bool view_array(PyObject* object, ArrayView& view) {
    if (!PyArray_CheckExact(object)) return false;
    PyArrayObject* array = reinterpret_cast<PyArrayObject*>(object);
    if (!PyArray_ISNOTSWAPPED(array)) return false;
    view.object = object;
    view.data = PyArray_BYTES(array);
    view.shape = reinterpret_cast<const std::intptr_t*>(PyArray_DIMS(array));
    view.strides = reinterpret_cast<const std::intptr_t*>(PyArray_STRIDES(array));
    view.dimensions = PyArray_NDIM(array);
    view.size = PyArray_SIZE(array);
    view.writable = PyArray_ISWRITEABLE(array);
    view.c_contiguous = PyArray_IS_C_CONTIGUOUS(array);
    describe_element(array, view);
    return view.element != Element::other;
}

static bool read_one_axis(PyObject* axis, int dimensions, RowAxes& axes) {
    if (!PyLong_CheckExact(axis)) return false;
    int overflow;
    const long number = PyLong_AsLongAndOverflow(axis, &overflow);
    if (overflow || number < -dimensions || number >= dimensions) return false;
    axes.class_axis = static_cast<int>(number < 0 ? number + dimensions : number);
    return true;
}

bool read_axis(PyObject* axis, int dimensions, RowAxes& axes) {
    if (!PyTuple_CheckExact(axis)) return read_one_axis(axis, dimensions, axes);
    if (PyTuple_GET_SIZE(axis) == 1) {
        return read_one_axis(PyTuple_GET_ITEM(axis, 0), dimensions, axes);
    }
    axes.class_axis = RowAxes::every_entry;
    return PyTuple_GET_SIZE(axis) == 0;
}

bool names_axes(PyObject* axis) {
    if (!PyTuple_CheckExact(axis)) return PyLong_CheckExact(axis);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(axis); ++i) {
        if (!PyLong_CheckExact(PyTuple_GET_ITEM(axis, i))) return false;
    }
    return true;
}

std::int64_t classes_of(const ArrayView& view, RowAxes axes) {
    return axes.class_axis == RowAxes::every_entry ? 1 : view.shape[axes.class_axis];
}

std::int64_t rows_of(const ArrayView& view, RowAxes axes) {
    std::int64_t rows = 1;
    for (int axis = 0; axis < view.dimensions; ++axis) {
        if (axis != axes.class_axis) rows *= view.shape[axis];
    }
    return rows;
}

// Adds an axis that runs faster than all before it, joined with the last one where that is dense.
static bool append_axis(Matrix& matrix, std::int64_t extent, std::int64_t stride) {
    if (extent == 1) return true;
    if (matrix.axes > 0 && matrix.stride[matrix.axes - 1] == extent * stride) {
        matrix.extent[matrix.axes - 1] *= extent;
        matrix.stride[matrix.axes - 1] = stride;
        return true;
    }
    if (matrix.axes == Matrix::most_axes) return false;
    matrix.extent[matrix.axes] = extent;
    matrix.stride[matrix.axes] = stride;
    ++matrix.axes;
    return true;
}

// One row still has an axis: its stride is the one that following rows would have.
static void finish_axes(Matrix& matrix, std::int64_t stride_of_one) {
    if (matrix.axes > 0) return;
    matrix.axes = 1;
    matrix.extent[0] = 1;
    matrix.stride[0] = stride_of_one;
}

bool as_matrix(const ArrayView& view, RowAxes axes, Matrix& matrix) {
    matrix.data = view.data;
    matrix.entry_stride =
        axes.class_axis == RowAxes::every_entry ? view.bytes : view.strides[axes.class_axis];
    matrix.axes = 0;
    for (int axis = 0; axis < view.dimensions; ++axis) {
        if (axis == axes.class_axis) continue;
        if (!append_axis(matrix, view.shape[axis], view.strides[axis])) return false;
    }
    finish_axes(matrix, classes_of(view, axes) * view.bytes);
    return true;
}

bool as_row_numbers(const ArrayView& view, const ArrayView& of, RowAxes axes, Matrix& matrix) {
    const int expected =
        axes.class_axis == RowAxes::every_entry ? of.dimensions : of.dimensions - 1;
    if (view.dimensions != expected) return false;
    matrix.data = view.data;
    matrix.entry_stride = 0;
    matrix.axes = 0;
    int axis = 0;
    for (int other = 0; other < of.dimensions; ++other) {
        if (other == axes.class_axis) continue;
        if (view.shape[axis] != of.shape[other]) return false;
        if (!append_axis(matrix, view.shape[axis], view.strides[axis])) return false;
        ++axis;
    }
    finish_axes(matrix, view.bytes);
    return true;
}

bool is_dense(const ArrayView& view) {
    PyArrayObject* array = reinterpret_cast<PyArrayObject*>(view.object);
    return PyArray_IS_C_CONTIGUOUS(array) || PyArray_IS_F_CONTIGUOUS(array);
}

Matrix as_run(const ArrayView& view) {
    Matrix matrix;
    matrix.data = view.data;
    matrix.entry_stride = view.bytes;
    matrix.axes = 1;
    matrix.extent[0] = view.size;
    matrix.stride[0] = view.bytes;
    return matrix;
}

bool same_shape(const ArrayView& a, const ArrayView& b) {
    return a.dimensions == b.dimensions && std::equal(a.shape, a.shape + a.dimensions, b.shape);
}

bool same_strides(const ArrayView& a, const ArrayView& b) {
    for (int axis = 0; axis < a.dimensions; ++axis) {
        if (a.shape[axis] > 1 && a.strides[axis] != b.strides[axis]) return false;
    }
    return true;
}

PyObject* new_array_like(const ArrayView& view) {
    PyArrayObject* array = reinterpret_cast<PyArrayObject*>(view.object);
    if (view.c_contiguous && PyArray_TYPE(array) < NPY_USERDEF) {
        return PyArray_EMPTY(view.dimensions, PyArray_DIMS(array), PyArray_TYPE(array), 0);
    }
    return PyArray_NewLikeArray(array, NPY_KEEPORDER, nullptr, 0);
}

PyObject* new_number(double value, const ArrayView& of) {
    const float narrow = static_cast<float>(value);
    PyArray_Descr* dtype = PyArray_DescrFromType(of.bytes == 4 ? NPY_FLOAT : NPY_DOUBLE);
    void* data = of.bytes == 4 ? const_cast<float*>(&narrow) : static_cast<void*>(&value);
    PyObject* number = PyArray_Scalar(data, dtype, nullptr);
    Py_DECREF(dtype);
    return number;
}

PyObject* new_row_numbers(const ArrayView& of, RowAxes axes, bool widen_16_bits) {
    npy_intp shape[NPY_MAXDIMS];
    int dimensions = 0;
    for (int axis = 0; axis < of.dimensions; ++axis) {
        if (axis != axes.class_axis) shape[dimensions++] = of.shape[axis];
    }
    PyArrayObject* array = reinterpret_cast<PyArrayObject*>(of.object);
    if (widen_16_bits && of.bytes == 2) return PyArray_EMPTY(dimensions, shape, NPY_FLOAT, 0);
    if (PyArray_TYPE(array) < NPY_USERDEF) {
        return PyArray_EMPTY(dimensions, shape, PyArray_TYPE(array), 0);
    }
    PyArray_Descr* dtype = PyArray_DESCR(array);
    Py_INCREF(dtype);
    return PyArray_Empty(dimensions, shape, dtype, 0);
}

}  // namespace softgrad
