#include "arrays.hpp"

#define NPY_NO_DEPRECATED_API NPY_2_0_API_VERSION
#define NPY_TARGET_VERSION NPY_2_0_API_VERSION
#include <numpy/arrayobject.h>

#include <cstring>

namespace softgrad {

static_assert(sizeof(npy_intp) == sizeof(std::intptr_t));

bool initialise_numpy() { return PyArray_ImportNumPyAPI() == 0; }

static ElementType element_type_of(PyArrayObject* array) {
    const int type = PyArray_TYPE(array);
    if (type == NPY_DOUBLE) return ElementType::float64;
    if (type == NPY_FLOAT) return ElementType::float32;
    if (PyTypeNum_ISSIGNED(type) && PyTypeNum_ISINTEGER(type)) {
        if (PyArray_ITEMSIZE(array) == 8) return ElementType::int64;
        if (PyArray_ITEMSIZE(array) == 4) return ElementType::int32;
    }
    return ElementType::other;
}

bool view_array(PyObject* object, ArrayView& view) {
    if (!PyArray_CheckExact(object)) return false;
    PyArrayObject* array = reinterpret_cast<PyArrayObject*>(object);
    if (!PyArray_ISCARRAY_RO(array)) return false;  // contiguous, aligned, native byte order
    view.object = object;
    view.data = PyArray_DATA(array);
    view.shape = reinterpret_cast<const std::intptr_t*>(PyArray_DIMS(array));
    view.dimensions = PyArray_NDIM(array);
    view.size = PyArray_SIZE(array);
    view.element_type = element_type_of(array);
    view.writable = PyArray_ISWRITEABLE(array);
    return true;
}

bool has_shape(const ArrayView& view, const std::intptr_t* shape, int dimensions) {
    if (view.dimensions != dimensions) return false;
    return std::memcmp(view.shape, shape, sizeof(*shape) * static_cast<size_t>(dimensions)) == 0;
}

bool same_shape(const ArrayView& a, const ArrayView& b) {
    return has_shape(a, b.shape, b.dimensions);
}

static const char* end_of(const ArrayView& view) {
    const bool wide = view.element_type == ElementType::float64 ||
                      view.element_type == ElementType::int64;
    return static_cast<const char*>(view.data) + view.size * (wide ? 8 : 4);
}

bool overlap(const ArrayView& a, const ArrayView& b) {
    return static_cast<const char*>(a.data) < end_of(b) &&
           static_cast<const char*>(b.data) < end_of(a);
}

PyObject* new_array(int dimensions, const std::intptr_t* shape, ElementType element_type) {
    const int type = element_type == ElementType::float64 ? NPY_DOUBLE : NPY_FLOAT;
    return PyArray_EMPTY(dimensions, reinterpret_cast<const npy_intp*>(shape), type, 0);
}

void* array_data(PyObject* array) {
    return PyArray_DATA(reinterpret_cast<PyArrayObject*>(array));
}

}  // namespace softgrad
