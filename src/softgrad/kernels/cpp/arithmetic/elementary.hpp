// Functions of the array API, with its rules for NaN, infinities and zeros.
#pragma once

#include "logistic.hpp"
#include "power.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// -1, 0 or 1; 0 and NaN are their own signs.
SOFTGRAD_INLINE Pack sign_of(Pack x) {
    return select(x > 0.0, splat(1.0), select(x < 0.0, splat(-1.0), x));
}

// NaN where either is. (`largest` and `smallest` are that in one instruction if one is no NaN.)
SOFTGRAD_INLINE Pack larger_of(Pack a, Pack b) { return select(is_nan(a), a, largest(a, b)); }
SOFTGRAD_INLINE Pack smaller_of(Pack a, Pack b) { return select(is_nan(a), a, smallest(a, b)); }

// sqrt(a^2 + b^2), whatever the squares are.
SOFTGRAD_INLINE Pack hypotenuse(Pack a, Pack b) {
    const Pack size = larger_of(absolute(a), absolute(b));
    const Mask huge = size > 0x1p500, tiny = size < 0x1p-400;
    const Pack scale = select(huge, splat(0x1p-600), select(tiny, splat(0x1p600), splat(1.0)));
    const Pack back = select(huge, splat(0x1p600), select(tiny, splat(0x1p-600), splat(1.0)));
    const Pack x = scale * a, y = scale * b;
    const Pack root = square_root(multiply_add(x, x, y * y)) * back;
    return select(size == infinity, size, root);
}

// The same where one of the two is neither tiny nor huge.
SOFTGRAD_INLINE Pack moderate_hypotenuse(Pack a, Pack b) {
    const Pack size = larger_of(absolute(a), absolute(b));
    return select(size > 0x1p500, size, square_root(multiply_add(a, a, b * b)));
}

// log x: -inf at 0, NaN below it.
template <class P>
SOFTGRAD_INLINE Pack logarithm(Pack x) {
    if constexpr (P::precise) return logarithm(x);
    const Mask regular = (x > 0.0) & (x < infinity), tiny = x < 0x1p-1022;
    const Pack raised = select(tiny, x * 0x1p54, x);
    const Pack log = brief_log(select(regular, raised, splat(1.0)));
    const Pack edge = select(x == 0.0, splat(-infinity), select(x < 0.0, splat(not_a_number), x));
    return select(regular, log - where(tiny, splat(54.0 * exponential_constants::ln2)), edge);
}

// log(1 + x): -inf at -1, NaN below it.
template <class P>
SOFTGRAD_INLINE Pack log_one_plus(Pack x) {
    const Pack edge = select(x == -1.0, splat(-infinity), select(x < -1.0, splat(not_a_number), x));
    const Mask regular = (x > -1.0) & (x < infinity);
    if constexpr (P::precise) return select(regular, log_one_plus(where(regular, x)), edge);
    // 1 + x has lost digits of a small x.
    const Pack near = x - x * x * (0.5 - x * (1.0 / 3.0 - 0.25 * x));
    const Pack far = brief_log(select(regular, 1.0 + x, splat(1.0)));
    return select(regular, select(absolute(x) < 0x1p-8, near, far), edge);
}

// sinh x, through exp(|x|) - 1.
template <class P>
SOFTGRAD_INLINE Pack hyperbolic_sine(Pack x) {
    const Pack more = exponential_minus_one<P>(absolute(x));
    const Pack size = 0.5 * (more + more / (1.0 + more));
    return with_sign_of(select(more == infinity, more, size), x);
}

// asinh x = log(|x| + sqrt(x^2 + 1)), odd.
template <class P>
SOFTGRAD_INLINE Pack inverse_hyperbolic_sine(Pack x) {
    const Pack size = absolute(x);
    const Mask far = size > 0x1p30;  // from there on the root is |x|
    const Pack root = square_root(multiply_add(x, x, splat(1.0)));
    const Pack near = size + size * (size / (1.0 + root));
    const Pack log = log_one_plus<P>(select(far, size - 1.0, near));
    return with_sign_of(log + where(far, splat(exponential_constants::ln2)), x);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
