// From the Python call of an output layer to a loss's job.
#include <cstring>
#include <type_traits>

#include "../instruction_sets.hpp"
#include "calls.hpp"
#include "result.hpp"
#include "row_weights.hpp"
#include "total.hpp"

namespace softgrad {

// The dtype in which 16-bit logits are computed is float32: a target must be exact in it.
static bool is_exact_in(const ArrayView& logits, const ArrayView& view) {
    const int computed = logits.bytes == 2 ? 4 : logits.bytes;
    return view.element == Element::floating &&
           (view.bytes < computed || view.storage == logits.storage ||
            (view.bytes == computed && computed == 4));
}

static bool read_target(const LossArguments& arguments, const ArrayView& logits, RowAxes axes,
                        Job& job, ArrayView& target) {
    if (!view_array(arguments.target, target)) return false;
    if (same_shape(target, logits)) {
        job.target.storage = target.storage;
        return is_exact_in(logits, target) && as_matrix(target, axes, job.target.at);
    }
    job.has_labels = target.element == Element::integer;
    // One class leaves nothing to name: the general path says so.
    if (job.has_labels && job.classes == 1) return false;
    job.labels.bytes = target.bytes;
    job.labels.is_signed = target.is_signed;
    if (!job.has_labels || !as_row_numbers(target, logits, axes, job.labels.at)) return false;
    if (arguments.ignored_label != Py_None) {
        if (PyBool_Check(arguments.ignored_label)) return false;
        int overflow;
        job.ignored_label = PyLong_AsLongLongAndOverflow(arguments.ignored_label, &overflow);
        if (PyErr_Occurred()) {
            PyErr_Clear();
            return false;
        }
        if (overflow) return false;
        job.has_ignored_label = true;
    }
    return true;
}

// The lowest target, the highest, and the highest where a row has one entry: a tuple, or None for
// targets that are not looked at. A label stands for a row of zeros and a one.
static bool read_target_limits(PyObject* limits, Job& job) {
    if (limits == Py_None) return true;
    double number[most_parameters];
    if (!read_parameters(limits, number)) return false;
    job.lowest_target = number[0];
    job.highest_target = job.classes == 1 ? number[2] : number[1];
    job.checks_target = !job.has_labels;
    return !job.has_labels || (job.lowest_target <= 0.0 && job.highest_target >= 1.0);
}

template <class Integer>
static bool labels_fit_as(Job& job) {
    const Matrix& at = job.labels.at;
    const std::int64_t stride = at.row_stride();
    bool fit = true, some_are_ignored = false;
    for (std::int64_t row = 0; row < job.rows; ++row) {
        Integer label;
        std::memcpy(&label, stride ? at.data + row * stride : at.row(row), sizeof label);
        const auto wide = static_cast<std::int64_t>(label);
        const bool in_range =
            static_cast<std::uint64_t>(wide) < static_cast<std::uint64_t>(job.classes);
        // (Of 64 bits without a sign, -1 would be the largest label of all.)
        const bool has_sign = std::is_signed_v<Integer> || wide >= 0;
        const bool is_ignored = job.has_ignored_label & has_sign & (wide == job.ignored_label);
        some_are_ignored |= is_ignored;
        fit &= in_range | is_ignored;
    }
    // Loops for rows that all count are faster.
    job.has_ignored_label = some_are_ignored;
    return fit;
}

// Before anything is written, for the general path names the first bad label.
static bool labels_fit(Job& job) {
    if (!job.has_labels) return true;
    constexpr std::int64_t many = 256;
    if (job.rows >= many && !job.has_ignored_label &&
        job.labels.at.row_stride() == job.labels.bytes) {
        // All threads, and several labels at a time: beside few classes they are a third of the work.
        const Work work = job.work;
        job.work = Work::look;
        const bool fit = run(job);
        job.work = work;
        return fit;
    }
    switch (job.labels.bytes * 2 + (job.labels.is_signed ? 1 : 0)) {
        case 2: return labels_fit_as<std::uint8_t>(job);
        case 3: return labels_fit_as<std::int8_t>(job);
        case 4: return labels_fit_as<std::uint16_t>(job);
        case 5: return labels_fit_as<std::int16_t>(job);
        case 8: return labels_fit_as<std::uint32_t>(job);
        case 9: return labels_fit_as<std::int32_t>(job);
        case 16: return labels_fit_as<std::uint64_t>(job);
        default: return labels_fit_as<std::int64_t>(job);
    }
}

static bool read_weights(const LossArguments& arguments, const ArrayView& logits, RowAxes axes,
                         Job& job, ArrayView& weights, ArrayView& by_class) {
    if (arguments.sample_weight != Py_None) {
        if (!view_array(arguments.sample_weight, weights) || weights.element != Element::floating ||
            weights.bytes != (logits.bytes == 8 ? 8 : 4) ||
            !as_row_numbers(weights, logits, axes, job.row_weight.at)) {
            return false;
        }
        job.row_weight.storage = weights.storage;
        if (!are_weights(job.row_weight, job.rows)) return false;
    }
    if (arguments.class_weight == Py_None) return true;
    if (!job.has_labels || !view_array(arguments.class_weight, by_class) ||
        by_class.element != Element::floating || by_class.storage != Storage::float64 ||
        by_class.dimensions != 1 || !by_class.c_contiguous || by_class.size != job.classes) {
        return false;
    }
    job.class_weight = reinterpret_cast<const double*>(by_class.data);
    return true;
}

static PyObject* owned_or_none(PyObject* object) {
    if (object) return object;
    Py_RETURN_NONE;
}

PyObject* loss_call(const LossArguments& arguments) {
    Job job{};
    const Work work = arguments.v == Py_None ? Work::loss : Work::loss_product;
    job.work = work;
    job.activation = arguments.activation;
    job.loss = arguments.loss;
    job.smoothing = arguments.smoothing;
    job.is_gauss_newton = arguments.is_gauss_newton;
    job.scale = 1.0;
    job.heads_weight = arguments.heads_weight;
    job.tails_weight = arguments.tails_weight;
    if (!read_parameters(arguments.activation_parameters, job.activation_parameters) ||
        !read_parameters(arguments.loss_parameters, job.loss_parameters)) {
        return refusal();
    }
    ArrayView logits, target, weights, by_class, mask, vector;
    RowAxes axes;
    if (!view_array(arguments.z, logits) || logits.element != Element::floating ||
        !read_axis(arguments.axis, logits.dimensions, axes) ||
        (logits.dimensions == 0 && axes.class_axis != RowAxes::every_entry)) {
        return refusal();
    }
    job.classes = classes_of(logits, axes);
    job.rows = rows_of(logits, axes);
    if (job.classes == 0) return refusal();
    job.logits.storage = logits.storage;
    if (!as_matrix(logits, axes, job.logits.at) ||
        !read_target(arguments, logits, axes, job, target) ||
        !read_target_limits(arguments.target_limits, job) ||
        !read_weights(arguments, logits, axes, job, weights, by_class) || !labels_fit(job)) {
        return refusal();
    }
    if (arguments.mean) job.scale = share_of_each(job);
    if (arguments.where != Py_None &&
        (!view_array(arguments.where, mask) || mask.element != Element::boolean ||
         !same_shape(mask, logits) || !as_matrix(mask, axes, job.keep))) {
        return refusal();
    }

    if (work == Work::loss_product) {
        job.tangent.storage = logits.storage;
        if (!view_array(arguments.v, vector) || vector.element != Element::floating ||
            vector.storage != logits.storage || !same_shape(vector, logits) ||
            !as_matrix(vector, axes, job.tangent.at)) {
            return refusal();
        }
    }

    const auto spoils_an_input = [&](const ArrayView& to) {
        return conflict(to, target) || (job.tangent && conflict(to, vector)) ||
               (job.row_weight && conflict(to, weights)) ||
               (job.class_weight && conflict(to, by_class)) || (job.keep && conflict(to, mask));
    };
    Result gradient, hessian;
    if (arguments.gradient) {
        job.output.storage = logits.storage;
        if (!gradient.prepare(arguments.out, logits) || spoils_an_input(gradient.view) ||
            !as_matrix(gradient.view, axes, job.output.at)) {
            return refusal();
        }
    }
    if (arguments.hessian) {
        job.second_output.storage = logits.storage;
        if (!hessian.prepare(arguments.out_hessian, logits) || spoils_an_input(hessian.view) ||
            !as_matrix(hessian.view, axes, job.second_output.at)) {
            return refusal();
        }
        // One array cannot take both.
        if (arguments.gradient && share_memory(hessian.view, gradient.view)) return refusal();
    }
    if (!current_instruction_set().kernels->serves(job)) return refusal();

    // Logits that the result overwrites are still there when the general path names a bad target.
    const bool in_place = (arguments.gradient && gradient.view.data == logits.data) ||
                          (arguments.hessian && hessian.view.data == logits.data);
    if (job.checks_target && in_place) {
        job.work = Work::look;
        if (!run(job)) return refusal();
        job.work = work;
        job.checks_target = false;
    }

    PyObject* values = nullptr;
    if (arguments.values) {
        values = new_row_numbers(logits, axes, arguments.widen_values);
        ArrayView view;
        if (!values || !view_array(values, view)) return refusal();
        job.values.storage = view.storage;
        if (!as_row_numbers(view, logits, axes, job.values.at)) {
            Py_DECREF(values);
            return refusal();
        }
    }
    bool done = run(job);
    if (done && values && arguments.sum) {
        ArrayView view;
        view_array(values, view);
        PyObject* rows = values;
        values = new_number(total_of(view), logits);
        Py_DECREF(rows);
        done = values != nullptr;
    }
    PyObject* results = done ? PyTuple_New(3) : nullptr;
    if (!results) {
        Py_XDECREF(values);
        return refusal();
    }
    PyTuple_SET_ITEM(results, 0, owned_or_none(values));
    PyTuple_SET_ITEM(results, 1, owned_or_none(gradient.take()));
    PyTuple_SET_ITEM(results, 2, owned_or_none(hessian.take()));
    return results;
}

}  // namespace softgrad
