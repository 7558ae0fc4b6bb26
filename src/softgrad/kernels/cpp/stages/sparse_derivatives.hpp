// Derivatives of sparse maps p = [1 + (alpha - 1)(z - lambda)]_+^(1/(alpha - 1)).
//
// With s = p^(2 - alpha) and e = p^(1 - alpha) = s / p on the support and 0 off it, w = s / sum s
// and P = diag(support) - support w^T (contracts/sparse.py):
//
//     J                    = diag(s) P = P^T diag(s)
//     sum g_k Hess p_k     = P^T diag((2 - alpha) s e P g) P
//     J of log p           = diag(e) P
//     sum g_k Hess log p_k = P^T diag(e ((1 - alpha) e g - (2 - alpha) s m)) P,  m = e.g / sum s
//
// so that the diagonal of a Hessian is that of one P^T diag(c) P, which at i is
// c_i (1 - w_i)^2 + w_i^2 sum_(k != i) c_k, and of a pair of vectors. Where one w_i outweighs the
// others, 1 - w_i is their sum, and sums leave i out, so that nothing cancels.
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

    SparseWeights(const Pack* p, const Shape& shape, const double* parameters, Pack* room)
        : s(room), shape_(shape) {
        Total<P> total;
        for (Index k = 0; k < shape.packs; ++k) {
            // Most packs are off the support (a NaN is not), and a power costs much.
            const bool occupied = any(~(p[k] == 0.0));
            room[k] = occupied ? M::template weight<P>(p[k], parameters) : Pack{};
            total.add(room[k]);
        }
        const Pack sum = rounded(total.across(shape));
        inverse_ = 1.0 / select(sum == 0.0, splat(1.0), sum);
        others_ = summed([&](Index k) { return w(k); }).others;
    }

    SOFTGRAD_INLINE Pack w(Index k) const { return s[k] * inverse_; }
    SOFTGRAD_INLINE Pack inverse_total() const { return inverse_; }

    template <class Term>
    SOFTGRAD_INLINE PartedSum summed(Term term) const {
        Total<P> others;
        Pack at_pivot = {};
        for (Index k = 0; k < shape_.packs; ++k) {
            const Pack x = term(k);
            others.add(where(~is_pivot(k), x));
            at_pivot += where(is_pivot(k), x);
        }
        const Pack rest = rounded(others.across(shape_));
        return {rest + shape_.across(at_pivot), rest};
    }
    SOFTGRAD_INLINE PartedSum mean_of(const Pack* v) const {
        return summed([&](Index k) { return w(k) * v[k]; });
    }

    // Entry k of P v on the support, given the mean of v.
    SOFTGRAD_INLINE Pack centred(Index k, const Pack* v, PartedSum mean) const {
        return select(is_pivot(k), others_ * v[k] - mean.others, v[k] - mean.all);
    }
    // Entry k of P^T u, for u that is 0 off the support, given its sum.
    SOFTGRAD_INLINE Pack carried(Index k, const Pack* u, PartedSum sum) const {
        return select(is_pivot(k), others_ * u[k] - w(k) * sum.others, u[k] - w(k) * sum.all);
    }
    // Entry k of the diagonal of P^T diag(c) P, for c that is 0 off the support, given its sum.
    SOFTGRAD_INLINE Pack diagonal(Index k, Pack c, PartedSum sum) const {
        const Pack square = w(k) * w(k);
        return select(is_pivot(k), c * (others_ * others_) + square * sum.others,
                      c * (1.0 - 2.0 * w(k)) + square * sum.all);
    }
    // Entry k of the diagonal of J.
    SOFTGRAD_INLINE Pack jacobian_diagonal(Index k) const {
        return s[k] * select(is_pivot(k), others_, 1.0 - w(k));
    }

private:
    SOFTGRAD_INLINE Mask is_pivot(Index k) const { return w(k) > majority; }

    const Shape& shape_;
    Pack inverse_;
    Pack others_;
};

// p^(1 - alpha) on the support, 0 off it; NaN where p is NaN.
SOFTGRAD_INLINE Pack sparse_slope(Pack s, Pack p) { return select(p > 0.0, s / p, p); }

