// x^a for x >= 0 and a finite exponent a that is the same for all x.
//
// The usual exponents are products and roots. Any other is exp(a log x), where an error of log x
// becomes one a times as large of the result: in float64 the logarithm has more digits than that.
#pragma once

#include "inverse.hpp"
#include "long_power.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace logarithm_constants {
// As `tail` in logarithm.hpp, to 2^-37.6 of the logarithm (Lawson's iteration at 60 digits).
inline constexpr double brief_tail[] = {
    0x1.555554fdd1582p-1,
    0x1.999a7a372a793p-2,
    0x1.2438ea5425d75p-2,
    0x1.e2f3dedaad794p-3,
};
}  // namespace logarithm_constants

// log(1 + f) = s (2 + tail) to 2^-37, for 1 + f in [sqrt(1/2), sqrt(2)).
struct BriefLogarithm {
    Pack s, tail;

    SOFTGRAD_INLINE explicit BriefLogarithm(Pack f) : s(quotient<Brief>(f, 2.0 + f)) {
        const Pack w = s * s;
        tail = w * polynomial(w, logarithm_constants::brief_tail);
    }
    // With k log 2.
    SOFTGRAD_INLINE Pack plus(Pack k) const {
        return multiply_add(k, splat(exponential_constants::ln2), s * (2.0 + tail));
    }
    // Less f, which is 2 s + s f.
    SOFTGRAD_INLINE Pack excess(Pack f) const { return s * (tail - f); }
};

// log x to 2^-37, for normal x > 0.
SOFTGRAD_INLINE Pack brief_log(Pack x) {
    const Significand parts = significand(x);
    return BriefLogarithm(parts.f).plus(parts.k);
}

// log(1 + t) to 2^-33, for finite t >= 0; NaN passes.
SOFTGRAD_INLINE Pack brief_log_one_plus(Pack t) {
    // 1 + t has lost digits of a small t.
    return select(t >= 0x1p-20, brief_log(1.0 + t), t - 0.5 * t * t);
}

// exp(a log x) where x is usable, exp(a log_x) elsewhere.
template <class P>
SOFTGRAD_INLINE Pack power_by_logarithm(Pack x, Mask usable, Pack log_x, double exponent) {
    const Pack base = select(usable, x, splat(1.0));
    if constexpr (P::precise) {
        const Pair raised = multiply(long_log(base), splat(exponent));
        const Pack high = select(usable, raised.high, exponent * log_x);
        // Far beyond the range of exp the error term is not needed, and may be NaN.
        return P::exp(high, where(usable & (absolute(high) < 800.0), raised.low));
    } else {
        return P::exp(exponent * select(usable, brief_log(base), log_x));
    }
}

// Exponents for which products and roots are as accurate.
SOFTGRAD_INLINE bool is_simple(double exponent) {
    return exponent == 0.0 || exponent == 1.0 || exponent == 2.0 || exponent == 3.0 ||
           exponent == 0.5 || exponent == 1.5 || exponent == -0.5 || exponent == -1.0;
}
SOFTGRAD_INLINE Pack simple_power(Pack x, double exponent) {
    if (exponent == 0.0) return splat(1.0);
    if (exponent == 1.0) return x;
    if (exponent == 2.0) return x * x;
    if (exponent == 3.0) return x * x * x;
    if (exponent == -1.0) return 1.0 / x;
    const Pack root = square_root(x);
    if (exponent == 0.5) return root;
    return exponent == 1.5 ? x * root : 1.0 / root;
}

// Functions of their arguments alone, which are worth a call: what a value and a derivative both
// contain is computed once.
#define SOFTGRAD_ONCE __attribute__((noinline, const)) inline

// x^a for x >= 0; 1 for a = 0, whatever x is.
template <class P>
SOFTGRAD_ONCE Pack power(Pack x, double exponent) {
    if (is_simple(exponent)) return simple_power(x, exponent);
    const Pack edge = select(x == 0.0, splat(-infinity), splat(not_a_number));
    return power_by_logarithm<P>(x, (x > 0.0) & (x < infinity), select(x > 0.0, x, edge), exponent);
}

// x^a for x >= 0 given log x too, which knows what x was before it underflowed or overflowed.
template <class P>
SOFTGRAD_ONCE Pack power(Pack x, Pack log_x, double exponent) {
    // Brief exponentials stop at exp(-700) and exp(700) on their way to 0 and infinity.
    constexpr double lowest = P::precise ? 0x1p-1022 : 1e-300;
    constexpr double highest = P::precise ? infinity : 1e300;
    const Mask usable = (x >= lowest) & (x < highest);
    // From the first power on, what has underflowed stays so.
    const bool is_steep = exponent == 0.0 || exponent >= 1.0;
    if (!is_simple(exponent)) return power_by_logarithm<P>(x, usable, log_x, exponent);
    const Pack simple = simple_power(x, exponent);
    if (is_steep || !any(~usable)) return simple;
    return select(usable, simple, power_by_logarithm<P>(x, usable, log_x, exponent));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
