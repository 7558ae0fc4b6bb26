// What the loops over softmax's powers take for a pair that is another one to them.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline constexpr ActivationStages exponentials_of_logits() {
    ActivationStages made{};
    made.sign_of_exponent = 1;
    return made;
}

// The negative log-likelihood of log-softmax, and the Fenchel-Young loss of softmax and a label, are
// their cross-entropy; a loss of logits is the same behind every activation; and hardmax is softmax
// to what is multiplied by its derivatives.
struct OnPowers {
    const ActivationStages& activation;
    const LossStages* loss;

    static OnPowers of(const Job& job, const ActivationStages& activation, const LossStages* loss) {
        static const LossStages& cross_entropy = losses[losses.number_of("cross_entropy")];
        static const LossStages& of_logarithms =
            losses[losses.number_of("negative_log_likelihood")];
        static constexpr ActivationStages exponentials = exponentials_of_logits();
        if (loss && loss->form == Form::logits) return {exponentials, loss};
        const bool is_map = job.work != Work::forward && !is_of_loss(job.work);
        if (activation.has_derivatives_of_softmax && is_map) return {exponentials, loss};
        const bool is_likelihood = activation.gives_logarithms && loss == &of_logarithms;
        const bool is_fenchel_young = is_of_loss(job.work) && !loss && job.has_labels &&
                                      activation.fenchel_young && activation.has_temperature &&
                                      job.activation_parameters[0] == 1.0;
        return {activation, is_likelihood || is_fenchel_young ? &cross_entropy : loss};
    }

    // What short rows, and columns of any number, have no loop for.
    bool takes_rows_only() const {
        if (!loss) return activation.gives_logarithms;
        return loss->form == Form::logits || loss->whole_row;
    }
    SoftmaxWork work(const Job& job) const { return {job, activation, loss}; }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
