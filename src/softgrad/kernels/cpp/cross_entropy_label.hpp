// The stage softmax x cross-entropy with one integer label a row.
//
//     value     -log p_y = (z_k - z_y) / T + log(1 + t), both terms >= 0
//     gradient  p_j / T elsewhere; at the label -t / (1 + t) / T if it is k, else -(1 - p_y) / T,
//               where p_y <= 1/2, so that nothing cancels in either case
//
// A weight of 0 leaves a row out entirely: value and gradient are 0 whatever its logits hold.
// An entry whose logit is -inf has derivative 0. Where it is the label, the value is +inf and the
// gradient 0: its log-probability moves with no logit.
#pragma once

#include "logarithm.hpp"
#include "softmax.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Returns the value and writes the gradient. `gradient` may be `logits`.
template <class T, bool IsOne>
inline T cross_entropy_label_row(const T* logits, Index label, T weight, T* gradient, Index classes,
                                 InverseTemperature<T, IsOne> inverse) {
    if (weight == T(0)) {
        fill(gradient, classes, T(0));
        return T(0);
    }
    const Pivot<T> pivot = find_pivot(logits, classes);
    const T label_logit = logits[label];
    const bool label_is_pivot = label == pivot.position;
    const Normaliser<T> norm = exponentials(logits, gradient, classes, pivot, inverse);
    if (norm.undefined()) {
        fill(gradient, classes, not_a_number<T>);
        return not_a_number<T>;
    }
    if (label_logit == -infinity<T>) {
        fill(gradient, classes, T(0));
        return weight * infinity<T>;
    }
    const T label_exponential = gradient[label];

    const Pair<T> factor = multiply(inverse.value, Pair<T>{weight, T(0)});
    const Pair<T> scale = multiply(norm.lowered_inverse, factor);
#pragma omp simd
    for (Index j = 0; j < classes; ++j) gradient[j] = scaled(gradient[j], scale);
    gradient[pivot.position] = rounded(scale) * raise<T>;

    if (label_is_pivot) {
        gradient[label] = -rounded(multiply(norm.raised_others, scale));
        return weight * log_one_plus(norm.others());
    }
    gradient[label] = -scaled(T(1) - scaled(label_exponential, norm.lowered_inverse), factor);
    const Pair<T> distance = shifted(label_logit, pivot.logit, inverse);
    return weight * ((log_one_plus(norm.others()) - distance.low) - distance.high);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
