// Labels of losses whose fast loops take a target an entry: spelled out as rows of zeros with a one,
// a few rows at a time, which never leave the cache.
#pragma once

#include <vector>

#include "entry_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class SpelledLabels {
public:
    // Whether a label means such a row: losses by the logits read it otherwise. Short rows have the
    // same bits where they stand in columns, which these loops do not serve.
    static bool serve(const Job& job, const LossStages* loss) {
        return job.work == Work::loss && loss && loss->form != Form::logits && job.has_labels &&
               !job.has_ignored_label && !job.class_weight && counts_all_alike(job) &&
               in_one_run(job.logits, job) && job.classes > longest_short_row &&
               job.classes <= most_entries;
    }

    explicit SpelledLabels(const Job& job)
        : job_(job), entries_(static_cast<std::size_t>(most_rows(job) * job.classes)) {}

    // The same job with targets, as `serves` of other loops ask for it.
    static Job job_of(const Job& job) {
        Job spelled = job;
        spelled.has_labels = false;
        spelled.checks_target = false;
        spelled.target = job.logits;
        return spelled;
    }
    static Index most_rows(const Job& job) { return most_entries / job.classes; }

    // `work` of such jobs, for rows [begin, end) in turn. False where a label is no class, or work is.
    template <class Work>
    bool each(Index begin, Index end, const Work& work) {
        Job spelled = job_of(job_);
        const Index row_bytes = job_.classes * static_cast<Index>(sizeof(float));
        const Index most = most_rows(job_);
        std::vector<double> labels(static_cast<std::size_t>(most));
        for (Index first = begin; first < end; first += most) {
            const Index count = end - first < most ? end - first : most;
            if (!load_labels(job_.labels, {first, count, end}, job_.classes, 1, labels.data())) {
                return false;
            }
            put(labels, count, 1.0f);
            char* const start = reinterpret_cast<char*>(entries_.data());
            spelled.target.at.data = start - first * row_bytes;
            const bool is_done = work(spelled, first, first + count);
            put(labels, count, 0.0f);
            if (!is_done) return false;
        }
        return true;
    }

private:
    static constexpr Index most_entries = 16384;

    void put(const std::vector<double>& labels, Index count, float x) {
        for (Index r = 0; r < count; ++r) {
            const auto label = static_cast<Index>(labels[static_cast<std::size_t>(r)]);
            entries_[static_cast<std::size_t>(r * job_.classes + label)] = x;
        }
    }

    const Job& job_;
    std::vector<float> entries_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
