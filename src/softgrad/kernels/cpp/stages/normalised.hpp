// Derivatives of weights normalised to sum to 1, p = g(z) / sum g(z), with a = g'/g, b = g''/g and
// c = (log g)'' = b - a^2 entry by entry:
//
//     J^T u of p       a p (u - p.u)
//     J^T u of log p   a (u - p sum u)
//
// At most one p_k exceeds 1/2, and only that entry can lose digits: there u is taken relative to
// u_k, or k is left out of the sum and 1 - p_k taken from the complement.
#pragma once

#include "../arithmetic/precision.hpp"
#include "stages.hpp"
#include "total.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The slopes of a strand: numbers for exponentials, else arrays.
struct Slopes {
    const Pack *a, *b, *c;
    double constant;

    static Slopes of(const Tile& tile, Index start) {
        const Pack* a = tile.heads.first;
        return a ? Slopes{a + start, tile.heads.second + start, tile.tails.second + start, 0.0}
                 : Slopes{nullptr, nullptr, nullptr, tile.slope};
    }
    SOFTGRAD_INLINE Pack first(Index k) const { return a ? a[k] : splat(constant); }
    SOFTGRAD_INLINE Pack second(Index k) const { return a ? b[k] : splat(constant * constant); }
};

// The mean p.u, where the p of a row add up to 1 - missing. If one p exceeds 1/2, its u is taken
// off all others and their mean first.
SOFTGRAD_INLINE Pack mean_from_pivot(Pack* u, const Pack* p, const Shape& shape, Pack missing) {
    Pack at_pivot = {}, mean = {};
    Mask pivots = no_lanes();
    for (Index k = 0; k < shape.packs; ++k) {
        const Mask pivot = p[k] > 0.5;
        pivots |= pivot;
        at_pivot += where(pivot, u[k]);
        mean = multiply_add(p[k], u[k], mean);
    }
    if (!any(pivots)) return shape.across(mean);
    at_pivot = shape.across(at_pivot);
    mean = Pack{};
    for (Index k = 0; k < shape.packs; ++k) {
        u[k] -= at_pivot;
        mean = multiply_add(p[k], u[k], mean);
    }
    return shape.across(mean) - at_pivot * missing;
}

// factor p (u - p.u) in place of u.
SOFTGRAD_INLINE void centre(Pack* u, const Pack* p, const Shape& shape, Pack missing = Pack{},
                            double factor = 1.0) {
    const Pack mean = mean_from_pivot(u, p, shape, missing);
    for (Index k = 0; k < shape.packs; ++k) u[k] = (factor * p[k]) * (u[k] - mean);
}

// Entries that can occur; in an undefined row all count, so that its NaN reaches each of them.
SOFTGRAD_INLINE Mask alive(Pack z, Pack p, double neutral) { return (z != neutral) | is_nan(p); }

// u - p sum u in place of u, 0 where an entry cannot occur; returns the sum of u.
template <class P>
SOFTGRAD_INLINE Pack centre_log(Pack* u, const Pack* p, const Pack* q, const Pack* z,
                                double neutral, const Shape& shape) {
    Total<P> of_others;
    Pack at_pivot = {};
    for (Index k = 0; k < shape.packs; ++k) {
        u[k] = where(alive(z[k], p[k], neutral), u[k]);
        const Mask pivot = p[k] > 0.5;
        at_pivot += where(pivot, u[k]);
        of_others.add(where(~pivot, u[k]));
    }
    const Pack others = of_others.rounded_across(shape);
    const Pack sum = others + shape.across(at_pivot);
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack at_k = multiply_add(q[k], u[k], -(p[k] * others));
        const Pack centred = select(p[k] > 0.5, at_k, u[k] - p[k] * sum);
        u[k] = where(alive(z[k], p[k], neutral), centred);
    }
    return sum;
}

SOFTGRAD_INLINE Pack missing_of(const Tile& tile, Index s) {
    return tile.missing ? tile.missing[s] : Pack{};
}

