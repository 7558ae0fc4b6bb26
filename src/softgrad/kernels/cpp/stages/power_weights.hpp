// Weights that grow like z^degree, of an even degree, where such a power may overflow: a far logit
// is taken in units of a power of two, which rounds nothing, and a weight as
//
//     value 2^(degree exponent), relative to that of the row's largest unit.
#pragma once

#include "positive_weights.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The unit of a finite logit, 2^exponent: 1 up to 2^40, else about |z| / 2.
struct LogitUnit {
    Pack inverse;
    Pack exponent;

    template <bool unusual>
    SOFTGRAD_INLINE static LogitUnit of(Pack z) {
        if constexpr (!unusual) return {splat(1.0), Pack{}};
        const Pack size = absolute(z);
        const Mask far = size >= 0x1p40;
        const BitsPack field = bits_of(size) >> 52;  // the exponent plus 1023
        const Pack inverse = pack_of((2047 - field) << 52);
        const Pack number = pack_of(field | bits_of(splat(0x1p52))) - 0x1p52;
        return {select(far, inverse, splat(1.0)), where(far, number - 1024.0)};
    }
};

struct PowerFrame {
    Pack raised;        // 0
    Pack top_exponent;  // degree times the largest exponent of the row

    static PowerFrame of(const Pack* z, const Shape& shape, double degree) {
        Pack top = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack finite = where(absolute(z[k]) < infinity, z[k]);
            top = largest(LogitUnit::of<true>(finite).exponent, top);
        }
        return {Pack{}, degree * shape.across_maximum(top)};
    }
};

// value 2^exponent for an even exponent <= 0.
SOFTGRAD_INLINE Pack lowered(Pack value, Pack exponent) {
    using namespace exponential_constants;
    const Pack half = largest(splat(-1000.0), 0.5 * exponent);
    const Pack root = power_of_two<0>(half + round_to_integer);
    return value * root * root;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
