// Softmax alone, and with labels losses of the true class and the squared error: what the loops over
// short and over long rows share. Both keep to a row's powers of e (arithmetic/raised_powers.hpp)
// and their sum; what is peculiar to the loss happens once a row, here.
//
// A row that is infinite, too far out, ignored or of no weight goes through the chain.
#pragma once

#include "../arithmetic/power.hpp"
#include "../arithmetic/raised_powers.hpp"
#include "../stages/stages.hpp"
#include "chain.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct SoftmaxWork {
    const Job& job;
    const LossStages* loss;  // null for softmax alone
    InverseTemperature inverse;
    bool is_one;  // whether the temperature is
    bool negates;  // softmin
    double ghost;  // the logit of a class that is no entry; -inf for none
    double slope;  // +-1 / T
    bool squares;  // whether the loss is the squared error
    bool needs_logarithm;  // whether psi looks at -log p
    bool is_linear;  // whether psi'' is 0
    bool is_plain;  // derivatives of cross-entropy alone, without weights
    // Of targets one an entry in float32 and in float64; null for others, and for labels.
    const DenseStages* dense;
    const DenseStagesIn<Doubles>* dense_in_doubles;
    WholeRowStage whole_row;  // null for others, too

    SoftmaxWork(const Job& a_job, const ActivationStages& activation, const LossStages* a_loss);

    bool has_dense() const { return dense || dense_in_doubles; }
    bool has_targets() const { return has_dense() || whole_row; }
    // One of these, for all that does not look at an entry, or of a kind of numbers.
    const DenseForm& dense_form() const {
        if (dense) return *dense;
        return *dense_in_doubles;
    }
    template <class N>
    const DenseStagesIn<N>& dense_in() const {
        if constexpr (std::is_same_v<N, Singles>) {
            return *dense;
        } else {
            return *dense_in_doubles;
        }
    }
    static bool serves(const Job& job, const ActivationStages& activation, const LossStages* loss);

    // The label of a row, or -1 if the chain has to look at it: it is out of range, ignored, or of
    // no weight; and the weight.
    double label_of(Index row) const;
    double weight_of(Index row, double label) const;
    // Labels of consecutive rows; false if some have to be asked for one by one.
    template <class Number>
    bool load_labels(Index first, Index count, Number* label) const;

    bool is_weighted() const { return job.row_weight || job.class_weight; }
};

// The raised powers of a row, or of one in each lane: the largest, and the sum of all others.
template <class N>
struct RowTotals {
    typename N::Vector top;  // the largest logit
    typename N::Vector largest;
    Pack rest[N::halves];

    // The sum of all, and what its rounding took.
    SOFTGRAD_INLINE Pair total(Index h) const { return two_sum(rest[h], N::half(largest, h)); }
};

// -log p to 2^-33, for a p whose complement q is known to as many digits.
SOFTGRAD_INLINE Pack brief_minus_log(Pack p, Pack q) {
    const Pack log = brief_log(select(p > 0.5, 1.0 - q, p));
    // 1 - q has lost digits of a small q; NaN passes.
    return select(q >= 0x1p-20, -log, q + 0.5 * q * q);
}

// A raised power below this may be that of a logit of -inf.
template <class N>
inline constexpr double impossible_power = N::halves > 1 ? 0x1p-123 : 0x1p-1016;

// What is left to do with the raised powers e_k of a row.
template <class N>
struct RowFactors {
    Pack inverse[N::halves];  // p_k = e_k inverse
    Pack slope[N::halves];  // gradient_k = p_k slope but at the label
    typename N::Vector top_q;  // 1 - p_k where p_k > 1/2
    typename N::Vector first;  // hessian_k = p_k (first (1 - p_k) + second p_k) but at the label
    typename N::Vector second;
    typename N::Vector gradient_at_label;
    typename N::Vector hessian_at_label;
    Pack value[N::halves];  // the loss, weighted
};

