#include "total.hpp"

#include <cstdint>

namespace softgrad {

constexpr std::int64_t lanes = 8, block = 256;

template <class Number>
static double total(const Number* numbers, std::int64_t count) {
    if (count > block) {
        const std::int64_t half = count / 2 / block * block + (count / 2 < block ? count / 2 : 0);
        return total(numbers, half) + total(numbers + half, count - half);
    }
    double sums[lanes] = {};
    std::int64_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::int64_t lane = 0; lane < lanes; ++lane) sums[lane] += numbers[i + lane];
    }
    for (; i < count; ++i) sums[0] += numbers[i];
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
           ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

double total_of(const ArrayView& values) {
    if (values.storage == Storage::float64) {
        return total(reinterpret_cast<const double*>(values.data), values.size);
    }
    return total(reinterpret_cast<const float*>(values.data), values.size);
}

}  // namespace softgrad
