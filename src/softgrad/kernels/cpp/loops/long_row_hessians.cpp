#include "long_row_hessians.hpp"

#include "hessian_products.hpp"
#include "long_row_centred.hpp"
#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_long_row_hessians(const Job& job, const ActivationStages& activation,
                              const LossStages* loss) {
    const auto fits = [&](const Entries& entries) {
        return in_rows(entries) && (!entries || entries.storage == job.logits.storage);
    };
    return has_hessian_product(job, activation, loss) && job.classes > longest_short_row &&
           fits(job.logits) && fits(job.output) && fits(job.tangent) &&
           (job.has_labels || fits(job.target));
}

namespace {

template <class N, class T, bool is_plain>
class LongRowHessian {
    using Vector = typename N::Vector;

public:
    LongRowHessian(const SoftmaxWork& work, Index r, const LongRow<N, T>& row)
        : work_(work),
          job_(work.job),
          r_(r),
          row_(row),
          totals_(row.template totals<is_plain>()),
          likeliest_(row.template likeliest<is_plain>()),
          sum_(row.sum().high + row.sum().low),
          v_(row, job_.tangent.at.row(r), likeliest_) {}

    // False if the chain has to look at the row.
    bool write() {
        const double label = job_.has_labels ? work_.label_of(r_) : 0.0;
        if (label < 0.0) return false;
        if (job_.has_labels) label_ = static_cast<Index>(label);
        weight_ = work_.weight_of(r_, label);
        if (weight_ == 0.0) return false;
        if (work_.squares) return write_squares();
        return work_.loss->is_linear_in_log ? write_linear() : write_true_class();
    }

private:
    bool write_linear() {
        const double mass = job_.has_labels ? 1.0 : mass_of_targets();
        const double factor =
            work_.slope * work_.slope * weight_ * (mass + job_.smoothing * (1.0 - mass));
        if (!(__builtin_fabs(factor) < infinity)) return false;
        find_mean();
        put(factor, -1, 0.0,
            [&](Vector e, Vector, Index i) __attribute__((always_inline)) { return e * v_(i); });
        return true;
    }

    // NaN if one lies outside the limits.
    double mass_of_targets() const {
        const char* t = job_.target.at.row(r_);
        Vector least = {}, most = {};
        const double mass = row_.sum_of([&](Vector, Index i) __attribute__((always_inline)) {
            const Vector x = row_.numbers(t, i);
            least = smallest(x, least);
            most = largest(x, most);
            return x;
        });
        return are_within_limits(least, most) ? mass : not_a_number;
    }

    bool are_within_limits(Vector least, Vector most) const {
        bool within = true;
        for (Index l = 0; job_.checks_target && l < N::count; ++l) {
            within &= !(least[l] < job_.lowest_target) && !(most[l] > job_.highest_target);
        }
        return within;
    }

    bool write_true_class() {
        const char* z = job_.logits.at.row(r_);
        const double stored = load_one<T>(z + label_ * static_cast<Index>(sizeof(T)));
        const double logit = work_.negates ? -stored : stored;
        if (logit == -infinity) return false;
        const Pack weights[2] = {splat(weight_), splat(weight_)};
        const double power = row_.power_of(label_);
        RowFactors<N> found;
        find_factors<N>(work_, totals_, all_of<N>(logit), all_of<N>(power), weights, found);
        const auto first = static_cast<double>(found.first[0]);
        const auto second = static_cast<double>(found.second[0]);
        if (!is_moderate<N>(found.first)[0] || !(__builtin_fabs(second / first) < 0x1p60))
            return false;
        find_mean();
        const double gap = -v_.at(label_);  // (p - e_y).v
        const double p = power / sum_;
        const double q = label_ == likeliest_ ? static_cast<double>(found.top_q[0]) : 1.0 - p;
        const Vector bend = all_of<N>(second / first * gap);
        put(first, label_, -gap * (second * q + first * p),
            [&](Vector e, Vector, Index i)
                __attribute__((always_inline)) { return e * (v_(i) + bend); });
        return true;
    }

    bool write_squares() {
        const double factor = 2.0 * work_.slope * work_.slope * weight_;
        if (!is_moderate<N>(all_of<N>(factor))[0]) return false;
        return job_.has_labels
                   ? write_squares_of(factor,
                                      [](Index) __attribute__((always_inline)) { return Vector{}; })
                   : write_squares_of(
                         factor, [&, t = job_.target.at.row(r_)](Index i)
                                     __attribute__((always_inline)) { return row_.numbers(t, i); });
    }

