// Horner's scheme, unrolled by the compiler's front end: a loop inside would keep the loop over a
// row that calls it from being vectorised.
#pragma once

#include "platform.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Constants::coefficient[I] + x Constants::coefficient[I + 1] + ... up to Constants::degree.
template <class Constants, int I = 0, class T>
inline T polynomial(T x) {
    if constexpr (I == Constants::degree) {
        return Constants::coefficient[I];
    } else {
        return multiply_add(polynomial<Constants, I + 1>(x), x, Constants::coefficient[I]);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
