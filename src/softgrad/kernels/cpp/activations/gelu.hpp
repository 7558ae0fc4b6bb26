// z Phi(z) in float32; the approximate form is left to the doubles.
//
// In doubles, as generated, it takes 6.8 times as long for the value, 7.4 for the product.
#pragma once

#include "../arithmetic/normal.hpp"
#include "../arithmetic/wide_bell.hpp"
#include "../stages/float_run.hpp"
#include "generated/activations/gelu.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct GELU : generated::GELU {
    // z Phi(z) and Phi + z phi of float64: what the lower tail of Phi and the Gaussian share is
    // computed once, and they divide once. As generated they take 1.7 times as long.
    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        if (!P::precise || parameters[0] != 0.0) return generated::GELU::value<P>(z, parameters);
        const Pack size = smallest(splat(normal_constants::furthest), absolute(z));
        const Pack left = gaussian<P>(size).times(-size * tail_ratio(size));
        return select(z < 0.0, left, z * normal_cdf<P>(z));
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        using namespace normal_constants;
        if (!P::precise || parameters[0] != 0.0) return generated::GELU::first<P>(z, parameters);
        const Pack size = smallest(splat(furthest), absolute(z));
        const Pack moment = inverse_root_2_pi * size;
        const Decay<P> bell = gaussian<P>(size);
        const Pack left = bell.times(tail_ratio(size) - moment);
        return select(z < 0.0, left, normal_cdf<P>(z) + bell.times(moment));
    }

    struct InFloats {
        static bool serves(const double* parameters) { return parameters[0] == 0.0; }

        // max(0, z) - a Phi(-a) for a = |z|, and Phi(-a) = bell(a) ratio(a). The ratio is about 1 / a
        // far out: as under / (steepness a under + over) an error of under nearly cancels there.
        static constexpr Range range_of_value = {-wide_constants::furthest_bell, unbounded};
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double*) {
            constexpr float steepness = 0x1.40d7fcp+1f;
            const V a = smallest(wide_constants::furthest_bell, absolute(z));
            const V over = a * polynomial(a, ratio_over);
            const V under = multiply_add(over, steepness, polynomial(a, ratio_under));
            return largest(0.0f, z) - wide_bell(a).times(over / under);
        }

        // Left of 0 bell(a) (ratio(a) - a / sqrt(2 pi)), right of it 1 less that. The bracket is
        // (zero - a) times a slope that stays between 0.39 and 0.67.
        static constexpr Range range_of_first = range_of_value;
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double*) {
            constexpr float zero = 0x1.80ead2p-1f, zero_low = -0x1.a03fd4p-27f,
                            most = 0x1.988514p-2f;
            const V a = smallest(wide_constants::furthest_bell, absolute(z));
            const V slope = most + polynomial(a, slope_over) / polynomial(a, slope_under);
            const V left = wide_bell(a).times(((zero - a) + zero_low) * slope);
            return select(z < 0.0f, left, 1.0f - left);
        }

    private:
        // On [0, 13] to 2^-27.6 and 2^-27.1 (Lawson's iteration at 40 digits).
        static constexpr float ratio_over[] = {
            0x1.0p+0f, 0x1.bdb7c6p-1f, 0x1.72b2fap-2f, 0x1.46bb4p-4f, 0x1.0685a8p-7f,
        };
        static constexpr float ratio_under[] = {
            0x1.0p+1f, 0x1.a91858p-1f, 0x1.a27f2p-3f, 0x1.43b9ep-6f, 0x1.2f391ep-16f,
        };
        static constexpr float slope_over[] = {
            0x1.10852p-2f,
            0x1.8dad44p-3f,
            0x1.f19abcp-5f,
            0x1.f73620p-8f,
        };
        static constexpr float slope_under[] = {
            0x1.0p+0f, 0x1.64b64ep+0f, 0x1.92b9e4p-1f, 0x1.bcb152p-3f, 0x1.a3ab42p-6f,
        };
    };
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
