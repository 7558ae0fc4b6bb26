// z Phi(z), or the logistic form of it that is called approximate.
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../arithmetic/normal.hpp"
#include "../stages/element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// z / (1 + exp(-y)) with y = 2 sqrt(2 / pi) (z + 0.044715 z^3).
struct ApproximateGELU {
    static constexpr bool positive = false, has_potential = false;

    // z p.
    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        if constexpr (P::precise) {
            const Argument at = argument(z);
            return select(z > at.x, z, logistic_times<P>(at.y, at.low, at.x));
        } else {
            const Pack odds = brief_odds(bounded(z));
            return quotient<P>(largest(splat(lowest), z) * odds, 1.0 + odds);
        }
    }
    // p (1 + z y' q).
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        if constexpr (P::precise) {
            const Argument at = argument(z);
            const Pack factor = multiply_add(at.x * slope(at.x), logistic<P>(at.y).q, splat(1.0));
            return logistic_times<P>(at.y, at.low, factor);
        } else {
            const Pack x = bounded(z);
            const Pack odds = brief_odds(x), both = 1.0 + odds;
            return quotient<P>(odds * multiply_add(x, slope(x), both), both * both);
        }
    }
    // p q (2 y' + z y'' - z y'^2 tanh(y / 2)).
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        const Argument at = argument(z);
        const Pack x = at.x;
        // The terms cancel: y' in two numbers, and |tanh| as 1 less twice the smaller of p and q.
        const Pair rise = long_slope(x), square = two_product(rise.high, rise.high);
        const Pack steep = square.high + multiply_add(2.0 * rise.high, rise.low, square.low);
        const Pack small = P::exp(-absolute(at.y));
        const Pack tangent = with_sign_of(1.0 - 2.0 * (small / (1.0 + small)), at.y);
        const Pack bend = 6.0 * cubic * x - steep * tangent;
        return logistic_slope_times<P>(at.y, at.low, multiply_add(x, bend, 2.0 * rise.high));
    }

private:
    // 2 sqrt(2 / pi), 0.044715 times it and three times that, each as two numbers.
    static constexpr double linear = 1.5957691216057308, linear_low = -9.96930880911092e-17;
    static constexpr double cubic = 0.07135481627260025, cubic_low = -6.175149918155315e-19;
    static constexpr double cubic_3 = 0.21406444881780073, cubic_3_low = 1.2025242832367862e-17;

    struct Argument {
        Pack x;  // z kept within +-50
        Pack y;
        Pack low;  // what rounding y lost, which exp would magnify
    };
    SOFTGRAD_INLINE static Argument argument(Pack z) {
        const Pack x = smallest(splat(50.0), largest(splat(-50.0), z));  // NaN passes
        const Pair square = two_product(x, x);
        const Pair inner = multiply(square, Pair{splat(cubic), splat(cubic_low)});
        const Pair factor = add(inner, Pair{splat(linear), splat(linear_low)});
        const Pair y = multiply(factor, x);
        return {x, y.high, y.low};
    }
    SOFTGRAD_INLINE static Pack slope(Pack x) {
        return multiply_add(splat(3.0 * cubic), x * x, splat(linear));
    }
    SOFTGRAD_INLINE static Pair long_slope(Pack x) {
        const Pair inner = multiply(two_product(x, x), Pair{splat(cubic_3), splat(cubic_3_low)});
        return renormalise(add(inner, Pair{splat(linear), splat(linear_low)}));
    }

    // Where p is neither 0 nor 1 in float32, and more; exp(y) has a square in float64.
    static constexpr double lowest = -20.0;
    SOFTGRAD_INLINE static Pack bounded(Pack z) {
        return smallest(splat(10.0), largest(splat(lowest), z));
    }
    SOFTGRAD_INLINE static Pack brief_odds(Pack x) {
        return brief_exponential(x * multiply_add(splat(cubic), x * x, splat(linear)));
    }
};

// Phi(-|z|) as bell ratio, to 2^-26.9: a tenth of a unit in the last place of float32.
struct BriefTail {
    Pack size;   // |z|; exp(-37^2 / 2) is 0 in float32, and 37 in the range of what follows
    Pack bell;   // exp(-size^2 / 2)
    Pack ratio;  // Phi(-size) / bell

