#include "long_row_products.hpp"

#include "long_row_centred.hpp"
#include "long_row_logarithms.hpp"
#include "long_row_output.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_long_row_products(const Job& job, const ActivationStages& activation) {
    const bool is_product =
        job.work == Work::pullback || job.work == Work::pushforward || job.work == Work::bend;
    const auto fits = [&](const Entries& entries) {
        return in_rows(entries) && (!entries || entries.storage == job.logits.storage);
    };
    // Shorter ones would be few numbers in each lane.
    return is_product && job.classes > longest_short_row && !activation.has_ghost &&
           fits(job.logits) && fits(job.output) && fits(job.cotangent) && fits(job.tangent);
}

template <bool is_plain, class N, class T>
static void write_product(const SoftmaxWork& work, Index r, const LongRow<N, T>& row) {
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
        return;
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
}

bool run_long_row_products(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    if (gives_logarithms(work.job)) return run_logarithms(work, chain, begin, end);
    return run_each_long_row(work, chain, begin, end, [&](Index r, const auto& row, auto plain) {
        write_product<plain.value>(work, r, row);
        return true;
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
