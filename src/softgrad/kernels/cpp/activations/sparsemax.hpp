// p_i = max(z_i - tau, 0) with tau such that they sum to 1. Entmax at alpha = 2.
#pragma once

#include "../stages/sparse_cut.hpp"
#include "../stages/sparse_fenchel_young.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// x = z - max z, u = x - tau, p = [u]_+.
struct SparsemaxMap {
    static constexpr double scale = 1.0;
    static double alpha(const double*) { return 2.0; }
    static double reach(const double*) { return 1.0; }

    static Pack bound(const Pack* x, Index packs, const Shape& shape, const double*) {
        const Pack least = splat(-1.0);
        return least + newton_step(Above::of(x, packs, shape, least));
    }
    template <class P>
    static Pair solve(const Candidates& c, const SparseRoom& room, const double*) {
        return closed_form_cut<SparsemaxMap, P>(c, room);
    }

    SOFTGRAD_INLINE static Pack excess(const Above& above) { return above.sum - 1.0; }
    // The mean of what is above the cut, less one share: the support shrinks until it is right
    // (Michelot 1986).
    SOFTGRAD_INLINE static Pack newton_step(const Above& above) {
        return excess(above) / above.count;
    }
    SOFTGRAD_INLINE static Pack raised(Pack u) { return u; }
    SOFTGRAD_INLINE static Pair raised(Pair u) { return u; }
    SOFTGRAD_INLINE static Pack correction(Pack excess, Pack, Pack count) { return excess / count; }

    static double least(const double*) { return 0.0; }
    // p^(2 - alpha), and NaN at NaN.
    template <class P>
    SOFTGRAD_INLINE static Pack weight(Pack p, const double*) {
        return select(p > 0.0, splat(1.0), p);
    }
    // The divergence of t from p, given t - p; and of nothing from p.
    template <class P>
    SOFTGRAD_INLINE static Pack divergence(Pack, Pack, Pack difference, const double*) {
        return 0.5 * difference * difference;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack divergence_of_none(Pack p, const double*) {
        return 0.5 * p * p;
    }
};

struct Sparsemax {
    template <class P>
    static void forward(Tile& tile) {
        sparse_forward<SparsemaxMap, P>(tile);
    }
    template <class P>
    static void pullback(Tile& tile) {
        sparse_pullback<SparsemaxMap, P>(tile);
    }
    template <class P>
    static void pushforward(Tile& tile) {
        sparse_pushforward<SparsemaxMap, P>(tile);
    }
    template <class P>
    static void bend(Tile& tile) {
        sparse_bend<SparsemaxMap, P>(tile);
    }
    template <class P>
    static void fenchel_young(Tile& tile) {
        sparse_fenchel_young<SparsemaxMap, P>(tile);
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              -infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(pullback),
                              SOFTGRAD_STAGES(pushforward),
                              SOFTGRAD_STAGES(bend),
                              SOFTGRAD_STAGES(fenchel_young)};
        made.is_steep = [](const double*) { return true; };
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
