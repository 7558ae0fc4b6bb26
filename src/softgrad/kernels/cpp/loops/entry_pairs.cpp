#include "entry_pairs.hpp"

#include "entry_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A second derivative is the chain's.
bool serves_entry_pairs(const Job& job, const ActivationStages& activation,
                        const LossStages* loss) {
    if (job.work != Work::loss || !loss || job.second_output || !serves_entry_rows(job))
        return false;
    if (loss->positives) return activation.positives;
    return loss->entries && activation.kind != Kind::classes && !activation.gives_logarithms;
}

static constexpr Index arrays = 4;  // p, 1 - p, the loss's derivative, targets of the last vector

static_assert(packs_of_positives <= packs_of_block * arrays);
Index packs_of_entry_pairs() { return packs_of_block * (1 + arrays); }

namespace {

class EntryPairs {
public:
    EntryPairs(const Job& job, const ActivationStages& activation, const LossStages& loss,
               Workspace& workspace)
        : job_(job),
          activation_(activation),
          loss_(loss),
          streams_(is_worth_streaming(job)),
          // Value and product are of one kind: in float32 lanes where both are.
          runs_(activation.floats.product ? activation.runs_in_floats(job.activation_parameters)
                                          : activation.brief_runs) {
        for (float*& array : array_)
            array = reinterpret_cast<float*>(workspace.take(packs_of_block));
    }

    // On the logarithms of positive values: the activation and the loss take turns.
    void fill_positives(const EntryBlock& block) const {
        constexpr Index size = sizeof(float);
        for (Index e = 0; e < block.count; e += positives_at_once) {
            const Index left = block.count - e;
            const PositiveRun run{reinterpret_cast<double*>(array_[0]),
                                  block.z + e,
                                  block.t + e,
                                  block.values + e,
                                  block.gradient ? block.gradient + e * size : nullptr,
                                  left < positives_at_once ? left : positives_at_once,
                                  job_.scale,
                                  streams_,
                                  job_.activation_parameters,
                                  job_.loss_parameters};
            activation_.positives(run);
            loss_.positives(run);
        }
    }

    void fill(const EntryBlock& block) const {
        float *p = array_[0], *q = array_[1], *first = array_[2], *last = array_[3];
        const double* parameters = job_.activation_parameters;
        const auto activate = [&](void (*function)(const FloatRun&), float* to) {
            function({block.z, nullptr, to, block.count, false, parameters, block.next_z});
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
        runs_.product({block.z, first, first, block.count, false, parameters, block.next_t});
        const Index bytes = block.count * static_cast<Index>(sizeof(float));
        StreamedRun(block.gradient, bytes, streams_)
            .put_bytes(block.gradient, reinterpret_cast<const char*>(first), bytes);
    }

private:
    const Job& job_;
    const ActivationStages& activation_;
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
    return rows.run(chain, begin, end, [&](const EntryBlock& block) {
        loss.positives ? pairs.fill_positives(block) : pairs.fill(block);
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
