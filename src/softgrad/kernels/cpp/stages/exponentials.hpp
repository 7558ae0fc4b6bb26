// The exponentials of a row: e_j = exp((z_j - z_k) / T) with k = argmax z, their sum t without
// e_k, and 1 / (1 + t). So 1 - p_k = t / (1 + t) is known without subtracting.
//
// In float64 the rounding error of (z_j - z_k) / T is kept: without it a softmax is off by
// |z_j - z_k| / 2 units in the last place.
#pragma once

#include "../arithmetic/precision.hpp"
#include "tile.hpp"
#include "total.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// What exponentials are taken of: sign and reciprocal of the temperature, and a class that is in
// every row without being an entry (softmax-plus-one's ghost; -inf for none).
struct Exponent {
    Pair inverse_temperature;
    bool is_one;
    double ghost = -infinity;

    static Exponent of(double temperature) {
        return {reciprocal(Pair{splat(temperature), Pack{}}), temperature == 1.0};
    }
};

// The distance of a logit from the largest one, divided by the temperature, in two numbers.
template <class P, bool is_one>
SOFTGRAD_INLINE Pair distance(Pack z, Pack top, const Exponent& exponent) {
    if constexpr (!P::precise) {
        Pack d = z - top;
        if constexpr (!is_one) d *= exponent.inverse_temperature.high;
        return {d, Pack{}};
    } else {
        Pair d = two_difference(z, top);
        if constexpr (!is_one) d = multiply(d, exponent.inverse_temperature);
        // -inf, or so far below that the exponential is 0: the error term is NaN or unneeded.
        return {d.high, where(~(d.high < lowest_raised), d.low)};
    }
}

// The power of two by which exponentials are multiplied in memory.
template <class P>
inline constexpr double raise = P::precise ? 0x1p512 : 1.0;

template <class P>
SOFTGRAD_INLINE Pack raised_exp(Pair d) {
    if constexpr (P::precise) return raised_exponential(d.high, d.low);
    return brief_exponential(largest(splat(-700.0), d.high));
}

// What the raised exponentials of a row still need to be probabilities.
struct RowSums {
    Pack top;        // the largest logit
    Pair inverse;    // 1 / (1 + t) / raise; 0 where no class can occur
    Pack rest;       // t
    Pack top_p;      // the largest probability, 1 / (1 + t)
    Pack top_q;      // t / (1 + t)
};

// Of the raised exponentials e of a strand, whose sum over each row, the ghost's included, is `all`.
template <class P>
SOFTGRAD_INLINE RowSums row_sums(const Pack* e, const Shape& shape, Pack top, Pair all,
                                 Pack ghost = Pack{}) {
    // Each entry at the top is exactly `raise`: a row without one is empty.
    const Mask empty = all.high < 0.5 * raise<P>;
    Pair others = add(all, splat(-raise<P>));
    others = fast_two_sum(others.high, others.low);
    // Where next to nothing is left, the sum has rounded it away: it is added up without the top.
    constexpr double little = (P::precise ? 0x1p-30 : 0x1p-10) * raise<P>;
    const Mask small = (others.high < little) & ~empty;
    if (__builtin_expect(any(small), false)) {
        Total<P> total;
        Pack at_top = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Mask is_top = e[k] == raise<P>;
            at_top += where(is_top, splat(raise<P>));
            total.add(where(~is_top, e[k]));
        }
        const Mask ghost_at_top = ghost == raise<P>;
        const Pack surplus = shape.across(at_top) + where(ghost_at_top, ghost) - raise<P>;
        const Pair kept = add(add(total.across(shape), where(~ghost_at_top, ghost)), surplus);
        others = {select(small, kept.high, others.high), select(small, kept.low, others.low)};
    }
    const Pair t{others.high * (1.0 / raise<P>), others.low * (1.0 / raise<P>)};
    if constexpr (P::precise) {
        const Pair total = add(Pair{splat(1.0), where(absolute(t.high) < infinity, t.low)}, t.high);
        const Pair inverse = reciprocal(renormalise(total));
        const Pack high = where(~empty, inverse.high), low = where(~empty, inverse.low);
        const Pair lowered{high * (1.0 / raise<P>), low * (1.0 / raise<P>)};
        return {top, lowered, where(~empty, t.high + t.low), high + low,
                where(~empty, rounded(multiply(t, inverse)))};
    } else {
        const Pack inverse = where(~empty, 1.0 / (1.0 + t.high));
        // What brief exponentials leave of -inf adds up to nothing.
        const Pack rest = where(~(empty | (t.high < 0x1p-980)), t.high);
        return {top, {inverse, Pack{}}, rest, inverse, rest * inverse};
    }
}

