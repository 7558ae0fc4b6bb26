// p log(p / t) - p + t; by log p its derivatives are p log(p / t) and p log(p / t) + p.
//
// As generated, with a logarithm for the value and one for its slope, it takes 1.5 to 3 times as
// long.
#pragma once

#include "../arithmetic/log_ratio.hpp"
#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct ReverseKLDivergence {
    static constexpr Form form = Form::log;
    static constexpr bool two_sided = true, needs_p = true, needs_q = true, needs_log = true;
    static constexpr bool stays_in_tiles = true;  // nearer than these formulas serve

    // Of classes whose p as a whole is not near t: a logarithm of a float32 number an entry.
    struct Dense {
        static constexpr bool through_log = true, first_is_target = false, takes_powers = true;
        static constexpr double least_value = 0.0, least_of_row = 0.25;
        using Vector = Pack;
        static bool serves(const double*) { return true; }
        SOFTGRAD_INLINE static DenseTerm<Pack> at(const PrecisePoint& r, const double*) {
            const Pack pull = where(r.p != 0.0, r.p * (r.nll + r.log_t));
            const Mask is_there = (r.t > 0.0) | (r.p == 0.0);  // or is none behind the row's end
            return {select(is_there, (r.t - r.p) - pull, splat(not_a_number)), pull};
        }
    };

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double*) {
        const Pack t_minus_p = -r.minus_target();
        const LogRatio ratio = log_ratio<P>(r.t, r.p, r.log, t_minus_p);
        // A class that cannot occur has no slope, even where log 0 is taken of t too.
        const Mask absent = (r.p == 0.0) | (r.log == -infinity);
        const Pack slope = where(~absent, -(r.p * ratio.value));
        const Pack value = select(ratio.near, -(r.p * ratio.excess), slope + t_minus_p);
        return {value, slope, slope + r.p};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
