// Whether labels are classes, and targets within their limits: looked at before a job that has to be
// done whole or not at all.
#pragma once

#include "../stages/workspace.hpp"
#include "load.hpp"
#include "tiling.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Labels that stand next to each other.
inline bool labels_fit(const Job& job, Index begin, Index end) {
    return in_integers_of(job.labels, [&](auto integer) {
        using Integer = decltype(integer);
        const char* at = job.labels.at.row(begin);
        std::uint64_t wrong = 0;
        for (Index r = 0; r < end - begin; ++r) {
            const auto label =
                load_unaligned<Integer>(at + r * static_cast<Index>(sizeof(Integer)));
            // The sign of either is set where the label is negative, or too large.
            const auto number = static_cast<std::uint64_t>(label);
            wrong |= number | (static_cast<std::uint64_t>(job.classes - 1) - number);
        }
        return wrong >> 63 == 0;
    });
}

inline bool targets_fit(const Job& job, const Tiling& tiling, Index begin, Index end) {
    if (job.has_labels) return labels_fit(job, begin, end);
    Workspace& workspace = Workspace::of_this_thread();
    workspace.reserve(tiling.shape.strands * tiling.shape.packs);
    Pack* targets = workspace.take(tiling.shape.strands * tiling.shape.packs);
    for (Index first = begin; first < end; first += tiling.rows) {
        const Index count = end - first < tiling.rows ? end - first : tiling.rows;
        const TileRows rows{first, count, end};
        if (!load_target_entries(job, job.target, rows, tiling.shape_of(count), targets)) {
            return false;
        }
    }
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
