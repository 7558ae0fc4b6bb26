// Derivatives of sparse maps p = [1 + (alpha - 1)(z - lambda)]_+^(1/(alpha - 1)).
//
// With s = p^(2 - alpha) on the support and 0 off it, w = s / sum s and P = diag(support) -
// support w^T (contracts/sparse.py):
//
//     J                = diag(s) P = P^T diag(s)
//     sum g_k Hess p_k = J^T diag((2 - alpha) P g / p) J
//
// so that the Hessian of a loss with derivatives g and diag(h) is J^T diag(y / s) J with
// y = s h + (2 - alpha) J g / p. Its diagonal at i is s_i ((1 - 2 w_i) y_i + w_i sum_k w_k y_k), and
// that of a pair of vectors is the product of what J makes of them. Where one w_i outweighs the
// others, 1 - w_i is their sum, and sums leave i out, so that nothing cancels. Above alpha = 2 an
// s_i is huge where p_i is small, but never squared. A loss on log p has g / p and
// (h - g) / p^2 by p itself.
#pragma once

#include "exponentials.hpp"
#include "sparse_room.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A sum over the row, and without an entry that outweighs the others.
struct PartedSum {
    Pack all;
    Pack others;
};

// s and P at the probabilities of a strand.
template <class M, class P>
class SparseWeights {
public:
    const Pack* s;

    SparseWeights(const Pack* p, const Shape& shape, const double* parameters,
                  const SparseRoom& room)
        : s(room.weights()),
          occupied_(room.occupied()),
          p_(p),
          shape_(shape),
          room_(room),
          least_(M::least(parameters)) {
        Total<P> total;
        for (Index k = 0; k < shape.packs; ++k) {
            // Most packs are off the support (a NaN is not), and a power costs much.
            room.weights()[k] = Pack{};
            if (!any(~(p[k] == 0.0))) continue;
            room.weights()[k] = M::template weight<P>(p[k], parameters);
            total.add(s[k]);
            room.occupied()[count_++] = k;
        }
        const Pack sum = rounded(total.across(shape));
        inverse_ = 1.0 / select(sum == 0.0, splat(1.0), sum);
        others_ = summed([&](Index k) { return w(k); }).others;
    }

    SOFTGRAD_INLINE Pack w(Index k) const { return s[k] * inverse_; }

    // A column of J is s_k times a step: at k, less w.
    void add_steps(const Tile& tile, Index start, Pack* diagonal) const {
        Pack *shares = room_.results(), *squares = room_.probabilities();
        for (Index k = 0; k < shape_.packs; ++k) shares[k] = w(k);
        tile.steps(tile, start, nullptr, nullptr, shares, squares);
        for (Index k = 0; k < shape_.packs; ++k) diagonal[k] += s[k] * s[k] * squares[k];
    }

    template <class Term>
    SOFTGRAD_INLINE PartedSum summed(Term term) const {
        Total<P> others;
        Pack at_pivot = {};
        for (Index i = 0; i < count_; ++i) {
            const Index k = occupied_[i];
            const Pack x = term(k);
            others.add(where(~is_pivot(k), x));
            at_pivot += where(is_pivot(k), x);
        }
        const Pack rest = rounded(others.across(shape_));
        return {rest + shape_.across(at_pivot), rest};
    }
    SOFTGRAD_INLINE PartedSum mean_of(const Pack* v) const {
        PartedSum mean = summed([&](Index k) { return w(k) * v[k]; });
        // Off the support 0 v counts too: NaN, where v is no number.
        Pack zero = {};
        for (Index k = 0; k < shape_.packs; ++k) zero += 0.0 * v[k];
        zero = shape_.across(zero);
        mean.all += zero;
        mean.others += zero;
        return mean;
    }
    // v := J v, given the mean of v.
    SOFTGRAD_INLINE void carry(Pack* v, PartedSum mean) const {
        const Pack elsewhere = 0.0 * mean.all;
        Index i = 0;
        for (Index k = 0; k < shape_.packs; ++k) {
            const bool is_occupied = i < count_ && occupied_[i] == k;
            v[k] = is_occupied ? carried(k, v, mean) : elsewhere;
            i += is_occupied;
        }
    }

    // Entry k of P v on the support, given the mean of v.
    SOFTGRAD_INLINE Pack centred(Index k, const Pack* v, PartedSum mean) const {
        return select(is_pivot(k), others_ * v[k] - mean.others, v[k] - mean.all);
    }
    // Entry k of J v, given the mean of v.
    SOFTGRAD_INLINE Pack carried(Index k, const Pack* v, PartedSum mean) const {
        return s[k] * centred(k, v, mean);
    }
    // Entry k of the diagonal of J^T diag(y / s) J, given the mean of y.
    SOFTGRAD_INLINE Pack diagonal(Index k, Pack y, PartedSum mean) const {
        return s[k] * select(is_pivot(k), others_ * (others_ * y) + w(k) * mean.others,
                             (1.0 - 2.0 * w(k)) * y + w(k) * mean.all);
    }
    // Entry k of the diagonal of J.
    SOFTGRAD_INLINE Pack jacobian_diagonal(Index k) const {
        return s[k] * select(is_pivot(k), others_, 1.0 - w(k));
    }
    // x / p_k on the support, 0 off it; NaN where p is NaN.
    SOFTGRAD_INLINE Pack divided(Index k, Pack x) const {
        return select(p_[k] > 0.0, x / largest(p_[k], splat(least_)), p_[k]);
    }

private:
    SOFTGRAD_INLINE Mask is_pivot(Index k) const { return w(k) > majority; }

