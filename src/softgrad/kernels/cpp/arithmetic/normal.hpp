// The normal distribution: density, both tails, logarithm and inverse Mills ratio.
//
// Everything rests on the Mills ratio: Phi(-a) = exp(-a^2 / 2) tail_ratio(a) for a >= 0.
#pragma once

#include "decay.hpp"
#include "mills.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace normal_constants {
// (Phi(x) - 1/2) / x in x^2 <= 1/2, to 7.3e-17 (tools/fit_special.py).
inline constexpr double half_error_function[] = {
    0.3989422804014327,     -0.06649038006690496,   0.009973557010009501,
    -0.0011873282149393709, 0.00011543468203839274, -9.444623920664533e-06,
    6.658589845581663e-07,  -4.100625267192469e-08, 2.033742058621596e-09,
};
inline constexpr double root_2_pi = 0x1.40d931ff62706p+1;
inline constexpr double centre = 0.7;
// exp(-furthest^2 / 2) is 0 in float64 and, in two factors, still in the range of `Decay`.
inline constexpr double furthest = 50.0;
}  // namespace normal_constants

// exp(-size^2 / 2) for 0 <= size <= 50, the rounding of the square put back.
template <class P>
SOFTGRAD_INLINE Decay<P> gaussian(Pack size) {
    const Pair square = two_product(size, size);
    return Decay<P>(-0.5 * square.high, -0.5 * square.low);
}

// factor phi(x), for a finite factor.
template <class P>
SOFTGRAD_INLINE Pack normal_pdf_times(Pack x, Pack factor) {
    using namespace normal_constants;
    const Pack size = smallest(splat(furthest), absolute(x));
    return gaussian<P>(size).times(inverse_root_2_pi * factor);
}

template <class P>
SOFTGRAD_INLINE Pack normal_pdf(Pack x) {
    return normal_pdf_times<P>(x, splat(1.0));
}

// Phi(x), also in the lower tail.
template <class P>
SOFTGRAD_INLINE Pack normal_cdf(Pack x) {
    using namespace normal_constants;
    const Pack size = smallest(splat(furthest), absolute(x));
    const Pack tail = gaussian<P>(size).times(tail_ratio(size));
    const Pack outside = select(x > 0.0, 1.0 - tail, tail);
    if constexpr (!P::precise) return outside;
    // 1 - tail would round more than the result's last place.
    const Pack inside = multiply_add(x, polynomial(x * x, half_error_function), splat(0.5));
    return select(size <= centre, inside, outside);
}

// phi(x) / Phi(x), the derivative of log Phi: about -x far left.
template <class P>
SOFTGRAD_INLINE Pack inverse_mills(Pack x) {
    const Pack right = normal_pdf<P>(x) / normal_cdf<P>(x);
    const Pack size = absolute(x);
    return select(x > 0.0, right, size + mills_excess(size));
}

// log Phi(x): -Phi(-x) far right, -x^2 / 2 - log(-x sqrt(2 pi)) far left.
template <class P>
SOFTGRAD_INLINE Pack log_normal_cdf(Pack x) {
    using namespace normal_constants;
    const Pack size = smallest(splat(1e300), absolute(x));  // x^2 is infinite long before
    const Mask left = x < -centre, right = x > 0.55;
    const Pack middle = multiply_add(x, polynomial(x * x, half_error_function), splat(0.5));
    const Pair one_less = two_sum(splat(1.0), -normal_cdf<P>(-size));

    // One logarithm for the three ranges.
    const Pack scaled = select(left, root_2_pi * (size + mills_excess(size)), middle);
    const Pair log =
        log_of_normal(select(right, one_less.high, scaled), where(right, one_less.low));
    const Pack value = select(left, -(0.5 * size * size + rounded(log)), rounded(log));
    return select(is_nan(x), x, value);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
