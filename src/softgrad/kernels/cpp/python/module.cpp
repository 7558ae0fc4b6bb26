// The Python module softgrad.kernels._native; its signatures are documented in _native.pyi.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "calls.hpp"
#include "instruction_sets.hpp"

namespace nb = nanobind;
using namespace nb::literals;

static nb::object owned(PyObject* result) {
    if (!result) throw nb::python_error();
    return nb::steal(result);
}

NB_MODULE(_native, module) {
    if (!softgrad::initialise_numpy()) throw nb::python_error();

    module.def("softmax", [](nb::handle logits, double temperature, nb::handle out) {
        return owned(softgrad::softmax_call(logits.ptr(), temperature, out.ptr()));
    }, "logits"_a.none(), "temperature"_a, "out"_a.none());

    module.def("softmax_cross_entropy", [](nb::handle logits, nb::handle target, double temperature,
                                           nb::handle row_weight, nb::handle out) {
        return owned(softgrad::softmax_cross_entropy_call(logits.ptr(), target.ptr(), temperature,
                                                          row_weight.ptr(), out.ptr()));
    }, "logits"_a.none(), "target"_a.none(), "temperature"_a, "row_weight"_a.none(), "out"_a.none());

    module.def("instruction_set", [] { return softgrad::current_instruction_set().name; });

    module.def("available_instruction_sets", [] {
        std::vector<std::string_view> names;
        for (const auto& each : softgrad::available_instruction_sets()) names.push_back(each.name);
        return names;
    });

    module.def("use_instruction_set", &softgrad::use_instruction_set, "name"_a);
}
