#include "softmax_work.hpp"

#include <initializer_list>

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Null where there are none with these parameters.
static const DenseStagesIn<Doubles>* dense_in_doubles_of(const LossStages& loss,
                                                         const double* parameters) {
    const DenseStagesIn<Doubles>& stages = loss.dense_in_doubles;
    return stages.evaluate && stages.serves(parameters) ? &stages : nullptr;
}

SoftmaxWork::SoftmaxWork(const Job& a_job, const ActivationStages& activation,
                         const LossStages* a_loss)
    : job(a_job), loss(a_loss) {
    const double parameter = job.activation_parameters[0];
    const double temperature = activation.has_temperature ? parameter : 1.0;
    is_one = temperature == 1.0;
    inverse.high = 1.0 / temperature;
    inverse.low =
        multiply_add(splat(-inverse.high), splat(temperature), splat(1.0))[0] / temperature;
    if (job.logits.storage != Storage::float64) {
        const double all = inverse.high;
        inverse.high = static_cast<double>(static_cast<float>(all));
        inverse.low = all - inverse.high;
    }
    negates = activation.sign_of_exponent < 0;
    ghost = activation.has_ghost ? parameter : -infinity;
    slope = activation.sign_of_exponent / temperature;
    squares = loss && loss->is_squared_error;
    needs_logarithm = loss && !squares && (job.values || !loss->psi_is_identity);
    is_linear = !loss || loss->psi_is_identity;
    // (A slope that is far from 1 is multiplied in in steps.)
    const double size = __builtin_fabs(slope * job.scale);
    is_plain = loss && loss->psi_is_identity && !job.values && !is_weighted() && size > 0x1p-40 &&
               size < 0x1p40;
    const bool in_doubles = job.logits.storage == Storage::float64;
    const bool is_dense = loss && !job.has_labels;
    dense = is_dense && !in_doubles ? loss->dense.serving(job.loss_parameters) : nullptr;
    dense_in_doubles =
        is_dense && in_doubles ? dense_in_doubles_of(*loss, job.loss_parameters) : nullptr;
    whole_row = is_dense && !in_doubles ? loss->whole_row : nullptr;
}

// Losses of probabilities meet a logarithm through those: it is softmax to them. Alone it has loops for
// long rows of float32.
static bool serves_logarithms(const Job& job, const LossStages* loss) {
    if (is_of_loss(job.work)) return loss && loss->form == Form::log;
    return (job.work == Work::forward || job.work == Work::pullback) &&
           job.classes > longest_short_row && job.logits.storage == Storage::float32;
}

// The square of log Z, which looks at no target, of long rows of float32.
static bool serves_logits(const Job& job) {
    return job.logits.storage == Storage::float32 && job.classes > longest_short_row &&
           !job.second_output && !job.checks_target;
}

// Of long rows of float32.
static bool serves_whole_rows(const Job& job, const LossStages& loss) {
    return loss.whole_row && job.logits.storage == Storage::float32 &&
           job.classes > longest_short_row;
}

bool SoftmaxWork::serves(const Job& job, const ActivationStages& activation,
                         const LossStages* loss) {
    if (!activation.sign_of_exponent || job.keep) return false;
    if (activation.gives_logarithms && !serves_logarithms(job, loss)) return false;
    const auto is_alike = [&](const Entries& entries) {
        return !entries || entries.storage == job.logits.storage;
    };
    if (!is_alike(job.output) || !is_alike(job.second_output)) return false;
    if (activation.has_temperature && job.activation_parameters[0] != 1.0) {
        // The second digit of a temperature's reciprocal takes a fused multiply-add, and float32
        // holds it within limits.
        const double temperature = job.activation_parameters[0];
        if (!has_fma || !(temperature > 1e-20 && temperature < 1e20)) return false;
    }
    const bool is_product = job.work == Work::loss_product;
    if (job.work != Work::loss) return !(is_product && loss && loss->form == Form::logits);
    if (!loss || job.smoothing != 0.0) return false;
    if (loss->form == Form::logits) return serves_logits(job);
    if (!job.has_labels) {
        const bool has_dense = job.logits.storage == Storage::float64
                                   ? dense_in_doubles_of(*loss, job.loss_parameters) != nullptr
                                   : loss->dense.serving(job.loss_parameters) != nullptr;
        return (has_dense || serves_whole_rows(job, *loss)) && is_alike(job.target) &&
               !job.second_output && !activation.has_ghost;
    }
    return loss->psi_brief ||
           (loss->is_squared_error && !job.second_output && !activation.has_ghost);
}

static double number_at(const Entries& entries, Index row, Index entry) {
    const char* at = entries.at.row(row) + entry * entries.at.entry_stride;
    switch (entries.storage) {
        case Storage::float64: return load_one<double>(at);
        case Storage::float32: return load_one<float>(at);
        case Storage::float16: return load_one<Float16>(at);
        default: return load_one<BFloat16>(at);
    }
}

// All labels of consecutive rows in one loop without branches.
template <class Integer, class Number>
static bool load_labels_as(const Labels& labels, Index first, Index count, Index classes,
                           Number* to) {
    const char* at = labels.at.row(first);
    std::uint64_t most = 0;
    for (Index r = 0; r < count; ++r) {
        const auto label = load_unaligned<Integer>(at + r * static_cast<Index>(sizeof(Integer)));
        // Negative ones are large without their sign.
        const auto size = static_cast<std::uint64_t>(label);
        most = size > most ? size : most;
        to[r] = static_cast<Number>(static_cast<std::int32_t>(label));
    }
    return most < static_cast<std::uint64_t>(classes);
}

template <class Number>
bool SoftmaxWork::load_labels(Index first, Index count, Number* label) const {
    if (job.has_ignored_label || job.labels.at.row_stride() != job.labels.bytes) return false;
    return in_integers_of(job.labels, [&](auto integer) {
        return load_labels_as<decltype(integer)>(job.labels, first, count, job.classes, label);
    });
}

template bool SoftmaxWork::load_labels(Index, Index, float*) const;
template bool SoftmaxWork::load_labels(Index, Index, double*) const;

double SoftmaxWork::label_of(Index row) const {
    double label;
    if (!softgrad::SOFTGRAD_INSTRUCTION_SET::load_labels(job.labels, {row, 1, row + 1}, job.classes,
                                                         1, &label)) {
        return -1.0;
    }
    const bool is_ignored =
        job.has_ignored_label && label == static_cast<double>(job.ignored_label);
    return is_ignored || weight_of(row, label) == 0.0 ? -1.0 : label;
}

double SoftmaxWork::weight_of(Index row, double label) const {
    double weight = job.scale;
    if (job.row_weight) weight *= number_at(job.row_weight, row, 0);
    if (job.class_weight) weight *= job.class_weight[static_cast<Index>(label)];
    return weight;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