// The sum of x over the row, and without the entry whose p exceeds 1/2.
struct Sums {
    Pack all;
    Pack others;
};
template <class Term>
SOFTGRAD_INLINE Sums sums_of(Term term, const Pack* p, const Shape& shape) {
    Pack all = {}, others = {};
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack x = term(k);
        all += x;
        others += where(~(p[k] > 0.5), x);
    }
    return {shape.across(all), shape.across(others)};
}

template <class P>
void pullback_of_output(Tile& tile, Index s) {
    const Shape& shape = tile.shape;
    const Index start = s * shape.packs;
    const Slopes slopes = Slopes::of(tile, start);
    const Pack* p = tile.heads.p + start;
    Pack* g = tile.gradient + start;
    if (!tile.hessian && !slopes.a) {
        centre(g, p, shape, missing_of(tile, s), slopes.constant);
        return;
    }
    centre(g, p, shape, missing_of(tile, s));
    if (tile.hessian) {
        const Pack* q = tile.heads.q + start;
        Pack* h = tile.hessian + start;
        if (tile.steps) tile.steps(tile, start, q, nullptr, p, h);
        const Sums spread = sums_of([&](Index k) { return h[k] * p[k] * p[k]; }, p, shape);
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack a = slopes.first(k), own = h[k] * p[k] * p[k];
            const Pack rest = select(p[k] > 0.5, spread.others, spread.all - own);
            const Pack square = tile.steps ? h[k] : multiply_add(h[k] * q[k], q[k], rest);
            const Pack carried = (a * a) * (p[k] * p[k]) * square;
            const Pack bend =
                slopes.a ? slopes.b[k] - 2.0 * (a * a) * p[k] : (a * a) * (q[k] - p[k]);
            h[k] = carried + g[k] * bend;
        }
        if (tile.left) {
            Pack *left = tile.left + start, *right = tile.right + start;
            centre(left, p, shape, missing_of(tile, s));
            centre(right, p, shape, missing_of(tile, s));
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack a = slopes.first(k);
                h[k] += 2.0 * (a * left[k]) * (a * right[k]);
            }
        }
    }
    for (Index k = 0; k < shape.packs; ++k) g[k] *= slopes.first(k);
}

template <class P>
void pullback_of_log(Tile& tile, Index s) {
    const Shape& shape = tile.shape;
    const Index start = s * shape.packs;
    const Slopes slopes = Slopes::of(tile, start);
    const Pack *p = tile.heads.p + start, *q = tile.heads.q + start, *z = tile.z + start;
    Pack* g = tile.gradient + start;
    const Pack sum = centre_log<P>(g, p, q, z, tile.neutral, shape);
    if (tile.hessian) {
        Pack* h = tile.hessian + start;
        const auto bend_of = [&](Index k) { return where(alive(z[k], p[k], tile.neutral), h[k]); };
        const Sums bends = sums_of(bend_of, p, shape);
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack a = slopes.first(k);
            const Pack rest = select(p[k] > 0.5, bends.others, bends.all - h[k]);
            const Pack carried = multiply_add(h[k] * q[k], q[k], p[k] * p[k] * rest);
            const Pack diagonal = (a * a) * (carried - sum * (p[k] * q[k]));
            const Pack bent = slopes.a ? multiply_add(slopes.c[k], g[k], diagonal) : diagonal;
            h[k] = where(alive(z[k], p[k], tile.neutral), bent);
        }
        if (tile.left) {
            Pack *left = tile.left + start, *right = tile.right + start;
            centre_log<P>(left, p, q, z, tile.neutral, shape);
            centre_log<P>(right, p, q, z, tile.neutral, shape);
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack a = slopes.first(k);
                h[k] += 2.0 * (a * left[k]) * (a * right[k]);
            }
        }
    }
    for (Index k = 0; k < shape.packs; ++k) g[k] *= slopes.first(k);
}

template <class P>
void normalised_pullback(Tile& tile) {
    for (Index s = 0; s < tile.shape.strands; ++s) {
        if (tile.form == Form::output) pullback_of_output<P>(tile, s);
        if (tile.form == Form::log) pullback_of_log<P>(tile, s);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
