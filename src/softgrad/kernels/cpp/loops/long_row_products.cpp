#include "long_row_products.hpp"

#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_long_row_products(const Job& job, const ActivationStages& activation,
                              const LossStages* loss) {
    const bool of_loss = job.work == Work::loss_product;
    const bool is_product = job.work == Work::pullback || job.work == Work::pushforward ||
                            job.work == Work::bend || of_loss;
    const auto fits = [&](const Entries& entries) {
        return in_rows(entries) && (!entries || entries.storage == job.logits.storage);
    };
    // Shorter ones would be few numbers in each lane.
    // Linear in log p, the Hessian by the logits is the mass of the targets times slope times J.
    if (of_loss && (!loss || !loss->is_linear_in_log || job.is_gauss_newton)) return false;
    return is_product && job.classes > longest_short_row && !activation.has_ghost &&
           fits(job.logits) && fits(job.output) && fits(job.cotangent) && fits(job.tangent) &&
           (!of_loss || job.has_labels || fits(job.target));
}

namespace {

// A vector g less its mean under p, entry by entry. Where one probability is more than 1/2, g is
// taken from its entry there first: what is left of it at that entry is a difference of numbers
// that nearly agree.
template <class N, class T>
class Centred {
    using Vector = typename N::Vector;

public:
    Centred(const LongRow<N, T>& row, const char* g, Index likeliest)
        : row_(row), g_(g), centre_(likeliest < 0 ? Vector{} : all_of<N>(number_at(likeliest))) {}

    void find_mean(double sum) {
        const double total = row_.sum_of(
            [&](Vector e, Index i) __attribute__((always_inline)) { return e * from_centre(i); });
        mean_ = all_of<N>(total / sum);
    }

    SOFTGRAD_INLINE Vector operator()(Index i) const { return from_centre(i) - mean_; }

private:
    double number_at(Index entry) const {
        return load_one<T>(g_ + entry * static_cast<Index>(sizeof(T)));
    }
    SOFTGRAD_INLINE Vector from_centre(Index i) const { return row_.numbers(g_, i) - centre_; }

    const LongRow<N, T>& row_;
    const char* g_;
    Vector centre_, mean_{};
};

}  // namespace

// The weight of a row times the mass of its targets; NaN if the chain has to look at it.
template <class N, class T>
static double weighted_mass(const SoftmaxWork& work, Index r, const LongRow<N, T>& row) {
    const Job& job = work.job;
    const double label = job.has_labels ? work.label_of(r) : 0.0;
    const double weight = label < 0.0 ? 0.0 : work.weight_of(r, label);
    if (weight == 0.0) return not_a_number;
    if (job.has_labels) return weight;
    using Vector = typename N::Vector;
    const char* t = job.target.at.row(r);
    Vector least = {}, most = {};
    const double mass = row.sum_of([&](Vector, Index i) __attribute__((always_inline)) {
        const Vector x = row.numbers(t, i);
        least = smallest(x, least);
        most = largest(x, most);
        return x;
    });
    for (Index l = 0; job.checks_target && l < N::count; ++l) {
        if (least[l] < job.lowest_target || most[l] > job.highest_target) return not_a_number;
    }
    return weight * (mass + job.smoothing * (1.0 - mass));
}

// False if the chain has to look at the row.
template <bool is_plain, class N, class T>
static bool write_product(const SoftmaxWork& work, Index r, const LongRow<N, T>& row) {
    using Vector = typename N::Vector;
    const Job& job = work.job;
    const double sum = row.sum().high + row.sum().low;
    const Index likeliest = row.template likeliest<is_plain>();
    const bool bends = job.work == Work::bend;
    const Entries& vector = job.work == Work::pullback ? job.cotangent : job.tangent;
    Centred<N, T> v(row, vector.at.row(r), likeliest);
    v.find_mean(sum);
    double factor = work.slope;
    if (bends) factor *= work.slope;
    if (job.work == Work::loss_product) {
        factor *= work.slope * weighted_mass(work, r, row);
        if (!(__builtin_fabs(factor) < infinity)) return false;
    }
    const Pack inverse[2] = {splat(1.0 / sum), splat(1.0 / sum)};
    const Pack slope[2] = {splat(factor), splat(factor)};
    char* to = job.output.at.row(r);
    const LongRowOutput<N, T> output(job, row);
    if (!bends) {
        output.write(to, -1, 0.0, [&](Vector shift) {
            const Scale<N> scale(inverse, slope, shift);
            return [=, &v](Vector e, Index i)
                       __attribute__((always_inline)) { return scale(e) * v(i); };
        });
        return true;
    }
    Centred<N, T> g(row, job.cotangent.at.row(r), likeliest);
    g.find_mean(sum);
    const double covariance = row.sum_of(
        [&](Vector e, Index i) __attribute__((always_inline)) { return e * (g(i) * v(i)); });
    const Vector mean = all_of<N>(covariance / sum);
    output.write(to, -1, 0.0, [&](Vector shift) {
        const Scale<N> scale(inverse, slope, shift);
        return [=, &v, &g](Vector e, Index i)
                   __attribute__((always_inline)) { return scale(e) * (g(i) * v(i) - mean); };
    });
    return true;
}

bool run_long_row_products(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    return run_each_long_row(work, chain, begin, end, [&](Index r, const auto& row, auto plain) {
        return write_product<plain.value>(work, r, row);
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