// The rules for rows with infinities: one +inf takes all, several leave nothing defined, and a
// NaN beside infinities is a NaN row. (Beside finite logits NaN spreads by itself.)
inline void settle_infinities(Pack* z, const Shape& shape, Pack top, double ghost = -infinity) {
    Pack infinities = {}, broken = {};
    for (Index k = 0; k < shape.packs; ++k) {
        infinities += where(z[k] == infinity, splat(1.0));
        broken += where(is_nan(z[k]), splat(1.0));
    }
    infinities = shape.across(infinities);
    broken = shape.across(broken);
    // In the place of infinity: so far above a ghost that nothing is left of it.
    const double height = ghost > -infinity ? __builtin_fabs(ghost) + 4096.0 : 0.0;
    const Mask odd = absolute(top) == infinity;
    const Mask undefined = odd & ((infinities > 1.0) | (broken > 0.0));
    const Mask saturated = odd & (infinities == 1.0);
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack one_hot = select(z[k] == infinity, splat(height), splat(-infinity));
        z[k] = select(undefined, splat(not_a_number), select(saturated, one_hot, z[k]));
    }
}

// The largest logit of each row, NaN ignored; -inf where there is none.
SOFTGRAD_INLINE Pack row_top(const Pack* z, const Shape& shape) {
    Pack top = splat(-infinity);
    for (Index k = 0; k < shape.packs; ++k) top = largest(z[k], top);
    return shape.across_maximum(top);
}

// Writes the raised exponentials of a strand to e, which may be z, given its finite top, and
// returns their sum over each row; where `distances` is not null, the distances go there.
template <class P, bool is_one>
SOFTGRAD_INLINE Pair raised_exponentials(const Pack* z, Pack* e, const Shape& shape, Pack top,
                                         const Exponent& exponent, Pack* distances = nullptr) {
    Total<P> total;
    for (Index k = 0; k < shape.packs; ++k) {
        const Pair d = distance<P, is_one>(z[k], top, exponent);
        const Pack raised = raised_exp<P>(d);
        total.add(raised);
        if (distances) distances[k] = d.high + d.low;
        e[k] = raised;
    }
    return total.across(shape);
}

// The ghost's exponential beside those of a row; 0 where there is no ghost.
template <class P>
SOFTGRAD_INLINE Pack ghost_beside(Pack top, const Exponent& exponent) {
    if (exponent.ghost == -infinity) return Pack{};
    return raised_exp<P>(distance<P, true>(splat(exponent.ghost), top, exponent));
}

// All of it, for any strand: exponentials of z, or of -z. e is another array than z.
template <class P, bool is_one, int sign = 1>
SOFTGRAD_INLINE RowSums exponentials(const Pack* z, Pack* e, Pack* distances, const Shape& shape,
                                     const Exponent& exponent) {
    Pack top = sign > 0 ? row_top(z, shape) : Pack{};
    top = largest(splat(exponent.ghost), top);
    if (sign < 0 || any(absolute(top) == infinity)) {
        // In the place of the exponentials, for z stays as it is.
        for (Index k = 0; k < shape.packs; ++k) e[k] = sign < 0 ? -z[k] : z[k];
        top = largest(splat(exponent.ghost), row_top(e, shape));
        if (any(absolute(top) == infinity)) {
            settle_infinities(e, shape, top, exponent.ghost);
            top = largest(splat(exponent.ghost), row_top(e, shape));
            top = select(top == -infinity, Pack{}, top);  // nothing is at the top of an empty row
        }
        z = e;
    }
    const Pair sum = raised_exponentials<P, is_one>(z, e, shape, top, exponent, distances);
    const Pack ghost = ghost_beside<P>(top, exponent);
    return row_sums<P>(e, shape, top, add(sum, ghost), ghost);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
