// (a t + (1 - a) p - t^a p^(1 - a)) / (a (1 - a)) for 0 <= a <= 1; its limits are, for a = 1,
// t log(t / p) - t + p, and for a = 0, p log(p / t) - p + t. With the cross term c = t^a p^(1 - a)
// its derivatives by log p are (p - c) / a and (p - c) / a + c.
//
// As generated, with the logarithm of each form that its definition has, it takes 2 to 8 times as
// long.
#pragma once

#include "../arithmetic/exponential_minus_one.hpp"
#include "../arithmetic/log_ratio.hpp"
#include "../arithmetic/power.hpp"
#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct AlphaDivergence {
    static constexpr Form form = Form::log;
    static constexpr bool two_sided = true, needs_p = true, needs_q = true, needs_log = true;

    template <class P>
    SOFTGRAD_INLINE static Entry at(const Point& r, const double* parameters) {
        Point proper = r;
        // Powers in float32 stop on their way to 0, where a root of p is still a number.
        constexpr double farthest = -120.0;
        if (!P::precise && any(r.log < farthest)) {
            proper.p = select(r.log < farthest, P::exp(r.log), r.p);
        }
        if (parameters[0] == 0.5) return hellinger<P>(proper);
        // A brief exponential stops, too.
        proper.p = where(r.log != -infinity, proper.p);
        return general<P>(proper, parameters[0]);
    }

private:
    // a = 1/2: 2 (sqrt t - sqrt p)^2.
    template <class P>
    SOFTGRAD_INLINE static Entry hellinger(const Point& r) {
        // What is less than a brief exponential has a root that float32 has not.
        const Pack root_p = P::precise ? power<P>(r.p, r.log, 0.5) : square_root(r.p);
        const Pack root_t = square_root(r.t);
        const Pack total = root_t + root_p;
        const Pack gap = quotient<P>(-r.minus_target(), select(total == 0.0, splat(1.0), total));
        const Pack slope = -2.0 * root_p * gap;
        return {2.0 * (gap * gap), slope, slope + root_t * root_p};
    }

    template <class P>
    SOFTGRAD_INLINE static Entry general(const Point& r, double a) {
        const Pack d = -r.minus_target();
        const LogRatio ratio = log_ratio<P>(r.t, r.p, r.log, d);
        const Pack cross = power<P>(r.t, a) * power<P>(r.p, r.log, 1.0 - a);
        const Pack slope = -growth<P>(a, r.p, ratio.value, cross);
        const Pack near = slope + cross;
        const Pack far = (r.p - (1.0 - a) * cross) / a;
        const Pack bend = a == 0.0 ? near : select(absolute(a * ratio.value) < 1.0, near, far);
        return {value<P>(r, a, d, ratio, cross), slope, bend};
    }

    // (other^a base^(1 - a) - base) / a for u = log(other / base), base u where a = 0.
    template <class P>
    SOFTGRAD_INLINE static Pack growth(double a, Pack base, Pack u, Pack cross) {
        if (a == 0.0) return where(base != 0.0, base * u);
        const Pack rise = a * u;
        const Mask small = absolute(rise) < 1.0;
        const Pack near = base * (exponential_minus_one<P>(where(small, rise)) / a);
        return select(base == 0.0, cross / a, select(small, near, (cross - base) / a));
    }

    // The nearer limit decides from which side it is computed: D_a(t, p) = D_(1 - a)(p, t).
    template <class P>
    SOFTGRAD_INLINE static Pack value(const Point& r, double alpha, Pack d, const LogRatio& ratio,
                                      Pack cross) {
        const bool from_p = alpha <= 0.5;
        const double a = from_p ? alpha : 1.0 - alpha;
        const Pack base = from_p ? r.p : r.t;
        const Pack difference = from_p ? d : -d;
        const Pack u = from_p ? ratio.value : -ratio.value;
        // u less (other - base) / base.
        const Pack safe_t = select(r.t > 0.0, r.t, splat(1.0));
        const Pack excess =
            from_p ? ratio.excess : -multiply_add(ratio.x, d / safe_t, ratio.excess);
        Pack bend = -excess;
        if (a != 0.0) bend -= exponential_excess(where(ratio.near, a * u)) / a;
        const Pack far = difference - growth<P>(a, base, u, cross);
        return select(ratio.near, base * bend, far) / (1.0 - a);
    }

    // exp(v) - 1 - v for |v| <= 0.6, through exp(v / 2): a sum of positive terms.
    SOFTGRAD_INLINE static Pack exponential_excess(Pack v) {
        const Pack h = 0.5 * v;
        const Pack excess = h * h * polynomial(h, exponential_constants::precise);
        const Pack minus_one = h + excess;
        return multiply_add(minus_one, minus_one, 2.0 * excess);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
