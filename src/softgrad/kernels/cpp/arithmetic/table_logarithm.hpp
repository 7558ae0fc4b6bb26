// Logarithms of float32 numbers by a table in a register: twice as many at a time as in doubles, and
// with more digits than float32 has, for sums in which they cancel.
#pragma once

#include "lane_moves.hpp"
#include "power.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// log t for t > 0 (for others some number): t = 2^n m and c near 1 / m in so few bits that r = m c - 1
// is exact, so it is (n ln 2 - log c) + log(1 + r), where what is in brackets has few bits, too, but
// for a rest.
class LogarithmOfFloats {
public:
#if defined(__AVX512F__)
    SOFTGRAD_INLINE explicit LogarithmOfFloats(WideFloat t) {
        const auto m =
            (WideFloat)_mm512_getmant_ps((__m512)t, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_zero);
        const auto n = (WideFloat)_mm512_getexp_ps((__m512)t);
        const WideBits number = reinterpret_cast<WideBits>(m) >> 19;
        const auto entry = [&](const float* table) __attribute__((always_inline)) {
            return picked(load_unaligned<WideFloat>(table), number);
        };
        const WideFloat r = multiply_add(m, entry(inverse), wide(-1.0f));
        high_ = multiply_add(n, wide(0x1.62ep-1f), entry(high));
        const WideFloat rest = multiply_add(n, wide(0x1.0bfbe8p-15f), entry(low));
        // (log(1 + r) - r) / r^2 for -0.0333 < r < 0.0372: a minimax fit (Lawson's iteration at 60
        // digits) to 2^-36 of the logarithm.
        WideFloat tail = multiply_add(r, wide(0x1.96f4b2p-3f), wide(-0x1.00471ap-2f));
        tail = multiply_add(r, tail, wide(0x1.5555a8p-2f));
        tail = multiply_add(r, tail, wide(-0x1.fffffap-2f));
        low_ = multiply_add(r * r, tail, rest) + r;
    }
    // To 2^-30.
    SOFTGRAD_INLINE Pack half(Index h) const {
        return h == 0 ? lower_half(high_) + lower_half(low_) : upper_half(high_) + upper_half(low_);
    }

private:
    static constexpr float inverse[16] = {0x1.fp-1f, 0x1.d8p-1f, 0x1.b8p-1f, 0x1.a8p-1f,
                                          0x1.9p-1f, 0x1.8p-1f,  0x1.7p-1f,  0x1.6p-1f,
                                          0x1.5p-1f, 0x1.4p-1f,  0x1.38p-1f, 0x1.28p-1f,
                                          0x1.2p-1f, 0x1.18p-1f, 0x1.1p-1f,  0x1.08p-1f};
    // less its logarithm: to a multiple of 2^-12, and the rest.
    static constexpr float high[16] = {0x1.04p-5f,  0x1.4dp-4f,  0x1.368p-3f, 0x1.82p-3f,
                                       0x1.f98p-3f, 0x1.268p-2f, 0x1.524p-2f, 0x1.7fcp-2f,
                                       0x1.af4p-2f, 0x1.e14p-2f, 0x1.fb4p-2f, 0x1.188p-1f,
                                       0x1.26ap-1f, 0x1.35p-1f,  0x1.43ep-1f, 0x1.532p-1f};
    static constexpr float low[16] = {
        0x1.5d89e8p-17f,  0x1.88ae9p-15f,  -0x1.01a7f6p-14f, 0x1.e0b2a8p-14f,
        0x1.1c6cb4p-15f,  0x1.621134p-14f, -0x1.51f8c8p-14f, -0x1.05c428p-14f,
        0x1.295248p-14f,  0x1.14344ep-15f, -0x1.4ea10cp-15f, 0x1.dc81e4p-14f,
        -0x1.3bdd96p-14f, 0x1.456cecp-16f, -0x1.80341cp-15f, 0x1.713434p-16f};

    WideFloat high_, low_;
#else
    SOFTGRAD_INLINE explicit LogarithmOfFloats(WideFloat t) : t_(t) {}
    SOFTGRAD_INLINE Pack half(Index h) const {
        const Pack t = h == 0 ? lower_half(t_) : upper_half(t_);
        return brief_log(largest(splat(0x1p-1000), t));
    }

private:
    WideFloat t_;
#endif
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
