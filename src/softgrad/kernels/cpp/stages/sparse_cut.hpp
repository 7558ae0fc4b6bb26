// The cut of a sparse map in closed form: the tau with sum [x - tau]_+^r = 1 for r = 1 or 2, over
// x = (z - max z) / r.
//
// A map M finds tau and with it the support in plain numbers. What rounding left over is a
// correction c: sum (e - c)^r = 1 over the support for the heights e = x - tau, which, being small
// differences, are sums of two numbers (as in arrays/sparse_threshold.py).
#pragma once

#include "../arithmetic/exponential.hpp"
#include "sparse_candidates.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The entries above a cut, by their heights.
struct Above {
    Pack count;
    Pack sum;
    Pack squares;
    Pack least;

    // Of some of them; how many is kept as an integer below 0, which is what masks add up to.
    struct Part {
        Mask count = {};
        Pack sum = {};
        Pack squares = {};
        Pack least = splat(infinity);

        SOFTGRAD_INLINE void add(Pack height) {
            const Mask above = height > 0.0;
            const Pack u = where(above, height);
            count += above;
            sum += u;
            squares = multiply_add(u, u, squares);
            least = smallest(select(above, height, splat(infinity)), least);
        }
    };

    SOFTGRAD_INLINE static Above of(const Pack* x, Index packs, const Shape& shape, Pack cut) {
        Part even, odd;  // two chains of sums, which need not wait for one another
        Index k = 0;
        for (; k + 2 <= packs; k += 2) {
            even.add(x[k] - cut);
            odd.add(x[k + 1] - cut);
        }
        if (k < packs) even.add(x[k] - cut);
        return {shape.across(number_of(-(even.count + odd.count))),
                shape.across(even.sum + odd.sum), shape.across(even.squares + odd.squares),
                -shape.across_maximum(-smallest(even.least, odd.least))};
    }

private:
    // Small integers as doubles.
    SOFTGRAD_INLINE static Pack number_of(Mask integers) {
        using exponential_constants::round_to_integer;
        const BitsPack bits = reinterpret_cast<BitsPack>(integers);
        return pack_of(bits + bits_of(splat(round_to_integer))) - round_to_integer;
    }
};

// The cut in plain numbers: Newton's method from the left, until the entries above the cut are
// those above the root of their own equation.
template <class M>
Pack plain_cut(const Candidates& c) {
    Pack cut = c.start;
    while (true) {
        const Above above = Above::of(c.x, c.shape.packs, c.shape, cut);
        const Pack to_root = M::correction(M::excess(above), above.sum, above.count);
        const Mask moves = ~(to_root < above.least);
        if (!any(moves)) return cut + to_root;
        const Pack next = cut + M::newton_step(above);
        // Rounding can end it too.
        if (!any(moves & (next > cut))) return cut + to_root;
        cut = select(moves & (next > cut), next, cut);
    }
}

// A correction of the cut is right to one rounding, which is felt by entries that are no further
// from the cut: they are measured again from the corrected one, until they are off the support or
// have their own digits. The other rows of a strand stay as they are.
struct Doubts {
    Pack moved = {};   // what earlier rounds have corrected
    Pack rounds = {};  // those that left nothing out

    // Moves the heights above `margin` of rows that are in doubt; whether there are any.
    __attribute__((noinline)) bool move(const Candidates& c, Pack correction, double margin,
                                        Pack* high, Pack* low) {
        const Pack near = 4.0 * absolute(correction), noise = 0x1p-50 * absolute(correction);
        Mask undecided = no_lanes(), below = no_lanes();
        for (Index k = 0; k < c.shape.packs; ++k) {
            const Pair u = two_sum(high[k], -correction);
            const Pack height = u.high + (u.low + low[k]);
            const Mask inside = high[k] > margin;
            below |= inside & ~(height > -noise) & (height != 0.0);
            undecided |= inside & ~(height > near) & ((height != 0.0) | (noise != 0.0));
        }
        const Mask leaves = c.shape.across(where(below, splat(1.0))) > 0.0;
        const Mask open =
            (c.shape.across(where(undecided, splat(1.0))) > 0.0) & (leaves | (rounds < 3.0));
        if (!any(open)) return false;
        for (Index k = 0; k < c.shape.packs; ++k) {
            const Pair u = two_sum(high[k], -correction);
            const Pair next = two_sum(u.high, u.low + low[k]);
            const Mask stays = (high[k] > margin) & (next.high > -noise);
            high[k] = select(open, select(stays, next.high, splat(-infinity)), high[k]);
            low[k] = select(open, next.low, low[k]);
        }
        moved += where(open, correction);
        rounds += where(~leaves, splat(1.0));
        return true;
    }
};

// The cut in two numbers, with the probabilities in c.p.
template <class M>
Pair refined_cut(const Candidates& c, Pack cut, const SparseRoom& room) {
    // Entries so near below the cut may be above it; they are left out once that is known.
    const double margin = -0x1p-52 * static_cast<double>(8 + c.shape.packs);
    Pack *high = room.heights(), *low = room.low_heights();
    for (Index k = 0; k < c.shape.packs; ++k) {
        const Pair d = two_difference(c.z[k], c.top);
        const Pair e = two_difference(M::scale * d.high, cut);
        high[k] = e.high;
        low[k] = e.low + M::scale * d.low;
    }
    Doubts doubts;
    while (true) {
        Total<Precise> total;
        Pack slope = {}, count = {};
        for (Index k = 0; k < c.shape.packs; ++k) {
            const Mask inside = high[k] > margin;
            const Pair term = M::raised(Pair{high[k], low[k]});
            total.add(where(inside, term.high));
            total.low += where(inside, term.low);
            slope += where(inside, high[k]);
            count += where(inside, splat(1.0));
        }
        const Pair excess = add(total.across(c.shape), splat(-1.0));
        const Pack correction =
            M::correction(rounded(excess), c.shape.across(slope), c.shape.across(count));

        const Pack near = 4.0 * absolute(correction);
        Mask doubtful = no_lanes();
        for (Index k = 0; k < c.shape.packs; ++k) {
            const Pack u = high[k] - correction;
            const Pack u_low = ((high[k] - u) - correction) + low[k];
            const Mask inside = high[k] > margin;
            const Pack height = u + u_low;
            c.p[k] = where(inside & (height > 0.0), rounded(M::raised(fast_two_sum(u, u_low))));
            doubtful |= inside & ~(height > near);
        }
        if (!any(doubtful) || !doubts.move(c, correction, margin, high, low)) {
            return {cut, doubts.moved + correction};
        }
    }
}

// The cut of z - top, with the probabilities in c.p.
template <class M, class P>
Pair closed_form_cut(const Candidates& c, const SparseRoom& room) {
    const Pack cut = plain_cut<M>(c);
    if constexpr (!P::precise) {
        Pack nearest = splat(infinity);
        for (Index k = 0; k < c.shape.packs; ++k) {
            const Pack u = c.x[k] - cut;
            nearest = smallest(absolute(u), nearest);
            c.p[k] = M::raised(largest(u, Pack{}));
        }
        // Only of a very small probability does the rounding of the cut show in float32.
        if (!any(nearest < 0x1p-22)) return {cut * (1.0 / M::scale), Pack{}};
    }
    const Pair found = refined_cut<M>(c, cut, room);
    return {found.high * (1.0 / M::scale), found.low * (1.0 / M::scale)};
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
