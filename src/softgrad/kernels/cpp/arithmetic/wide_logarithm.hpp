// log(1 + t) in float32.
#pragma once

#include "wides.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace wide_constants {
// 2 atanh(s) / s in s^2 <= 1/9, to 2^-27.9 (Lawson's iteration at 40 digits).
inline constexpr float twice_inverse_tanh[] = {
    2.0f, 0x1.5554ep-1f, 0x1.99dae4p-2f, 0x1.1e5128p-2f, 0x1.208b46p-2f,
};
}  // namespace wide_constants

// For 0 <= t <= 1.
template <class V>
SOFTGRAD_INLINE V wide_log_one_plus_part(V t) {
    const V s = t / (2.0f + t);
    return s * polynomial(s * s, wide_constants::twice_inverse_tanh);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