// Of a row whose label has this logit and the raised power `e`.
template <class N>
SOFTGRAD_INLINE void find_factors(const SoftmaxWork& work, const RowTotals<N>& row,
                                  typename N::Vector logit, typename N::Vector e,
                                  const Pack* weight, RowFactors<N>& found) {
    Pack top_q[N::halves], first[N::halves], second[N::halves];
    Pack gradient_at_label[N::halves], hessian_at_label[N::halves];
    for (Index h = 0; h < N::halves; ++h) {
        const Pack most = N::half(row.largest, h), label = N::half(e, h);
        const Pack total = row.rest[h] + most, inverse = 1.0 / total;
        top_q[h] = row.rest[h] * inverse;
        Pack p = label * inverse;
        Pack q = select(label + label > total, top_q[h], 1.0 - p);
        Psi psi;
        psi.value = psi.second = Pack{};
        psi.first = splat(1.0);
        if (work.needs_logarithm) {
            const Pack d = (N::half(logit, h) - N::half(row.top, h)) * __builtin_fabs(work.slope);
            const Pack rest = row.rest[h] / most;
            psi.value = (N::halves > 1 ? brief_log_one_plus(rest) : log_one_plus(rest)) - d;
            if (!work.loss->psi_is_identity) {
                if (N::halves > 1) {
                    // In float32 powers have lost what a function of them may magnify.
                    p = brief_exponential(largest(splat(-700.0), d)) * (most * inverse);
                    q = select(d == 0.0, top_q[h], 1.0 - p);
                }
                const TrueClass c{psi.value, p, q};
                const auto psi_of = N::halves > 1 ? work.loss->psi_brief : work.loss->psi_precise;
                psi_of(1, &c, work.job.loss_parameters, &psi);
            }
        }
        const Pack slope = psi.first * (work.slope * weight[h]);
        found.inverse[h] = inverse;
        found.slope[h] = slope;
        found.value[h] = weight[h] * psi.value;
        gradient_at_label[h] = -(q * slope);
        first[h] = slope * work.slope;
        second[h] = psi.second * (work.slope * work.slope) * weight[h];
        hessian_at_label[h] = q * (first[h] * p + second[h] * q);
    }
    found.top_q = N::of(top_q);
    found.first = N::of(first);
    found.second = N::of(second);
    found.gradient_at_label = N::of(gradient_at_label);
    found.hessian_at_label = N::of(hessian_at_label);
}

// Raised powers times 1 / sum times a slope, and times a power of two: in steps where all factors
// together are too small for a number.
template <class N>
struct Scale {
    using Vector = typename N::Vector;
    static constexpr double smallest_one_step = N::halves > 1 ? 0x1p-120 : 0x1p-1000;
    Vector factor, shift;
    bool in_steps;

    Scale(const Pack* inverse, const Pack* slope, Vector power = all_of<N>(1.0)) {
        constexpr double raise = N::halves > 1 ? 0x1p64 : 0x1p512;
        Pack product[N::halves];
        in_steps = false;
        for (Index h = 0; h < N::halves; ++h) {
            product[h] = inverse[h] * slope[h] * N::half(power, h);
            in_steps |= any(absolute(product[h]) < smallest_one_step);
        }
        if (__builtin_expect(in_steps, false)) {
            for (Index h = 0; h < N::halves; ++h) product[h] = inverse[h] * raise * slope[h];
            shift = power;
        }
        factor = N::of(product);
    }

    SOFTGRAD_INLINE Vector operator()(Vector e) const {
        if (__builtin_expect(in_steps, false)) {
            constexpr double lowered = N::halves > 1 ? 0x1p-64 : 0x1p-512;
            return e * shift * all_of<N>(lowered) * factor;
        }
        return e * factor;
    }
    SOFTGRAD_INLINE Vector operator()(Vector e, Index) const { return (*this)(e); }

    // Of the rows whose lanes `pick` takes.
    template <class Pick>
    SOFTGRAD_INLINE Scale picked(const Pick& pick) const {
        Scale found = *this;
        found.factor = pick(factor);
        if (in_steps) found.shift = pick(shift);
        return found;
    }
};

// The second derivative of an entry with the probability p.
template <class N>
SOFTGRAD_INLINE typename N::Vector hessian_of(typename N::Vector p, const RowFactors<N>& row,
                                              bool is_linear) {
    const typename N::Vector q = p > all_of<N>(0.5) ? row.top_q : all_of<N>(1.0) - p;
    if (is_linear) return row.first * (p * q);
    return p * multiply_add(row.first, q, row.second * p);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