    const Index* occupied_;  // the packs with an entry on the support, in order
    Index count_ = 0;
    const Pack* p_;
    const Shape& shape_;
    const SparseRoom& room_;
    const double least_;
    Pack inverse_;
    Pack others_;
};

// By derivatives of a loss by p; `weighted(k)` is s_k h_k for those second derivatives.
template <class M, class P, class Weighted>
SOFTGRAD_INLINE void sparse_pullback_of(Tile& tile, Index start, const SparseWeights<M, P>& weights,
                                        Weighted weighted) {
    const Shape& shape = tile.shape;
    const double bend = 2.0 - M::alpha(tile.parameters_of_activation);
    Pack* g = tile.gradient + start;
    weights.carry(g, weights.mean_of(g));
    if (!tile.hessian) return;
    Pack* y = tile.hessian + start;
    for (Index k = 0; k < shape.packs; ++k) {
        y[k] = weighted(k) + weights.divided(k, bend * g[k]);
    }
    const PartedSum mean_of_y = weights.mean_of(y);
    for (Index k = 0; k < shape.packs; ++k) y[k] = weights.diagonal(k, y[k], mean_of_y);
    if (tile.steps) weights.add_steps(tile, start, y);
    if (!tile.left) return;
    const Pack *left = tile.left + start, *right = tile.right + start;
    const PartedSum of_left = weights.mean_of(left), of_right = weights.mean_of(right);
    for (Index k = 0; k < shape.packs; ++k) {
        y[k] += 2.0 * weights.carried(k, left, of_left) * weights.carried(k, right, of_right);
    }
}

template <class M, class P>
void sparse_pullback_of_output(Tile& tile, Index start, const SparseWeights<M, P>& weights) {
    const Pack* h = tile.hessian ? tile.hessian + start : nullptr;
    sparse_pullback_of<M, P>(tile, start, weights, [&](Index k) { return weights.s[k] * h[k]; });
}

template <class M, class P>
void sparse_pullback_of_log(Tile& tile, Index start, const SparseWeights<M, P>& weights) {
    const Shape& shape = tile.shape;
    const auto divide = [&](Pack* x) {
        for (Index k = 0; k < shape.packs; ++k) x[k] = weights.divided(k, x[k]);
    };
    Pack *g = tile.gradient + start, *h = tile.hessian ? tile.hessian + start : nullptr;
    if (h) {
        for (Index k = 0; k < shape.packs; ++k) h[k] -= g[k];
        divide(h);
        if (tile.left) {
            divide(tile.left + start);
            divide(tile.right + start);
        }
    }
    divide(g);
    sparse_pullback_of<M, P>(tile, start, weights,
                             [&](Index k) { return weights.divided(k, weights.s[k] * h[k]); });
}

template <class M, class P>
void sparse_pullback(Tile& tile) {
    const SparseRoom room(tile.shape);
    for (Index s = 0; s < tile.shape.strands; ++s) {
        const Index start = s * tile.shape.packs;
        const SparseWeights<M, P> weights(tile.heads.p + start, tile.shape,
                                          tile.parameters_of_activation, room);
        if (tile.form == Form::output) sparse_pullback_of_output(tile, start, weights);
        if (tile.form == Form::log) sparse_pullback_of_log(tile, start, weights);
    }
}

template <class M, class P>
void sparse_pushforward(Tile& tile) {
    const SparseRoom room(tile.shape);
    for (Index s = 0; s < tile.shape.strands; ++s) {
        const Index start = s * tile.shape.packs;
        const SparseWeights<M, P> weights(tile.heads.p + start, tile.shape,
                                          tile.parameters_of_activation, room);
        Pack* v = tile.gradient + start;
        weights.carry(v, weights.mean_of(v));
        for (Index k = 0; tile.form == Form::log && k < tile.shape.packs; ++k) {
            v[k] = weights.divided(k, v[k]);
        }
    }
}

// A loss on log p has the slopes u = g / p by p itself, and -u / p for the bend.
template <class M, class P>
void sparse_bend(Tile& tile) {
    const SparseRoom room(tile.shape);
    const double bend = 2.0 - M::alpha(tile.parameters_of_activation);
    for (Index strand = 0; strand < tile.shape.strands; ++strand) {
        const Index start = strand * tile.shape.packs;
        const Pack* p = tile.heads.p + start;
        const SparseWeights<M, P> weights(p, tile.shape, tile.parameters_of_activation, room);
        Pack *u = tile.left + start, *v = tile.gradient + start;
        for (Index k = 0; tile.form == Form::log && k < tile.shape.packs; ++k) {
            u[k] = weights.divided(k, u[k]);
        }
        const PartedSum of_u = weights.mean_of(u), of_v = weights.mean_of(v);
        for (Index k = 0; k < tile.shape.packs; ++k) {
            const Pack by_log = tile.form == Form::log ? u[k] : Pack{};
            const Pack centred = bend * weights.centred(k, u, of_u) - by_log;
            const Pack slope = weights.divided(k, weights.s[k] * centred);
            v[k] = slope * weights.centred(k, v, of_v);
        }
        weights.carry(v, weights.mean_of(v));
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
