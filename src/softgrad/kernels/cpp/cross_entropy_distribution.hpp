// The stage softmax x cross-entropy with a distribution as target, which need not sum to 1.
//
//     value     sum_j y_j ((z_k - z_j) / T + log(1 + t)); y_j = 0 contributes 0 even at z_j = -inf
//     gradient  (p_j Y - y_j) / T with Y = sum of y; at k, where p_k > 1/2 would cancel against
//               y_k, (p_k (Y - y_k) - (1 - p_k) y_k) / T with both factors summed without k
//
// Weights of 0 and logits of -inf mean what they mean in cross_entropy_label.hpp.
#pragma once

#include "logarithm.hpp"
#include "softmax.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// sum_j y_j (z_k - z_j) / T without its vanishing term at k; `scratch` receives the terms.
template <class T, bool IsOne>
inline T expected_distance(const T* logits, const T* target, T* scratch, Index classes,
                           Pivot<T> pivot, InverseTemperature<T, IsOne> inverse) {
#pragma omp simd
    for (Index j = 0; j < classes; ++j) {
        const Pair<T> distance = shifted(logits[j], pivot.logit, inverse);
        const T term = -(target[j] * (distance.high + distance.low));
        scratch[j] = target[j] == T(0) ? T(0) : term;
    }
    return compensated_sum_without(scratch, classes, pivot.position).high;
}

// Returns the value and writes the gradient, which must overlap neither `logits` nor `target`.
template <class T, bool IsOne>
inline T cross_entropy_distribution_row(const T* logits, const T* target, T weight, T* gradient,
                                        Index classes, InverseTemperature<T, IsOne> inverse) {
    if (weight == T(0)) {
        fill(gradient, classes, T(0));
        return T(0);
    }
    const Pivot<T> pivot = find_pivot(logits, classes);
    const Index k = pivot.position;
    if (pivot.kind == RowKind::impossible) {
        const T mass = add(compensated_sum_without(target, classes, k), target[k]).high;
        fill(gradient, classes, T(0));
        return mass == T(0) ? T(0) : weight * mass * infinity<T>;
    }
    // Targets of impossible entries cost infinity and move nothing.
#pragma omp simd
    for (Index j = 0; j < classes; ++j) {
        gradient[j] = logits[j] == -infinity<T> ? T(0) : target[j];
    }
    const Pair<T> other_mass = compensated_sum_without(gradient, classes, k);
    const Pair<T> mass = add(other_mass, target[k]);

    const T distance = expected_distance(logits, target, gradient, classes, pivot, inverse);
    const Normaliser<T> norm = exponentials(logits, gradient, classes, pivot, inverse);
    if (norm.undefined()) {
        fill(gradient, classes, not_a_number<T>);
        return not_a_number<T>;
    }
    const Pair<T> factor = multiply(inverse.value, Pair<T>{weight, T(0)});
    const Pair<T> inverse_factor = multiply(norm.lowered_inverse, factor);
    const Pair<T> scale = multiply(inverse_factor, renormalise(mass));
#pragma omp simd
    for (Index j = 0; j < classes; ++j) {
        const T subtracted = multiply_add(gradient[j], scale.low, -scaled(target[j], factor));
        const T residual = multiply_add(gradient[j], scale.high, subtracted);
        gradient[j] = logits[j] == -infinity<T> ? T(0) : residual;
    }
    if (norm.others() < T(1)) {
        const T toward_others = other_mass.high * (rounded(inverse_factor) * raise<T>);
        const T complement = rounded(multiply(norm.raised_others, inverse_factor));
        gradient[k] = multiply_add(-complement, target[k], toward_others);
    } else {
        gradient[k] = (scale.high * raise<T> - scaled(target[k], factor)) + scale.low * raise<T>;
    }
    return weight * multiply_add(mass.high, log_one_plus(norm.others()), distance);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
