// 2^raised exp(z / T) of float32 lanes by a table of the sixteenth powers of 2, which one register of
// AVX-512 holds.
//
// With z log2(e) / T = n + j / 16 + r, |r| <= 1 / 32, it is 2^n 2^(j / 16) 2^r. The last bits of the
// rounded n + j / 16 choose from the table, a short polynomial makes 2^r, and VSCALEF multiplies 2^n in:
// what is too large for float32 becomes infinite (and no logit's polynomial is 0, also where r is
// far from small). Other instruction sets have polynomials of a higher degree (raised_powers.hpp).
#pragma once

#include "reduction.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The reciprocal of a temperature, in two numbers.
struct InverseTemperature {
    double high;
    double low;
};

#if defined(__AVX512F__)
inline constexpr bool has_table_exponential = true;

namespace table_constants {
alignas(64) inline constexpr float sixteenth_powers[] = {
    0x1.000000p+0f, 0x1.0b5586p+0f, 0x1.172b84p+0f, 0x1.2387a6p+0f,
    0x1.306fe0p+0f, 0x1.3dea64p+0f, 0x1.4bfdaep+0f, 0x1.5ab07ep+0f,
    0x1.6a09e6p+0f, 0x1.7a1148p+0f, 0x1.8ace54p+0f, 0x1.9c4918p+0f,
    0x1.ae89fap+0f, 0x1.c199bep+0f, 0x1.d5818ep+0f, 0x1.ea4afap+0f,
};
// (2^r - 1) / r for |r| <= 1 / 32: minimax fits to the relative error of 2^r (Lawson's iteration at
// 60 digits), 2^-29.2 and 2^-21.2.
inline constexpr float precise[] = {0x1.62e430p-1f, 0x1.ebfff4p-3f, 0x1.c6ac6ap-5f};
inline constexpr float brief[] = {0x1.62e982p-1f, 0x1.ebfcc6p-3f};
inline constexpr float round_to_sixteenth = 0x1.8p19f;
}  // namespace table_constants

// Within 1 ULP of float32; brief ones are for what is stored in 16 bits.
template <bool is_one, bool is_brief>
class TableExponential {
    static constexpr double log2_e = ReductionConstants<double>::log2_e;

public:
    explicit TableExponential(InverseTemperature inverse) {
        const double rate = is_one ? log2_e : log2_e * (inverse.high + inverse.low);
        rate_ = wide(static_cast<float>(rate));
        rest_of_rate_ = wide(static_cast<float>(rate - static_cast<float>(rate)));
    }
    // By an integer in each lane.
    void raise(WideFloat by) { from_raised_ = table_constants::round_to_sixteenth - by; }

    SOFTGRAD_INLINE WideFloat operator()(WideFloat z) const {
        using namespace table_constants;
        const WideFloat shifted = multiply_add(z, rate_, wide(round_to_sixteenth));
        const WideFloat near = shifted - round_to_sixteenth;
        WideFloat r = multiply_add(z, rate_, -near);
        if (!is_brief) r = multiply_add(z, rest_of_rate_, r);
        const auto part = (WideFloat)_mm512_permutexvar_ps(
            (__m512i)shifted, _mm512_load_ps(sixteenth_powers));
        WideFloat slope = multiply_add(r, wide(brief[1]), wide(brief[0]));
        if (!is_brief) {
            slope = multiply_add(r, wide(precise[2]), wide(precise[1]));
            slope = multiply_add(r, slope, wide(precise[0]));
        }
        const WideFloat power = multiply_add(part * r, slope, part);
        return (WideFloat)_mm512_scalef_ps((__m512)power, (__m512)(shifted - from_raised_));
    }

private:
    WideFloat rate_, rest_of_rate_, from_raised_;
};
#else
inline constexpr bool has_table_exponential = false;
template <bool is_one, bool is_brief>
class TableExponential;
#endif

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