    // A label is no target yet.
    template <class Target>
    bool write_squares_of(double factor, const Target& target) {
        const Vector inverse = all_of<N>(1.0 / sum_);
        const Vector left_out = likeliest_ < 0 ? all_of<N>(infinity) : totals_.largest;
        // Over all but the likeliest, of p v, p d, p v (p + d) and p (p + d) with d = p - t.
        LongSum<N> of_d, of_v_both, of_both;
        Vector least = {}, most = {};
        const double mean = row_.sum_of([&](Vector e, Index i) __attribute__((always_inline)) {
            const Vector p = e < left_out ? e * inverse : Vector{};
            const Vector x = target(i), d = p - x, along = p * v_.from_centre(i), both = p + d;
            least = smallest(x, least);
            most = largest(x, most);
            of_d.add(p * d);
            of_v_both.add(along * both);
            of_both.add(p * both);
            return along;
        });
        if (!are_within_limits(least, most)) return false;
        v_.set_mean(mean);
        double c = total(of_d), both = total(of_both), a = total(of_v_both);
        if (label_ >= 0 && label_ != likeliest_) {
            const double p = row_.power_of(label_) / sum_;
            c -= p;
            both -= p;
            a -= p * (v_.at(label_) + mean);
        }
        a -= mean * both;
        double at_likeliest = 0.0;
        if (likeliest_ >= 0) {
            const double p = static_cast<double>(totals_.largest[0]) / sum_;
            const double q = totals_.rest[0][0] / sum_, own = -p * mean;
            const double goal =
                job_.has_labels ? (label_ == likeliest_ ? 1.0 : 0.0) : target_at(likeliest_);
            const double d = (1.0 - goal) - q;
            at_likeliest = own * (q * d - c) + p * (own * ((goal - 1.0) + 2.0 * q) - a);
            c += p * d;
            a += own * (p + d);
        }
        const Vector from_d = all_of<N>(c), from_w = all_of<N>(a);
        put(factor, likeliest_, factor * at_likeliest,
            [&](Vector e, Vector p, Index i) __attribute__((always_inline)) {
                Vector d = p - target(i);
                const Index lane = label_ - i;
                if (__builtin_expect(lane >= 0 && lane < N::count, false)) {
                    const Vector here = all_of<N>(static_cast<double>(lane));
                    d = N::lane_numbers() == here ? d - all_of<N>(1.0) : d;
                }
                return e * (v_(i) * (p + d - from_d) - from_w);
            });
        return true;
    }

    double target_at(Index entry) const {
        return load_one<T>(job_.target.at.row(r_) + entry * static_cast<Index>(sizeof(T)));
    }
    static double total(const LongSum<N>& sum) {
        const RunningSum found = sum.across();
        return found.high + found.low;
    }
    void find_mean() {
        v_.find_mean(sum_);
        if (work_.ghost == -infinity) return;
        const auto top = static_cast<double>(totals_.top[0]);
        const double share = exponential(splat(work_.ghost - top))[0];
        v_.set_mean(v_.mean(), share * static_cast<double>(totals_.largest[0]) / sum_);
    }

    // make(e, p, i) of factor times probabilities, of these and of the number of the first entry;
    // x at the entry `special`.
    template <class Make>
    void put(double factor, Index special, double x, const Make& make) const {
        const Pack inverse[2] = {splat(1.0 / sum_), splat(1.0 / sum_)};
        const Pack factors[2] = {splat(factor), splat(factor)}, one[2] = {splat(1.0), splat(1.0)};
        const LongRowOutput<N, T> output(job_, row_);
        output.write(job_.output.at.row(r_), special, x, [&](Vector shift) {
            const Scale<N> scale(inverse, factors, shift), probability(inverse, one, shift);
            return [=, &make](Vector e, Index i)
                       __attribute__((always_inline)) { return make(scale(e), probability(e), i); };
        });
    }

    const SoftmaxWork& work_;
    const Job& job_;
    const Index r_;
    const LongRow<N, T>& row_;
    const RowTotals<N> totals_;
    const Index likeliest_;  // -1 if no p exceeds 1/2
    const double sum_;
    Centred<N, T> v_;
    Index label_ = -1;
    double weight_ = 0.0;
};

template <bool is_plain, class N, class T>
LongRowHessian<N, T, is_plain> hessian_of(const SoftmaxWork& work, Index r,
                                          const LongRow<N, T>& row) {
    return {work, r, row};
}

}  // namespace

bool run_long_row_hessians(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    return run_each_long_row(work, chain, begin, end, [&](Index r, const auto& row, auto plain) {
        return hessian_of<plain.value>(work, r, row).write();
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
