// From the Python call to a map's job: an activation's output, or a product with its derivative.
#include "../instruction_sets.hpp"
#include "calls.hpp"
#include "result.hpp"

namespace softgrad {

// The vectors g and v have the logits' shape and dtype.
static bool prepare_vector(PyObject* object, const ArrayView& logits, const Result& result,
                           ArrayView& view) {
    return view_array(object, view) && view.element == Element::floating &&
           view.storage == logits.storage && same_shape(view, logits) &&
           !conflict(result.view, view);
}

PyObject* map_call(const MapArguments& arguments) {
    Job job{};
    job.work = arguments.work;
    job.activation = arguments.activation;
    if (!read_parameters(arguments.parameters, job.activation_parameters)) return refusal();
    ArrayView logits;
    if (!view_array(arguments.z, logits) || logits.element != Element::floating) return refusal();
    RowAxes axes;
    if (arguments.by_entry) {
        // No axis matters, but one that is none is refused all the same.
        if (!names_axes(arguments.axis)) return refusal();
        axes.class_axis = logits.dimensions ? logits.dimensions - 1 : RowAxes::every_entry;
    } else if (!read_axis(arguments.axis, logits.dimensions, axes)) {
        return refusal();
    }
    if (logits.dimensions == 0 && !arguments.by_entry) return refusal();
    job.classes = classes_of(logits, axes);
    job.rows = rows_of(logits, axes);
    if (job.classes == 0) {
        if (!arguments.by_entry) return refusal();
        job.rows = 0;
    }
    if (!current_instruction_set().kernels->serves(job)) return refusal();

    Result result;
    if (!result.prepare(arguments.out, logits)) return refusal();
    ArrayView g, v, mask;
    const bool has_g = job.work == Work::pullback || job.work == Work::bend;
    const bool has_v = job.work == Work::pushforward || job.work == Work::bend;
    if (has_g && !prepare_vector(arguments.g, logits, result, g)) return refusal();
    if (has_v && !prepare_vector(arguments.v, logits, result, v)) return refusal();

    const bool masked = arguments.where != Py_None;
    const auto in_same_order = [&](bool given, const ArrayView& view) {
        return !given || same_strides(view, logits);
    };
    if (arguments.by_entry && !masked && is_dense(logits) && in_same_order(true, result.view) &&
        in_same_order(has_g, g) && in_same_order(has_v, v)) {
        job.rows = logits.size;
        job.classes = 1;
        job.logits = {as_run(logits), logits.storage};
        job.output = {as_run(result.view), logits.storage};
        if (has_g) job.cotangent = {as_run(g), g.storage};
        if (has_v) job.tangent = {as_run(v), v.storage};
        return run(job) ? result.take() : refusal();
    }
    job.logits.storage = job.output.storage = logits.storage;
    job.cotangent.storage = job.tangent.storage = logits.storage;
    if (!as_matrix(logits, axes, job.logits.at)) return refusal();
    if (!as_matrix(result.view, axes, job.output.at)) return refusal();
    if (has_g && !as_matrix(g, axes, job.cotangent.at)) return refusal();
    if (has_v && !as_matrix(v, axes, job.tangent.at)) return refusal();
    if (masked) {
        if (!view_array(arguments.where, mask) || mask.element != Element::boolean ||
            !same_shape(mask, logits) || conflict(result.view, mask) ||
            !as_matrix(mask, axes, job.keep)) {
            return refusal();
        }
    }
    return run(job) ? result.take() : refusal();
}

}  // namespace softgrad
