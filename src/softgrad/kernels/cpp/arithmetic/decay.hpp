// exp(x + low) for x <= 0, times a factor that is multiplied in before the exponential underflows:
// exp(-745) keeps one bit of its significand, yet z exp(z) is asked for there.
#pragma once

#include "precision.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class P>
class Decay {
public:
    SOFTGRAD_INLINE explicit Decay(Pack x, Pack low = Pack{}) {
        if constexpr (P::precise) {
            // Further down, half of the exponent would leave the range of numbers.
            const Scaled e = scaled_exponential(largest(splat(-1400.0), x), low);
            mantissa = e.mantissa;
            n = e.n;
        } else {
            // float32 underflows long before, and shows no rounding of x.
            mantissa = brief_exponential(largest(splat(-700.0), x));
        }
    }

    // exp(x + low) factor, for a finite factor; a subnormal result is rounded once more.
    SOFTGRAD_INLINE Pack times(Pack factor) const {
        using namespace exponential_constants;
        if constexpr (!P::precise) return factor * mantissa;
        const Pack half_shifted = multiply_add(n, splat(0.5), splat(round_to_integer));
        const Pack other_half = (n - (half_shifted - round_to_integer)) + round_to_integer;
        return factor * mantissa * power_of_two<0>(half_shifted) * power_of_two<0>(other_half);
    }

    SOFTGRAD_INLINE Pack value() const { return times(splat(1.0)); }

private:
    // The exponential is mantissa 2^n.
    Pack mantissa;
    Pack n = Pack{};
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
