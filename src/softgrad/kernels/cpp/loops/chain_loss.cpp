// The middle of the chain: the loss, the way back to the logits, and what each row weighs.
#include <initializer_list>

#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A label names the one right class of a row; each entry of a row of coins has a target.
bool Chain::by_label() const {
    return job_.has_labels && job_.smoothing == 0.0 && tile_.on_classes;
}

// Of a Fenchel-Young loss by the logits, of any other by the form that it lives on.
void Chain::evaluate_by_form() {
    Pack* labels = tile_.label;
    if (!by_label()) tile_.label = nullptr;
    (loss_ ? loss_->evaluate : activation_.fenchel_young).in(precise_)(tile_);
    tile_.label = labels;
    if (!loss_) return;
    if (activation_.gives_logarithms && tile_.form == Form::output) silence_what_cannot_occur();
    if (job_.is_gauss_newton) take_slopes_off();
}

void Chain::evaluate_loss() {
    const bool has_tails = activation_.kind == Kind::coins && loss_ && loss_->two_sided;
    if (has_tails) weigh_heads();
    evaluate_by_form();
    if (!loss_ || tile_.form == Form::logits) return;
    activation_.pullback.in(precise_)(tile_);
    if (has_tails) add_tails();
}

// An output that is a logarithm is -inf at a class that cannot occur, which has no slope.
void Chain::silence_what_cannot_occur() {
    for (Index e = 0; e < tile_.entries(); ++e) {
        const Mask occurs = ~(tile_.heads.p[e] == -infinity);
        for (Pack* part : {tile_.gradient, tile_.hessian, tile_.left, tile_.right}) {
            if (part) part[e] = where(occurs, part[e]);
        }
    }
}

// The Gauss-Newton matrix is J^T H J by the output a itself, in which no slope bends anything. (Of a
// loss on s = log a, diag(a) H_a diag(a) = H_s - diag(g_s), with the Jacobian of s.)
void Chain::take_slopes_off() {
    for (Index e = 0; e < tile_.entries(); ++e) tile_.gradient[e] = Pack{};
}

// Heads have the target t times their weight; t itself is kept where the gradient by tails will be.
void Chain::weigh_heads() {
    if (job_.heads_weight == 1.0) return;
    for (Index e = 0; e < tile_.entries(); ++e) {
        kept_gradient_[e] = tile_.target[e];
        tile_.target[e] = job_.heads_weight * tile_.target[e];
    }
}

// The other side of each coin, with the target 1 - t times its weight.
void Chain::add_tails() {
    const Side heads = tile_.heads;
    Pack* gradient = tile_.gradient;
    Pack* hessian = tile_.hessian;
    Pack* labels = tile_.label;
    tile_.heads = tile_.tails;
    tile_.gradient = kept_gradient_;
    if (hessian) tile_.hessian = kept_hessian_;
    tile_.label = nullptr;
    const Pack* given = job_.heads_weight == 1.0 ? tile_.target : kept_gradient_;
    for (Index e = 0; e < tile_.entries(); ++e) {
        tile_.target[e] = kept(tile_, e, job_.tails_weight * (1.0 - given[e]));
    }
    loss_->evaluate.in(precise_)(tile_);
    if (job_.is_gauss_newton) take_slopes_off();
    activation_.pullback.in(precise_)(tile_);
    for (Index e = 0; e < tile_.entries(); ++e) {
        gradient[e] += tile_.gradient[e];
        if (hessian) hessian[e] += tile_.hessian[e];
    }
    tile_.heads = heads;
    tile_.gradient = gradient;
    tile_.hessian = hessian;
    tile_.label = labels;
}

void Chain::weigh(Pack* entries) const {
    const Shape& shape = tile_.shape;
    const bool all_count_once = !job_.row_weight && !job_.has_ignored_label && !job_.class_weight &&
                                job_.scale == 1.0 && !tile_.keep;
    if (all_count_once) return;
    for (Index s = 0; s < shape.strands; ++s) {
        const Pack factor = factor_[s];
        const Mask counts = factor != 0.0;
        for (Index k = 0; k < shape.packs; ++k) {
            const Index e = s * shape.packs + k;
            entries[e] = kept(tile_, e, where(counts, factor * entries[e]));
        }
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
