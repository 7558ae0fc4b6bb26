// How precise the elementary functions of a stage are: as template argument of every stage.
#pragma once

#include "logarithm.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// For results that are stored in float32 or less: exponentials to 2^-34, nothing compensated.
struct Brief {
    static constexpr bool precise = false;
    SOFTGRAD_INLINE static Pack exp(Pack x) {
        // Beyond +-700 a result is 0 or infinite in float32, and so is what is left of it. It is
        // exactly 0, for formulas that ask; infinity they would turn into NaN.
        const Pack inside = brief_exponential(smallest(splat(700.0), largest(splat(-700.0), x)));
        return where(~(x < -700.0), inside);
    }
    SOFTGRAD_INLINE static Pack exp(Pack x, Pack low) { return exp(x + low); }
};

// For float64: exponentials within 0.65 ULP of exp(x + low).
struct Precise {
    static constexpr bool precise = true;
    SOFTGRAD_INLINE static Pack exp(Pack x) { return exponential(x); }
    SOFTGRAD_INLINE static Pack exp(Pack x, Pack low) { return exponential(x, low); }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
