// The calls from Python. A call that the kernels cannot serve returns None, so that its caller
// takes the general path; an exception is only ever a failed allocation.
#pragma once

#include "arrays.hpp"

namespace softgrad {

// Sets all parameters from a tuple of numbers; false if it is none, or too long.
bool read_parameters(PyObject* tuple, double (&parameters)[most_parameters]);

// New reference to None, or null with the Python error that stands.
PyObject* refusal();

// Runs a job on all threads, without the interpreter lock where it is worth the exchange. False if
// it was refused, or memory ran out (then with a Python error set).
bool run(const Job& job);

// How many threads the last job of this thread was offered to.
int threads_of_last_run();

// A map of an activation: the work, which activation, its parameters, z, g, v, axis, where, out.
struct MapArguments {
    Work work;
    int activation;
    bool by_entry;  // whether the map acts entry by entry, so that no axis matters
    PyObject *parameters, *z, *g, *v, *axis, *where, *out;
};
PyObject* map_call(const MapArguments& arguments);

struct LossArguments {
    int activation, loss;
    PyObject *activation_parameters, *loss_parameters;
    PyObject *z, *target, *axis, *where, *out, *out_hessian, *sample_weight, *class_weight,
        *ignored_label, *target_limits, *v;
    double smoothing, heads_weight, tails_weight;
    bool values, gradient, hessian, widen_values, sum, mean, is_gauss_newton;
};
// A tuple (values, gradient, diagonal of the Hessian) with None for what was not asked for.
PyObject* loss_call(const LossArguments& arguments);

}  // namespace softgrad
