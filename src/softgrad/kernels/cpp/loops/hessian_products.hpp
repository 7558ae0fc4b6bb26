// The Hessian by the logits of softmax and its kin times a vector v: with p the probabilities, s the
// sign of the logits over their temperature and u = v - p.v,
//     psi(-log p_y)    s^2 (psi' p u + psi'' (p - e_y) (p - e_y).v)
//     sum t log p      s^2 (sum t) p u
//     |p - t|^2        2 s^2 p (u (2 p - t - c) - a),  c = p.(p - t), a = sum p u (2 p - t)
// At the one entry that may have p > 1/2, sums over all others stand for 1 - p, and v is taken from
// its v. Here are rows side by side, one in each lane; loops/long_row_hessians.cpp has one after the
// other.
#pragma once

#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline bool has_hessian_product(const Job& job, const ActivationStages& activation,
                                const LossStages* loss) {
    if (job.work != Work::loss_product || !loss || job.is_gauss_newton) return false;
    if (loss->is_linear_in_log) return true;
    if (job.smoothing != 0.0) return false;
    return (job.has_labels && loss->psi_brief) || (loss->is_squared_error && !activation.has_ghost);
}

// Factors that the loops take: what numbers of the kind hold with their products.
template <class N>
SOFTGRAD_INLINE auto is_moderate(typename N::Vector x) {
    using Vector = typename N::Vector;
    const Vector size = largest(x, -x);
    return (size > all_of<N>(N::halves > 1 ? 0x1p-100 : 0x1p-900)) &
           (size < all_of<N>(N::halves > 1 ? 0x1p60 : 0x1p500));
}

template <class N>
class HessianProduct {
    using Vector = typename N::Vector;

public:
    Pack weight[N::halves];
    Vector label;  // where targets are labels
    decltype(Vector{} < Vector{}) odd;  // rows that the chain has to look at

    HessianProduct(const SoftmaxWork& work, Vector* e, Vector* v)
        : work_(work), classes_(work.job.classes), e_(e), v_(v) {}

    template <bool is_one>
    SOFTGRAD_INLINE void raise(const Vector* z, Vector top) {
        totals_.top = largest(top, all_of<N>(work_.ghost));
        odd = RaisedPowers<N, is_one>::is_too_far(totals_.top, work_.inverse);
        const RaisedPowers<N, is_one> power(totals_.top, work_.inverse);
        Vector most = {};
        if (work_.ghost > -infinity) most = ghost_ = power(all_of<N>(work_.ghost));
        LongSum<N> rest;
        for (Index k = 0; k < classes_; ++k) {
            const Vector x = e_[k] = power(z[k]);
            rest.add(smallest(most, x));  // NaN passes
            most = largest(x, most);
        }
        totals_.largest = most;
        Pack half[N::halves], top_q[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            totals_.rest[h] = rest.half(h).high;
            const Pack total = totals_.rest[h] + N::half(most, h);
            inverse_[h] = 1.0 / total;
            half[h] = 0.5 * total;
            top_q[h] = totals_.rest[h] * inverse_[h];
        }
        half_ = N::of(half);
        top_q_ = N::of(top_q);
        inverses_ = N::of(inverse_);
    }

    // v less its mean.
    SOFTGRAD_INLINE void centre() {
        Vector centre = {};
        for (Index k = 0; k < classes_; ++k) centre = e_[k] > half_ ? v_[k] : centre;
        LongSum<N> sum;
        for (Index k = 0; k < classes_; ++k) {
            v_[k] -= centre;
            sum.add(e_[k] * v_[k]);
        }
        Pack mean[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            const Pack missing = N::half(ghost_, h) * N::half(centre, h);
            mean[h] = (sum.half(h).high - missing) * inverse_[h];
        }
        mean_ = N::of(mean);
    }

    SOFTGRAD_INLINE void linear(const Vector* t, Vector* to) {
        Pack mass[N::halves];
        LongSum<N> sum;
        for (Index k = 0; t && k < classes_; ++k) {
            look_at(t[k]);
            sum.add(t[k]);
        }
        for (Index h = 0; h < N::halves; ++h) {
            mass[h] = t ? sum.half(h).high : splat(1.0);
            mass[h] += work_.job.smoothing * (1.0 - mass[h]);
        }
        const Scale<N> scale = scaled(mass);
        for (Index k = 0; k < classes_; ++k) to[k] = scale(e_[k]) * (v_[k] - mean_);
    }

