// The loops over rows. Compiled once for each instruction set; see CMakeLists.txt.
#include "cross_entropy_distribution.hpp"
#include "cross_entropy_label.hpp"
#include "jobs.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class T, bool IsOne>
void softmax_rows(const SoftmaxJob<T>& job) {
    const InverseTemperature<T, IsOne> inverse(job.temperature);
    for (Index row = 0; row < job.rows; ++row) {
        const Index start = row * job.classes;
        softmax_row(job.logits + start, job.output + start, job.classes, inverse);
    }
}

template <class T, class Label, bool IsOne>
void cross_entropy_label_rows(const CrossEntropyJob<T>& job) {
    const InverseTemperature<T, IsOne> inverse(job.softmax.temperature);
    const Index classes = job.softmax.classes;
    const Label* labels = static_cast<const Label*>(job.target);
    for (Index row = 0; row < job.softmax.rows; ++row) {
        const Index start = row * classes;
        const T weight = job.weights ? job.weights[row] : T(1);
        job.values[row] =
            cross_entropy_label_row(job.softmax.logits + start, static_cast<Index>(labels[row]),
                                    weight, job.softmax.output + start, classes, inverse);
    }
}

template <class T, bool IsOne>
void cross_entropy_distribution_rows(const CrossEntropyJob<T>& job) {
    const InverseTemperature<T, IsOne> inverse(job.softmax.temperature);
    const Index classes = job.softmax.classes;
    const T* targets = static_cast<const T*>(job.target);
    for (Index row = 0; row < job.softmax.rows; ++row) {
        const Index start = row * classes;
        const T weight = job.weights ? job.weights[row] : T(1);
        const T* logits = job.softmax.logits + start;
        if (job.scratch) {
            for (Index j = 0; j < classes; ++j) job.scratch[j] = logits[j];
            logits = job.scratch;
        }
        job.values[row] = cross_entropy_distribution_row(
            logits, targets + start, weight, job.softmax.output + start, classes, inverse);
    }
}

template <class T>
void softmax(const SoftmaxJob<T>& job) {
    job.temperature == 1.0 ? softmax_rows<T, true>(job) : softmax_rows<T, false>(job);
}

template <class T, bool IsOne>
void cross_entropy_of_kind(const CrossEntropyJob<T>& job) {
    switch (job.target_kind) {
        case TargetKind::label_int32:
            return cross_entropy_label_rows<T, std::int32_t, IsOne>(job);
        case TargetKind::label_int64:
            return cross_entropy_label_rows<T, std::int64_t, IsOne>(job);
        case TargetKind::distribution:
            return cross_entropy_distribution_rows<T, IsOne>(job);
    }
}

template <class T>
void cross_entropy(const CrossEntropyJob<T>& job) {
    job.softmax.temperature == 1.0 ? cross_entropy_of_kind<T, true>(job)
                                   : cross_entropy_of_kind<T, false>(job);
}

extern const KernelTable kernels;
const KernelTable kernels = {
    {softmax<float>, cross_entropy<float>},
    {softmax<double>, cross_entropy<double>},
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
