// r^(2 - rho) / (2 - rho) - t r^(1 - rho) / (1 - rho) for t >= 0, with logarithms as its limits at
// rho = 1 and 2. By log r its derivatives are
//     r^(2 - rho) - t r^(1 - rho)   and   (2 - rho) r^(2 - rho) + (rho - 1) t r^(1 - rho).
#pragma once

#include "../arithmetic/power.hpp"
#include "../stages/separable.hpp"
#include "../stages/true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Tweedie {
    static constexpr Form form = Form::log;
    static constexpr bool two_sided = false, needs_p = true, needs_q = false, needs_log = true;
    static constexpr bool positive = true;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double* parameters) {
        const double rise = 2.0 - parameters[0], fall = parameters[0] - 1.0;
        const Pack growth = power<P>(r.p, r.log, rise), decay = power<P>(r.p, r.log, -fall);
        const Pack growing = rise == 0.0 ? r.log : growth / rise;
        const Pack decaying = fall == 0.0 ? -r.log : decay / fall;
        const Pack drop = counted(r.t, decay);

        const Pack difference = r.p - r.t;
        const Mask near = 2.0 * absolute(difference) < r.p;
        const Pack slope = select(near, decay * difference, growth - drop);
        const Pack gain = (1.0 + fall) * drop;
        const Pack by_output = fall == 0.0 ? gain : gain - fall * growth;
        // At both ends one of the two outgrows the other.
        const Pack dropping = counted(r.t, decaying);
        const Pack grown = where(~(dropping == infinity), growing);
        const Pack value = grown + where(~(grown == infinity), dropping);
        return {value, slope, rise * growth + fall * drop, by_output};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
