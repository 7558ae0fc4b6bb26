// The unit vector u = x / |x| of a row, and how a projection t . u changes with x.
//
// With s = t . u and v = t - s u the gradient of -t . u by x is -v / |x| and its Hessian
// (s (I - u u^T) + u v^T + v u^T) / |x|^2. At most one entry has u^2 > 1/2, the dominant one;
// there 1 - |u| and 1 - u^2 are sums over the other entries.
#pragma once

#include "exponentials.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// 2^-e for a number of exponent e, so that multiplying by it rounds nothing.
SOFTGRAD_INLINE Pack inverse_power_below(Pack x) {
    const BitsPack exponent = bits_of(x) >> 52;
    const Pack regular = pack_of((splat_bits(2046) - exponent) << 52);
    return select(x < 0x1p1022, regular, splat(0x1p-1022));
}

// The output and the target of a strand, as functions of the number of a pack.
SOFTGRAD_INLINE auto outputs_of(const Tile& tile, Index start) {
    return [&tile, start](Index k) { return kept(tile, start + k, tile.heads.p[start + k]); };
}
SOFTGRAD_INLINE auto targets_of(const Tile& tile, Index start) {
    return [&tile, start](Index k) { return tile.target[start + k]; };
}

template <class P>
struct Direction {
    Pack scale;            // a power of two that brings the largest entry near 1
    Mask endless;          // of a row with infinite entries, which share its direction evenly
    Pack norm;             // of the scaled row; 1 for a row of zeros
    Pack inverse_norm;
    Pack inverse_length;   // 1 / |x|; 0 for a row of zeros
    Pack dominant_size;    // of the entry with u^2 > 1/2; NaN where there is none
    Pack dominant_shortfall;
    Pack dominant_rest;

    // Of the entries x(0), x(1), ... of a strand, 0 where they do not count.
    template <class Entry>
    SOFTGRAD_INLINE static Direction of(Entry x, const Shape& shape) {
        Pack top = {};
        for (Index k = 0; k < shape.packs; ++k) top = largest(absolute(x(k)), top);
        top = shape.across_maximum(top);
        const Mask empty = top == 0.0, endless = top == infinity;
        const Pack scale = select(empty, splat(1.0), inverse_power_below(top));
        Total<P> sum;
        Pack at_top = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack entry = x(k);
            const Mask is_top = absolute(entry) == top;
            at_top += where(is_top, splat(1.0));
            const Pack scaled_entry = scaled(entry, scale, endless);
            sum.add(where(~is_top, scaled_entry * scaled_entry));
        }
        const Pack size = scaled(top, scale, endless), square = size * size;
        const Pack others = rounded(sum.across(shape)) +
                            multiply_add(shape.across(at_top) - 1.0, square, size - size);
        const Pack total = select(empty, splat(1.0), square + others);
        const Pack norm = square_root(total);
        return {scale,
                endless,
                norm,
                1.0 / norm,
                select(empty | endless, Pack{}, scale / norm),
                select(square > others, size, splat(not_a_number)),
                others / (norm * (norm + size)),
                others / total};
    }

    SOFTGRAD_INLINE Pack unit(Pack x) const {
        const Pack near_one = scaled(x, scale, endless);
        if constexpr (P::precise) return near_one / norm;
        return near_one * inverse_norm;
    }
    SOFTGRAD_INLINE Mask is_dominant(Pack x) const {
        return absolute(scaled(x, scale, endless)) == dominant_size;
    }
    // 1 - |u|
    SOFTGRAD_INLINE Pack shortfall(Pack x) const {
        return select(is_dominant(x), dominant_shortfall, 1.0 - absolute(unit(x)));
    }

    // The direction of `scale` times a strand whose entries are functions of one logit each: their
    // derivatives are scaled in its place. What 1 / |x|^2 would make of 1e-160 stays a number.
    SOFTGRAD_INLINE Direction near_one(Tile& tile, Index start) const {
        for (Index k = 0; k < tile.shape.packs; ++k) {
            tile.heads.first[start + k] *= scale;
            if (tile.heads.second) tile.heads.second[start + k] *= scale;
        }
        return near_one();
    }
    // Where that has been done.
    SOFTGRAD_INLINE Direction near_one() const {
        Direction direction = *this;
        direction.inverse_length = where(inverse_length > 0.0, inverse_norm);
        return direction;
    }

