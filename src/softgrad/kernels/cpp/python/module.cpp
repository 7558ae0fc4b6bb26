// The Python module softgrad.kernels._native; its signatures are documented in _native.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "../instruction_sets.hpp"
#include "../threads/pool.hpp"
#include "calls.hpp"

namespace nb = nanobind;
using namespace nb::literals;

static nb::object owned(PyObject* result) {
    if (!result) throw nb::python_error();
    return nb::steal(result);
}

static const softgrad::KernelTable& kernels() {
    return *softgrad::current_instruction_set().kernels;
}

// By hand: what nanobind looks at before it calls costs as much as the softmax of ten numbers.
static PyObject* map(PyObject*, PyObject* const* given, Py_ssize_t count) {
    if (count != 10) {
        PyErr_SetString(PyExc_TypeError, "map takes 10 arguments");
        return nullptr;
    }
    const long work = PyLong_AsLong(given[0]), activation = PyLong_AsLong(given[1]);
    if (PyErr_Occurred()) return nullptr;
    return softgrad::map_call({static_cast<softgrad::Work>(work), static_cast<int>(activation),
                               given[2] == Py_True, given[3], given[4], given[8], given[9],
                               given[5], given[6], given[7]});
}
static PyMethodDef map_definition = {
    "map", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&map)), METH_FASTCALL,
    nullptr};

static nb::object loss(int activation, nb::handle activation_parameters, int loss,
                       nb::handle loss_parameters, int wanted, nb::handle z, nb::handle target,
                       nb::handle axis, nb::handle where, nb::handle out, nb::handle out_hessian,
                       nb::handle sample_weight, nb::handle class_weight, nb::handle ignored_label,
                       nb::handle target_limits, double smoothing, double heads_weight,
                       double tails_weight, nb::handle v) {
    softgrad::LossArguments arguments{};
    arguments.activation = activation;
    arguments.loss = loss;
    arguments.activation_parameters = activation_parameters.ptr();
    arguments.loss_parameters = loss_parameters.ptr();
    arguments.z = z.ptr();
    arguments.target = target.ptr();
    arguments.axis = axis.ptr();
    arguments.where = where.ptr();
    arguments.out = out.ptr();
    arguments.out_hessian = out_hessian.ptr();
    arguments.sample_weight = sample_weight.ptr();
    arguments.class_weight = class_weight.ptr();
    arguments.ignored_label = ignored_label.ptr();
    arguments.target_limits = target_limits.ptr();
    arguments.v = v.ptr();
    arguments.smoothing = smoothing;
    arguments.heads_weight = heads_weight;
    arguments.tails_weight = tails_weight;
    arguments.values = wanted & 1;
    arguments.gradient = wanted & 2;
    arguments.hessian = wanted & 4;
    arguments.widen_values = wanted & 8;
    arguments.sum = wanted & 16;
    arguments.mean = wanted & 32;
    arguments.is_gauss_newton = wanted & 64;
    return owned(softgrad::loss_call(arguments));
}

NB_MODULE(_native, module) {
    if (!softgrad::initialise_numpy()) throw nb::python_error();
    softgrad::survive_forks();

    module.def("activation_number", [](const char* name) { return kernels().activation(name); });
    module.def("loss_number", [](const char* name) { return kernels().loss(name); });
    module.attr("map") = nb::steal(PyCFunction_New(&map_definition, nullptr));
    module.def("loss", &loss, "activation"_a, "activation_parameters"_a, "loss"_a,
               "loss_parameters"_a, "wanted"_a, "z"_a.none(), "target"_a.none(), "axis"_a.none(),
               "where"_a.none(), "out"_a.none(), "out_hessian"_a.none(), "sample_weight"_a.none(),
               "class_weight"_a.none(), "ignored_label"_a.none(), "target_limits"_a.none(),
               "smoothing"_a, "heads_weight"_a, "tails_weight"_a, "v"_a.none());

    module.def("threads", &softgrad::thread_count);
    module.def("set_threads", &softgrad::set_thread_count, "count"_a);
    module.def("threads_of_last_run", &softgrad::threads_of_last_run);

    module.def("instruction_set", [] { return softgrad::current_instruction_set().name; });
    module.def("available_instruction_sets", [] {
        std::vector<std::string_view> names;
        for (const auto& each : softgrad::available_instruction_sets()) names.push_back(each.name);
        return names;
    });
    module.def("use_instruction_set", &softgrad::use_instruction_set, "name"_a);
}