    SOFTGRAD_INLINE void true_class(const Vector* z, Vector* to) {
        Vector number = {}, logit = {}, power = {}, along = {};
        for (Index k = 0; k < classes_; ++k, number += all_of<N>(1.0)) {
            const auto here = number == label;
            logit = here ? z[k] : logit;
            power = here ? e_[k] : power;
            along = here ? v_[k] : along;
        }
        odd |= logit == all_of<N>(-infinity);
        RowFactors<N> found;
        find_factors<N>(work_, totals_, logit, power, weight, found);
        Pack first[N::halves], bends[N::halves], at_labels[N::halves];
        const Vector gaps = mean_ - along;  // (p - e_y).v
        for (Index h = 0; h < N::halves; ++h) {
            const Pack gap = N::half(gaps, h), second = N::half(found.second, h);
            const Pack e = N::half(power, h), p = e * inverse_[h];
            const Pack q = select(e > N::half(half_, h), N::half(top_q_, h), 1.0 - p);
            first[h] = N::half(found.first, h);
            bends[h] = second / first[h] * gap;
            at_labels[h] = -gap * (second * q + first[h] * p);
        }
        const Vector bend = N::of(bends), at_label = N::of(at_labels);
        odd |= ~is_moderate<N>(found.first) | ~(largest(bend, -bend) < all_of<N>(0x1p60));
        const Scale<N> scale(inverse_, first);
        number = Vector{};
        for (Index k = 0; k < classes_; ++k, number += all_of<N>(1.0)) {
            const Vector other = scale(e_[k]) * (v_[k] - mean_ + bend);
            to[k] = number == label ? at_label : other;
        }
    }

    SOFTGRAD_INLINE void squares(const Vector* t, Vector* to) {
        // Sums over all but the likeliest, with d = p - t: of p d, p v (p + d) and p (p + d).
        LongSum<N> of_d, of_v_both, of_both;
        Vector number = {}, goal = {};
        for (Index k = 0; k < classes_; ++k, number += all_of<N>(1.0)) {
            const Vector target = target_at(t, k, number);
            if (t) look_at(target);
            const auto is_large = e_[k] > half_;
            goal = is_large ? target : goal;
            const Vector p = is_large ? Vector{} : e_[k] * inverses_, d = p - target;
            of_d.add(p * d);
            of_v_both.add(p * v_[k] * (p + d));
            of_both.add(p * (p + d));
        }
        Pack twos[N::halves], c[N::halves], a[N::halves], at_likeliest[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            const Pack mean = N::half(mean_, h), most = N::half(totals_.largest, h);
            const Pack p = where(most > N::half(half_, h), most * inverse_[h]);
            const Pack q = N::half(top_q_, h), wanted = N::half(goal, h), own = -p * mean;
            const Pack d = (1.0 - wanted) - q;
            c[h] = of_d.half(h).high;
            a[h] = of_v_both.half(h).high - mean * of_both.half(h).high;
            at_likeliest[h] = own * (q * d - c[h]) + p * (own * ((wanted - 1.0) + 2.0 * q) - a[h]);
            c[h] += p * d;
            a[h] += own * (p + d);
            twos[h] = splat(2.0);
            at_likeliest[h] *= 2.0 * work_.slope * work_.slope * weight[h];
        }
        const Vector from_d = N::of(c), from_w = N::of(a), special = N::of(at_likeliest);
        const Scale<N> scale = scaled(twos);
        number = Vector{};
        for (Index k = 0; k < classes_; ++k, number += all_of<N>(1.0)) {
            const Vector p = e_[k] * inverses_, both = p + (p - target_at(t, k, number));
            const Vector other = scale(e_[k]) * ((v_[k] - mean_) * (both - from_d) - from_w);
            to[k] = e_[k] > half_ ? special : other;
        }
    }

private:
    SOFTGRAD_INLINE Vector target_at(const Vector* t, Index k, Vector number) const {
        if (t) return t[k];
        return number == label ? all_of<N>(1.0) : Vector{};
    }
    // Targets outside the limits are the chain's to refuse; NaN is let pass.
    SOFTGRAD_INLINE void look_at(Vector t) {
        if (!work_.job.checks_target) return;
        odd |= (t < all_of<N>(work_.job.lowest_target)) | (t > all_of<N>(work_.job.highest_target));
    }
    // Probabilities times s^2, the weight and another factor.
    SOFTGRAD_INLINE Scale<N> scaled(const Pack* factor) {
        Pack all[N::halves];
        for (Index h = 0; h < N::halves; ++h) {
            all[h] = work_.slope * work_.slope * weight[h] * factor[h];
        }
        odd |= ~is_moderate<N>(N::of(all));
        return Scale<N>(inverse_, all);
    }

    const SoftmaxWork& work_;
    const Index classes_;
    Vector *e_, *v_;
    RowTotals<N> totals_;
    Pack inverse_[N::halves];
    Vector half_, top_q_, inverses_, mean_, ghost_ = {};
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