private:
    SOFTGRAD_INLINE static Pack scaled(Pack x, Pack scale, Mask endless) {
        const Pack limit = where(absolute(x) == infinity, with_sign_of(splat(1.0), x));
        return select(endless, limit, x * scale);
    }
};

// t seen from the direction u of a strand x, both functions of the number of a pack.
template <class P, class Entry, class Target>
class Aim {
public:
    Pack s;  // t . u

    SOFTGRAD_INLINE Aim(const Shape& shape, const Direction<P>& direction, Entry x, Target t)
        : direction_(direction), x_(x), t_(t) {
        Total<P> at_dominant, at_others;
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack term = t_(k) * unit(k);
            at_dominant.add(where(is_dominant(k), term));
            at_others.add(where(~is_dominant(k), term));
        }
        const Pair others = at_others.across(shape);
        others_ = rounded(others);
        s = rounded(add(at_dominant.across(shape), others));
    }

    SOFTGRAD_INLINE Pack unit(Index k) const { return direction_.unit(x_(k)); }
    SOFTGRAD_INLINE Mask is_dominant(Index k) const { return direction_.is_dominant(x_(k)); }
    // Entry k of v = t - s u.
    SOFTGRAD_INLINE Pack orthogonal(Index k) const {
        const Pack there = t_(k) * direction_.dominant_rest - unit(k) * others_;
        return select(is_dominant(k), there, t_(k) - s * unit(k));
    }

private:
    const Direction<P>& direction_;
    const Entry x_;
    const Target t_;
    Pack others_;  // t . u without the dominant entry
};

// Writes the gradient of -t . u by x, and its Hessian where the tile wants it, of the strand that
// starts at `start`.
template <class P, class Entry, class Target>
SOFTGRAD_INLINE void pull_towards(Tile& tile, Index start, const Direction<P>& direction, Entry x,
                                  Target t) {
    const Shape& shape = tile.shape;
    const Aim<P, Entry, Target> aim(shape, direction, x, t);
    const Pack squared = direction.inverse_length * direction.inverse_length;
    for (Index k = 0; k < shape.packs; ++k) {
        const Index e = start + k;
        const Pack u = aim.unit(k), v = aim.orthogonal(k);
        tile.gradient[e] = kept(tile, e, -(v * direction.inverse_length));
        if (tile.hessian && !tile.left) {
            const Pack beside = select(aim.is_dominant(k), direction.dominant_rest, 1.0 - u * u);
            tile.hessian[e] = kept(tile, e, squared * (aim.s * beside + 2.0 * u * v));
        } else if (tile.hessian) {
            tile.hessian[e] = kept(tile, e, squared * aim.s);
            // Infinitely long rows do not turn.
            tile.left[e] = kept(tile, e, where(direction.inverse_length > 0.0, u));
            tile.right[e] = kept(tile, e, squared * (v - 0.5 * aim.s * u));
        }
    }
}

// That Hessian times tile.gradient =: w, (s (w - u (u.w)) + u (v.w) + v (u.w)) / |x|^2.
template <class P, class Entry, class Target>
SOFTGRAD_INLINE void turn(Tile& tile, Index start, const Direction<P>& direction, Entry x,
                          Target t) {
    const Shape& shape = tile.shape;
    Pack* w = tile.gradient + start;
    const auto given = [w](Index k) { return w[k]; };
    const Aim<P, Entry, Target> aim(shape, direction, x, t);
    const Aim<P, Entry, decltype(given)> across(shape, direction, x, given);
    const Pack squared = direction.inverse_length * direction.inverse_length;
    Pack along = {};
    for (Index k = 0; k < shape.packs; ++k) along = multiply_add(aim.orthogonal(k), w[k], along);
    along = shape.across(along);
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack straight = aim.s * across.orthogonal(k);
        const Pack turned = aim.unit(k) * along + aim.orthogonal(k) * across.s;
        const Pack product = where(direction.inverse_length > 0.0, squared * (straight + turned));
        w[k] = kept(tile, start + k, product);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
