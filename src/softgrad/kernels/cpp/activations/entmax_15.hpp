// Entmax at alpha = 1.5: p_i = [z_i / 2 - tau]_+^2 with tau such that they sum to 1.
#pragma once

#include "../stages/sparse_cut.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// x = (z - max z) / 2, u = x - tau, p = [u]_+^2.
struct EntmaxMap15 {
    static constexpr double scale = 0.5;
    static double alpha(const double*) { return 1.5; }
    static double reach(const double*) { return 1.0; }

    static Pack bound(const Pack* x, Index packs, const Shape& shape, const double*) {
        const Pack least = splat(-1.0);
        return least + newton_step(Above::of(x, packs, shape, least));
    }
    template <class P>
    static Pair solve(const Candidates& c, const SparseRoom& room, const double*) {
        return closed_form_cut<EntmaxMap15, P>(c, room);
    }

    SOFTGRAD_INLINE static Pack excess(const Above& above) { return above.squares - 1.0; }
    // Of the norm of the heights: (norm - 1) norm / sum, with norm - 1 by way of the squares.
    SOFTGRAD_INLINE static Pack newton_step(const Above& above) {
        const Pack norm = square_root(above.squares);
        return excess(above) * norm / ((norm + 1.0) * above.sum);
    }
    SOFTGRAD_INLINE static Pack raised(Pack u) { return u * u; }
    SOFTGRAD_INLINE static Pair raised(Pair u) {
        const Pair square = two_product(u.high, u.high);
        return {square.high, square.low + 2.0 * u.high * u.low};
    }
    // The smaller root c of sum (u - c)^2 = 1.
    SOFTGRAD_INLINE static Pack correction(Pack excess, Pack sum, Pack count) {
        const Pack discriminant = sum * sum - count * excess;
        return excess / (sum + square_root(largest(discriminant, Pack{})));
    }

    static double least(const double*) { return 0.0; }
    // p^(2 - alpha), and NaN at NaN.
    template <class P>
    SOFTGRAD_INLINE static Pack weight(Pack p, const double*) {
        return square_root(p);
    }
    // The divergence of t from p, given t - p; and of nothing from p.
    template <class P>
    SOFTGRAD_INLINE static Pack divergence(Pack t, Pack p, Pack difference, const double*) {
        const Pack root_t = square_root(t), root_p = square_root(p);
        const Pack total = root_t + root_p;
        const Pack gap = difference / select(total > 0.0, total, splat(1.0));
        return gap * gap * (root_t + 0.5 * root_p) * (1.0 / 0.75);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack divergence_of_none(Pack p, const double*) {
        return p * square_root(p) * (1.0 / 1.5);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