template <class M, class P>
void sparse_pullback_of_output(Tile& tile, Index start, const SparseWeights<M, P>& weights) {
    const Shape& shape = tile.shape;
    const double bend = 2.0 - M::alpha(tile.parameters_of_activation);
    const Pack *p = tile.heads.p + start, *s = weights.s;
    Pack* g = tile.gradient + start;
    const PartedSum mean = weights.mean_of(g);
    if (tile.hessian) {
        Pack* c = tile.hessian + start;
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack bent = bend * s[k] * sparse_slope(s[k], p[k]);
            c[k] = s[k] * s[k] * c[k] + bent * weights.centred(k, g, mean);
        }
        const PartedSum sum = weights.summed([&](Index k) { return c[k]; });
        for (Index k = 0; k < shape.packs; ++k) c[k] = weights.diagonal(k, c[k], sum);
        if (tile.left) {
            const Pack *left = tile.left + start, *right = tile.right + start;
            const PartedSum of_left = weights.mean_of(left), of_right = weights.mean_of(right);
            for (Index k = 0; k < shape.packs; ++k) {
                c[k] += 2.0 * (s[k] * weights.centred(k, left, of_left)) *
                        (s[k] * weights.centred(k, right, of_right));
            }
        }
    }
    for (Index k = 0; k < shape.packs; ++k) g[k] = s[k] * weights.centred(k, g, mean);
}

template <class M, class P>
void sparse_pullback_of_log(Tile& tile, Index start, const SparseWeights<M, P>& weights, Pack* e) {
    const Shape& shape = tile.shape;
    const double alpha = M::alpha(tile.parameters_of_activation);
    const Pack *p = tile.heads.p + start, *s = weights.s;
    for (Index k = 0; k < shape.packs; ++k) e[k] = sparse_slope(s[k], p[k]);
    const auto scale = [&](Pack* v) {
        for (Index k = 0; k < shape.packs; ++k) v[k] *= e[k];
        return weights.summed([&](Index k) { return v[k]; });
    };
    Pack* g = tile.gradient + start;
    const PartedSum sum = scale(g);
    if (tile.hessian) {
        Pack* c = tile.hessian + start;
        const Pack mean = (2.0 - alpha) * (sum.all * weights.inverse_total());
        for (Index k = 0; k < shape.packs; ++k) {
            c[k] = e[k] * (e[k] * c[k] + (1.0 - alpha) * g[k] - s[k] * mean);
        }
        const PartedSum all = weights.summed([&](Index k) { return c[k]; });
        for (Index k = 0; k < shape.packs; ++k) c[k] = weights.diagonal(k, c[k], all);
        if (tile.left) {
            Pack *left = tile.left + start, *right = tile.right + start;
            const PartedSum of_left = scale(left), of_right = scale(right);
            for (Index k = 0; k < shape.packs; ++k) {
                c[k] += 2.0 * weights.carried(k, left, of_left) *
                        weights.carried(k, right, of_right);
            }
        }
    }
    for (Index k = 0; k < shape.packs; ++k) g[k] = weights.carried(k, g, sum);
}

template <class M, class P>
void sparse_pullback(Tile& tile) {
    const SparseRoom room(tile.shape);
    for (Index s = 0; s < tile.shape.strands; ++s) {
        const Index start = s * tile.shape.packs;
        const SparseWeights<M, P> weights(tile.heads.p + start, tile.shape,
                                          tile.parameters_of_activation, room.weights());
        if (tile.form == Form::output) sparse_pullback_of_output(tile, start, weights);
        if (tile.form == Form::log) sparse_pullback_of_log(tile, start, weights, room.slopes());
    }
}

template <class M, class P>
void sparse_pushforward(Tile& tile) {
    const SparseRoom room(tile.shape);
    for (Index s = 0; s < tile.shape.strands; ++s) {
        const Index start = s * tile.shape.packs;
        const SparseWeights<M, P> weights(tile.heads.p + start, tile.shape,
                                          tile.parameters_of_activation, room.weights());
        Pack* v = tile.gradient + start;
        const PartedSum mean = weights.mean_of(v);
        for (Index k = 0; k < tile.shape.packs; ++k) {
            v[k] = weights.s[k] * weights.centred(k, v, mean);
        }
    }
}

template <class M, class P>
void sparse_bend(Tile& tile) {
    const SparseRoom room(tile.shape);
    const double bend = 2.0 - M::alpha(tile.parameters_of_activation);
    for (Index strand = 0; strand < tile.shape.strands; ++strand) {
        const Index start = strand * tile.shape.packs;
        const Pack* p = tile.heads.p + start;
        const SparseWeights<M, P> weights(p, tile.shape, tile.parameters_of_activation,
                                          room.weights());
        Pack *u = tile.left + start, *v = tile.gradient + start;
        const PartedSum of_u = weights.mean_of(u), of_v = weights.mean_of(v);
        for (Index k = 0; k < tile.shape.packs; ++k) {
            const Pack s = weights.s[k];
            v[k] = bend * s * sparse_slope(s, p[k]) * weights.centred(k, u, of_u) *
                   weights.centred(k, v, of_v);
        }
        const PartedSum sum = weights.summed([&](Index k) { return v[k]; });
        for (Index k = 0; k < tile.shape.packs; ++k) v[k] = weights.carried(k, v, sum);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
