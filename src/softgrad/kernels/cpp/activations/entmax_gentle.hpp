// Entmax at alpha < 2: p_i = u_i^(1 / rate), u_i = 1 + rate (d_i - lambda), with rate = alpha - 1,
// d = z - max z and lambda >= 0 such that they sum to 1. It is found by iteration and polished as a
// sum of two numbers, as in arrays/sparse_threshold.py.
#pragma once

#include "../arithmetic/exponential_minus_one.hpp"
#include "../arithmetic/long_power.hpp"
#include "entmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct EntmaxGentle : EntmaxFamily {
    template <class P>
    static Pair solve(const Candidates& c, const SparseRoom&, const double* parameters) {
        const double rate = parameters[0] - 1.0;
        const Pair level = polished(c, newton(c, rate), rate);
        const Pair r = reciprocal(Pair{splat(rate), Pack{}});
        return add(level, Pair{-r.high, -r.low});
    }

private:
    // Newton's method on the norm (sum p)^rate, which is convex and falling: from the left,
    // monotone. By convexity 60 steps are always enough; a handful usually is. What is left is for
    // the polishing, so brief exponentials will do.
    static Pack newton(const Candidates& c, double rate) {
        const double r = 1.0 / rate;
        Pack level = {};
        for (int iteration = 0; iteration < 60; ++iteration) {
            Pack sum = {}, slope = {};  // sum p, and its derivative sum p^(2 - alpha) by -lambda
            for (Index k = 0; k < c.shape.packs; ++k) {
                const Pack v = rate * (c.x[k] - level);
                const Mask inside = v > -1.0;
                const Pack p = Brief::exp(r * log_one_plus(where(inside, v)));
                sum += where(inside, p);
                slope += where(inside, p / (1.0 + v));
            }
            const Pack log = logarithm(c.shape.across(sum));
            const Pack of_norm = rate * c.shape.across(slope) * exponential((rate - 1.0) * log);
            const Pack step = exponential_minus_one(rate * log) / of_norm;
            level += where(step > 0.0, step);
            if (!any(step > 1e-9 * level)) break;
        }
        return level;
    }

    // Newton's last steps, with a residual that keeps its digits where one p is near 1.
    static Pair polished(const Candidates& c, Pack level, double rate) {
        Pair lambda{level, Pack{}};
        for (int iteration = 0; iteration < 8; ++iteration) {
            const Pack slope = powers(c, lambda, rate);
            Total<Precise> others;
            Mask peaked = no_lanes();
            for (Index k = 0; k < c.shape.packs; ++k) {
                const Mask large = c.p[k] > majority;
                peaked |= large;
                others.add(where(~large, c.p[k]));
            }
            // At the top, where d = 0, 1 - p by itself if that p is near 1.
            const Mask at_top = c.shape.across(where(peaked, splat(1.0))) > 0.0;
            const Pack top = where(at_top, rounded(lambda));
            const Pack missing = -exponential_minus_one(log_one_plus(-rate * top) / rate);
            const Pair residual =
                add(others.across(c.shape), select(at_top, -missing, splat(-1.0)));
            const Pack step = rounded(residual) / slope;
            lambda = renormalise(add(lambda, step));
            // Towards alpha = 2 the slope nearly jumps where an entry enters: only a step of no size
            // leaves none behind.
            if (!any(absolute(step) > 0x1p-50 * rounded(lambda))) break;
        }
        powers(c, lambda, rate);
        return lambda;
    }

    // Fills c.p; returns the sum of p^(2 - alpha).
    static Pack powers(const Candidates& c, Pair lambda, double rate) {
        const Pair r = reciprocal(Pair{splat(rate), Pack{}});
        Pack slope = {};
        for (Index k = 0; k < c.shape.packs; ++k) {
            const Pair d = two_difference(c.z[k], c.top);
            const Pair distance = two_difference(d.high, lambda.high);
            const Pair w{distance.high, distance.low + (d.low - lambda.low)};
            const Pair v = multiply(w, splat(rate));
            const Pack u = (1.0 + v.high) + v.low;  // near the cut 1 + v.high is exact
            const Mask inside = u > 0.0;
            const Pair log = long_log_one_plus({where(inside, v.high), where(inside, v.low)});
            c.p[k] = where(inside, long_power(log, r));
            slope += where(inside, c.p[k] / u);
        }
        return c.shape.across(slope);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
