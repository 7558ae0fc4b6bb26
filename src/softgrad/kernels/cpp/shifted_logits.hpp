// (z - z_k) / temperature with its rounding error, the argument of every exponential of a row.
//
// Without the error term a softmax is off by |z - z_k| / 2 units in the last place.
#pragma once

#include "error_free.hpp"
#include "exponential.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The reciprocal of the temperature. A temperature of 1 takes no multiplication at all.
template <class T, bool IsOne>
struct InverseTemperature {
    Pair<T> value{T(1), T(0)};

    explicit InverseTemperature(double temperature) {
        if constexpr (!IsOne) {
            const Pair<double> inverse = reciprocal(Pair<double>{temperature, 0.0});
            value = pair_from_double<T>(inverse.high, inverse.low);
        }
    }
};

template <class T, bool IsOne>
inline Pair<T> shifted(T logit, T pivot_logit, InverseTemperature<T, IsOne> inverse) {
    Pair<T> distance = two_difference(logit, pivot_logit);
    if constexpr (!IsOne) distance = multiply(distance, inverse.value);
    // -inf, or so far below that the exponential is 0: there the error term is NaN or unneeded.
    distance.low = distance.high < ExponentialConstants<T>::below ? T(0) : distance.low;
    return distance;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
