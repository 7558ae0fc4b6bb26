// What entmax has at every alpha that has no closed form.
#pragma once

#include "../arithmetic/power.hpp"
#include "../stages/sparse_candidates.hpp"
#include "tsallis_divergence.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct EntmaxFamily {
    static constexpr double scale = 1.0;
    static double alpha(const double* parameters) { return parameters[0]; }
    static double reach(const double* parameters) { return 1.0 / (parameters[0] - 1.0); }

    static Pack bound(const Pack*, Index, const Shape&, const double* parameters) {
        return splat(-reach(parameters));
    }

    // Below it p^(2 - alpha) is beyond 2^960: more is cut off, so that sums of it are numbers.
    static double least(const double* parameters) {
        using exponential_constants::ln2;
        const double bend = parameters[0] - 2.0;
        return bend > 0.0 ? exponential(splat(-960.0 * ln2 / bend))[0] : 0.0;
    }
    // p^(2 - alpha), and NaN at NaN.
    template <class P>
    SOFTGRAD_INLINE static Pack weight(Pack p, const double* parameters) {
        const Pack raised = power<P>(p, 2.0 - parameters[0]);
        return select(p > 0.0, smallest(raised, splat(0x1p960)), p);
    }
    // The divergence of t from p, given t - p; and of nothing from p.
    template <class P>
    SOFTGRAD_INLINE static Pack divergence(Pack t, Pack p, Pack difference,
                                           const double* parameters) {
        return tsallis_divergence<P>(t, p, difference, parameters[0]);
    }
    template <class P>
    SOFTGRAD_INLINE static Pack divergence_of_none(Pack p, const double* parameters) {
        return select(p > 0.0, power<P>(p, parameters[0]) / parameters[0], p);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