    SOFTGRAD_INLINE explicit BriefTail(Pack z) {
        using namespace exponential_constants;
        size = smallest(splat(37.0), absolute(z));
        // Like `brief_exponential`, but in s = size^2, which saves the product by -1/2.
        const Pack s = size * size;
        const Pack shifted = multiply_add(s, splat(-0.5 * log2_e), splat(round_to_integer));
        const Pack r = multiply_add(shifted - round_to_integer, splat(2.0 * ln2), s);
        bell = pack_of(bits_of(polynomial(r, of_bell)) + (bits_of(shifted) << 52));
        ratio = quotient<Brief>(polynomial(size, over), polynomial(size, under));
    }

private:
    // Lawson's iteration at 50 digits: exp(-r / 2) for |r| <= ln 2, to 2^-29.
    static constexpr double of_bell[] = {
        0x1.0000000261832p+0, -0x1.0000009c00ce8p-1,  0x1.fffffaaed75c8p-4,  -0x1.55540a7eb0c44p-6,
        0x1.55589a9a1b07cp-9, -0x1.126d0b91bf3f0p-12, 0x1.6ab943a94acf7p-16,
    };
    // The ratio to 2^-27.3 on [0, 14.5], beyond which float32 sees 0; still to 2^-19 at 37.
    static constexpr double over[] = {
        0x1.00000019486c3p-1, 0x1.c0d31dfbcc1b8p-2, 0x1.77483adc48de0p-3,
        0x1.4ce404c8201eap-5, 0x1.0dcbcdf73e89ep-8,
    };
    static constexpr double under[] = {
        0x1.0000000000000p+0, 0x1.acabbfa9fedcfp+0, 0x1.33d964fcfbda4p+0,
        0x1.e0c289a70c61bp-2, 0x1.a13e366572749p-4, 0x1.5222a6d73b49cp-7,
    };
};

// z Phi(z).
struct ExactGELU {
    static constexpr bool positive = false, has_potential = false;

    // z Phi(z) left of 0, and right of it also as z - z Phi(-z).
    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        if constexpr (P::precise) {
            const Pack size = smallest(splat(normal_constants::furthest), absolute(z));
            const Pack left = gaussian<P>(size).times(-size * tail_ratio(size));
            return select(z < 0.0, left, z * normal_cdf<P>(z));
        } else {
            const BriefTail tail(z);
            return largest(Pack{}, z) - tail.bell * (tail.size * tail.ratio);
        }
    }
    // Phi + z phi; left of 0 it is exp(-z^2 / 2) (tail_ratio - |z| / sqrt(2 pi)).
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        using namespace normal_constants;
        if constexpr (P::precise) {
            const Pack size = smallest(splat(furthest), absolute(z));
            const Pack moment = inverse_root_2_pi * size;
            const Decay<P> bell = gaussian<P>(size);
            const Pack left = bell.times(tail_ratio(size) - moment);
            return select(z < 0.0, left, normal_cdf<P>(z) + bell.times(moment));
        } else {
            const BriefTail tail(z);
            const Pack left = tail.bell * (tail.ratio - inverse_root_2_pi * tail.size);
            return select(z < 0.0, left, 1.0 - left);
        }
    }
    // phi (2 - z^2).
    template <class P>
    SOFTGRAD_INLINE static Pack second(Pack z, const double*) {
        const Pack size = smallest(splat(normal_constants::furthest), absolute(z));
        const Pair square = two_product(size, size);
        return normal_pdf_times<P>(size, (2.0 - square.high) - square.low);
    }
};

// The first parameter says whether it is the approximate form.
struct GELU {
    template <class P>
    static void forward(Tile& tile) {
        if (tile.parameters_of_activation[0] != 0.0) {
            ElementWise<ApproximateGELU>::forward<P>(tile);
        } else {
            ElementWise<ExactGELU>::forward<P>(tile);
        }
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages stages = ElementWise<ExactGELU>::stages(name);
        stages.forward = SOFTGRAD_STAGES(forward);
        return stages;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
