#include "entry_pairs.hpp"

#include "entry_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A second derivative is the chain's.
bool serves_entry_pairs(const Job& job, const ActivationStages& activation,
                        const LossStages* loss) {
    return job.work == Work::loss && loss && loss->entries && activation.kind != Kind::classes &&
           !activation.gives_logarithms && !job.second_output && serves_entry_rows(job);
}

static constexpr Index arrays = 4;  // p, 1 - p, the loss's derivative, targets of the last vector

Index packs_of_entry_pairs() { return packs_of_block * (1 + arrays); }

namespace {

class EntryPairs {
public:
    EntryPairs(const Job& job, const ActivationStages& activation, const LossStages& loss,
               Workspace& workspace)
        : job_(job),
          loss_(loss),
          streams_(is_worth_streaming(job)),
          // Value and product are of one kind: in float32 lanes where both are.
          runs_(activation.floats.product ? activation.runs_in_floats(job.activation_parameters)
                                          : activation.brief_runs) {
        for (float*& array : array_)
            array = reinterpret_cast<float*>(workspace.take(packs_of_block));
    }

    void fill(const EntryBlock& block) const {
        float *p = array_[0], *q = array_[1], *first = array_[2], *last = array_[3];
        const double* parameters = job_.activation_parameters;
        const auto activate = [&](void (*function)(const FloatRun&), float* to) {
            function({block.z, nullptr, to, block.count, false, parameters});
        };
        activate(runs_.value, p);
        if (!runs_.complement) q = nullptr;
        if (q) activate(runs_.complement, q);

        const Index whole = block.count - block.count % wide_lanes;
        EntryRun run{p, q, block.t, block.values, first, whole, job_.scale, job_.loss_parameters};
        loss_.entries(run);
        if (whole < block.count) {
            const auto bytes = static_cast<std::size_t>(block.count - whole) * sizeof(float);
            std::memcpy(last, block.t + whole, bytes);
            run = {p + whole,     q ? q + whole : nullptr,
                   last,          block.values + whole,
                   first + whole, wide_lanes,
                   job_.scale,    job_.loss_parameters};
            loss_.entries(run);
        }
        if (!block.gradient) return;
        runs_.product({block.z, first, reinterpret_cast<float*>(block.gradient), block.count,
                       streams_, parameters});
    }

private:
    const Job& job_;
    const LossStages& loss_;
    bool streams_;
    BriefRuns runs_;
    float* array_[arrays];
};

}  // namespace

bool run_entry_pairs(const Job& job, const ActivationStages& activation, const LossStages& loss,
                     Chain& chain, Index begin, Index end) {
    Workspace& workspace = Workspace::of_this_thread();
    const EntryRows rows(job, workspace);
    const EntryPairs pairs(job, activation, loss, workspace);
    return rows.run(chain, begin, end, [&](const EntryBlock& block) { pairs.fill(block); });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
