// Entmax at alpha > 2: p_i = [rate (z_i - cut)]_+^(1 / rate) with rate = alpha - 1.
//
// An entry enters the support with infinite slope, and a p of 0.01 may be 1e-198 above the cut: the
// cut is no number to compute with. But with the lowest logit of the support, z_m, and v = p_m,
//     p_i = (rate (z_i - z_m) + v^rate)^(1 / rate),
// where z_i - z_m loses nothing, and sum p_i = 1 is an equation in v that is convex, with slopes
// (v / p_i)^(rate - 1) from 1 on: Newton's method finds v from the right.
#pragma once

#include "../arithmetic/exponential_minus_one.hpp"
#include "../arithmetic/long_power.hpp"
#include "entmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct EntmaxSteep : EntmaxFamily {
    template <class P>
    static Pair solve(const Candidates& c, const SparseRoom&, const double* parameters) {
        const double rate = parameters[0] - 1.0;
        Pack tops = {};
        for (Index k = 0; k < c.shape.packs; ++k) tops += where(c.z[k] == c.top, splat(1.0));
        tops = c.shape.across(tops);
        const Pack lowest = lowest_of_support(c, tops, rate);
        const Pack power = solve_from(c, tops, lowest, rate);
        const Pair d = two_difference(lowest, c.top);
        return add(d, -power / rate);
    }

private:
    // An entry is in the support if with the cut at this entry the others add up to less than 1.
    static Pack lowest_of_support(const Candidates& c, Pack tops, double rate) {
        const double reach = 1.0 / rate;
        Pack out = c.top - reach, in = c.top;
        out -= 0x1p-50 * (absolute(out) + reach);  // so that it is nowhere above the cut
        while (true) {
            // Of the entries in between one near the middle decides on many others.
            const Pack middle = 0.5 * out + 0.5 * in;
            Pack below = splat(-infinity), above = splat(-infinity);  // above is negated
            for (Index k = 0; k < c.shape.packs; ++k) {
                const Pack z = c.z[k];
                const Mask open = (z > out) & (z < in), is_low = z <= middle;
                below = largest(select(open & is_low, z, splat(-infinity)), below);
                above = largest(select(open & ~is_low, -z, splat(-infinity)), above);
            }
            below = c.shape.across_maximum(below);
            above = -c.shape.across_maximum(above);
            const Pack probe = select(below > -infinity, below, above);
            const Mask open = probe < infinity;
            if (!any(open)) return in;

            Pack total = {};
            for (Index k = 0; k < c.shape.packs; ++k) {
                const Pack distance = c.z[k] - probe;
                const Pack p = exponential(logarithm(rate * distance) / rate);
                total += where((distance > 0.0) & (c.z[k] < c.top), p);
            }
            const Mask is_in = excess(c, total, tops, probe, Pack{}, rate) < 0.0;
            in = select(open & is_in, probe, in);
            out = select(open & ~is_in, probe, out);
        }
    }

    // Fills c.p; returns v^rate.
    static Pack solve_from(const Candidates& c, Pack tops, Pack lowest, double rate) {
        Pack count = {};
        for (Index k = 0; k < c.shape.packs; ++k) {
            count += where(c.z[k] >= lowest, splat(1.0));
        }
        const Pair r = reciprocal(Pair{splat(rate), Pack{}});
        Pack v = 1.0 / c.shape.across(count);  // the least p is at most this
        bool returned = false;  // from where rounding had put v to the left of the root
        while (true) {
            const Pack base_of_power = select(v > 0.0, v, splat(1.0));
            const Pack raised = long_power(long_log(base_of_power), {splat(rate), Pack{}});
            const Pack power = where(v > 0.0, raised);
            Total<Precise> others;
            Pack slope = {};
            for (Index k = 0; k < c.shape.packs; ++k) {
                const Pair distance = two_difference(c.z[k], lowest);
                const Mask is_lowest = distance.high == 0.0, higher = distance.high > 0.0;
                const Pair u = add(multiply(distance, splat(rate)), power);
                const Pair base{select(higher, u.high, splat(1.0)), where(higher, u.low)};
                const Pack root = long_power(long_log(base), r);
                const Pack p = select(is_lowest, v, where(higher, root));
                c.p[k] = p;
                others.add(where(c.z[k] < c.top, p));
                const Pack own = where(higher, (power / base_of_power) * (p / u.high));
                slope += select(is_lowest, splat(1.0), own);
            }
            const Pack above = excess(c, others.across(c.shape), tops, lowest, power, rate);
            // A difference of v has no digits of a much smaller root: it is come to in steps.
            const Pack step = above / c.shape.across(slope);
            const Pack next = largest(0x1p-20 * v, v - step);
            const Mask falls = next < v;
            const Mask was_left = ~falls & (absolute(step) > 0x1p-50 * v);
            if (any(falls)) {
                v = select(falls, next, v);
            } else if (any(was_left) && !returned) {
                v = select(was_left, next, v);
                returned = true;
            } else {
                return power;
            }
        }
    }

    // sum p - 1, given the sum without the largest entry, whose 1 - p is taken by itself: where
    // that entry is nearly all, the others are as small as what they must add up to.
    static Pack excess(const Candidates& c, Pair others, Pack tops, Pack lowest, Pack power,
                       double rate) {
        const Pack log = log_at_top(c.top, lowest, power, rate);
        const Pack missing = -exponential_minus_one(log);
        return rounded(add(add(others, (tops - 1.0) * exponential(log)), -missing));
    }
    static Pack excess(const Candidates& c, Pack others, Pack tops, Pack lowest, Pack power,
                       double rate) {
        return excess(c, Pair{c.shape.across(others), Pack{}}, tops, lowest, power, rate);
    }

    // log p of the largest entry, with all of its digits if p is near 1.
    static Pack log_at_top(Pack top, Pack lowest, Pack power, double rate) {
        const Pair distance = multiply(two_difference(top, lowest), splat(rate));
        const Pack u = distance.high + power;
        const Pack below_one = ((1.0 - distance.high) - distance.low) - power;
        return select(u > 0.5, log_one_plus(-below_one), logarithm(u)) / rate;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
