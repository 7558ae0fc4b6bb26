// The softmax stage: p_j = e_j / (1 + t), e_j = exp((z_j - z_k) / temperature), k = argmax z, and
// t the sum over all entries but k, so that 1 - p_k = t / (1 + t) is known without subtracting.
#pragma once

#include "compensated_sum.hpp"
#include "shifted_logits.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Exponentials stand in memory multiplied by this power of two, so that sums of tiny ones lose
// nothing to underflow.
template <class T>
inline constexpr T raise = ExponentialConstants<T>::raise;

// What the raised exponentials of a row still need to be probabilities.
template <class T>
struct Normaliser {
    Pair<T> raised_others;    // raise * t
    Pair<T> lowered_inverse;  // 1 / (1 + t) / raise; 0 where no class can occur

    T others() const { return raised_others.high / raise<T>; }
    bool undefined() const { return raised_others.high != raised_others.high; }
    T pivot_probability() const { return rounded(lowered_inverse) * raise<T>; }
};

template <class T>
inline Normaliser<T> normaliser(Pair<T> raised_others) {
    const T others_low = raised_others.low / raise<T>;
    const Pair<T> total = add(Pair<T>{T(1), others_low}, raised_others.high / raise<T>);
    const Pair<T> inverse = reciprocal(renormalise(total));
    return {raised_others, {inverse.high / raise<T>, inverse.low / raise<T>}};
}

template <class T>
inline void fill(T* row, Index classes, T value) {
    for (Index j = 0; j < classes; ++j) row[j] = value;
}

// Writes raise * e_j for all j but k, and 0 at k. `row` may be `logits`.
template <class T, bool IsOne>
inline Normaliser<T> exponentials(const T* logits, T* row, Index classes, Pivot<T> pivot,
                                  InverseTemperature<T, IsOne> inverse) {
    constexpr Pair<T> zero{T(0), T(0)};
    switch (pivot.kind) {
        case RowKind::saturated:
            fill(row, classes, T(0));
            return {zero, {T(1) / raise<T>, T(0)}};
        case RowKind::impossible:
            fill(row, classes, T(0));
            return {zero, zero};
        case RowKind::undefined:
            fill(row, classes, not_a_number<T>);
            return {{not_a_number<T>, T(0)}, {not_a_number<T>, T(0)}};
        case RowKind::regular:
            break;
    }
#pragma omp simd
    for (Index j = 0; j < classes; ++j) {
        const Pair<T> distance = shifted(logits[j], pivot.logit, inverse);
        row[j] = exponential<ExponentialConstants<T>::headroom>(distance.high, distance.low);
    }
    row[pivot.position] = T(0);
    return normaliser(compensated_sum(row, classes));
}

template <class T, bool IsOne>
inline void softmax_row(const T* logits, T* row, Index classes,
                        InverseTemperature<T, IsOne> inverse) {
    const Pivot<T> pivot = find_pivot(logits, classes);
    const Normaliser<T> norm = exponentials(logits, row, classes, pivot, inverse);
#pragma omp simd
    for (Index j = 0; j < classes; ++j) row[j] = scaled(row[j], norm.lowered_inverse);
    row[pivot.position] = norm.pivot_probability();
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
