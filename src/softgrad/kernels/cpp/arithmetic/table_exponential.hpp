// Powers of float32 by a table that fits a register: 2^x = 2^n 2^(j / 16) 2^r with |r| <= 1 / 32.
// Beside a polynomial over all of [-1/2, 1/2] that saves three products and the clamp.
#pragma once

#include "lane_moves.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class TableExponential {
public:
    // Elsewhere a polynomial is faster; without a fused multiply-add r would be wrong.
    static constexpr bool pays = moves_lanes;
    static constexpr float farthest = 0x1p17f;  // |z size log2(e)|, for which this holds

    // Of exp(z size).
    explicit TableExponential(double size) {
        constexpr double log2_e = 1.4426950408889634;
        high_ = wide(static_cast<float>(size * log2_e));
        low_ = wide(static_cast<float>(size * log2_e - static_cast<double>(high_[0])));
        table_ = load_unaligned<WideFloat>(roots);
    }

    // The integer next to log2 exp(z size).
    SOFTGRAD_INLINE WideFloat exponent(WideFloat z) const {
        const WideFloat round = wide(0x1.8p23f);
        return multiply_add(z, high_, round) - round;
    }

    // What the powers that are raised by this integer are asked for with.
    SOFTGRAD_INLINE static WideFloat raised(WideFloat by) { return wide(round) - by; }

    // exp(z size) 2^by within 1 ULP. An infinite z gives NaN; a finite one that is farther off, 0
    // or an infinity or NaN.
    SOFTGRAD_INLINE WideFloat operator()(WideFloat z, WideFloat raised) const {
        const WideFloat shifted = multiply_add(z, high_, wide(round));
        const WideFloat rounded = shifted - wide(round);
        const WideFloat r = multiply_add(z, low_, multiply_add(z, high_, -rounded));
        const WideFloat root = root_of(reinterpret_cast<WideBits>(shifted));
        // (2^r - 1) / r: a minimax fit to the relative error of 2^r (Lawson's iteration), 2^-29.2.
        WideFloat slope = multiply_add(r, wide(0x1.c6ac6ap-5f), wide(0x1.ebfff4p-3f));
        slope = multiply_add(r, slope, wide(0x1.62e43p-1f));
        return raised_by(multiply_add(root * r, slope, root), shifted - raised);
    }

    // For what is stored in 16 bits: to 2^-21, and 2^-26 of z size. Of a finite z it is an infinity
    // where it is one, for this polynomial has no root.
    SOFTGRAD_INLINE WideFloat brief(WideFloat z, WideFloat raised) const {
        const WideFloat shifted = multiply_add(z, high_, wide(round));
        const WideFloat r = multiply_add(z, high_, -(shifted - wide(round)));
        const WideFloat root = root_of(reinterpret_cast<WideBits>(shifted));
        const WideFloat slope = multiply_add(r, wide(0x1.ebfcc6p-3f), wide(0x1.62e982p-1f));
        return raised_by(multiply_add(root * r, slope, root), shifted - raised);
    }

private:
    static constexpr float round = 0x1.8p19f;  // to multiples of 1 / 16
    static constexpr float roots[16] = {
        // 2^(j / 16)
        0x1p+0f,        0x1.0b5586p+0f, 0x1.172b84p+0f, 0x1.2387a6p+0f,
        0x1.306fep+0f,  0x1.3dea64p+0f, 0x1.4bfdaep+0f, 0x1.5ab07ep+0f,
        0x1.6a09e6p+0f, 0x1.7a1148p+0f, 0x1.8ace54p+0f, 0x1.9c4918p+0f,
        0x1.ae89fap+0f, 0x1.c199bep+0f, 0x1.d5818ep+0f, 0x1.ea4afap+0f};

    // By the last four bits.
    SOFTGRAD_INLINE WideFloat root_of(WideBits number) const {
        if constexpr (wide_lanes == 16) return picked(table_, number);
        WideFloat found;
        for (Index l = 0; l < wide_lanes; ++l) found[l] = roots[number[l] & 15];
        return found;
    }

    WideFloat high_, low_, table_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
