#include "row_weights.hpp"

#include <cmath>
#include <cstring>

namespace softgrad {

static double weight_at(const Entries& weights, std::int64_t row) {
    const char* at = weights.at.row(row);
    if (weights.storage == Storage::float64) {
        double weight;
        std::memcpy(&weight, at, sizeof weight);
        return weight;
    }
    float narrow;
    std::memcpy(&narrow, at, sizeof narrow);
    return narrow;
}

bool are_weights(const Entries& weights, std::int64_t rows) {
    for (std::int64_t row = 0; row < rows; ++row) {
        const double weight = weight_at(weights, row);
        if (!(weight >= 0.0 && std::isfinite(weight))) return false;
    }
    return true;
}

template <class Integer>
static double total_by_label(const Job& job) {
    const Matrix& at = job.labels.at;
    const std::int64_t stride = at.row_stride();
    const auto label_of = [&](std::int64_t row) {
        Integer label;
        std::memcpy(&label, stride ? at.data + row * stride : at.row(row), sizeof label);
        return static_cast<std::int64_t>(label);
    };
    if (!job.row_weight && !job.class_weight) {
        std::int64_t counted = 0;
        for (std::int64_t row = 0; row < job.rows; ++row) {
            counted += label_of(row) != job.ignored_label;
        }
        return static_cast<double>(counted);
    }
    double total = 0.0;
    for (std::int64_t row = 0; row < job.rows; ++row) {
        const std::int64_t label = label_of(row);
        if (job.has_ignored_label && label == job.ignored_label) continue;
        const double weight = job.row_weight ? weight_at(job.row_weight, row) : 1.0;
        total += job.class_weight ? weight * job.class_weight[label] : weight;
    }
    return total;
}

static double total_weight(const Job& job) {
    if (!job.has_ignored_label && !job.class_weight) {
        if (!job.row_weight) return static_cast<double>(job.rows);
        double total = 0.0;
        for (std::int64_t row = 0; row < job.rows; ++row) total += weight_at(job.row_weight, row);
        return total;
    }
    switch (job.labels.bytes * 2 + (job.labels.is_signed ? 1 : 0)) {
        case 2: return total_by_label<std::uint8_t>(job);
        case 3: return total_by_label<std::int8_t>(job);
        case 4: return total_by_label<std::uint16_t>(job);
        case 5: return total_by_label<std::int16_t>(job);
        case 8: return total_by_label<std::uint32_t>(job);
        case 9: return total_by_label<std::int32_t>(job);
        case 16: return total_by_label<std::uint64_t>(job);
        default: return total_by_label<std::int64_t>(job);
    }
}

double share_of_each(const Job& job) {
    if (job.rows == 0) return 1.0;
    const double total = total_weight(job);
    return total > 0.0 ? 1.0 / total : 0.0;
}

}  // namespace softgrad
