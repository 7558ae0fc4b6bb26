// The kernels of one instruction set: which stages a job takes, and how a part of it is run.
#include <new>

#include "flat.hpp"
#include "labels.hpp"
#include "softmax_rows.hpp"
#include "wide_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Maps by entry are numbered first, then those of rows.
static const ActivationStages& activation_of(const Job& job) {
    const int entries = activations_by_entry.count;
    return job.activation < entries ? activations_by_entry[job.activation]
                                    : activations_of_rows[job.activation - entries];
}

static const LossStages* loss_of(const Job& job) {
    return job.work == Work::loss && job.loss != fenchel_young ? &losses[job.loss] : nullptr;
}

static int activation_number(const char* name) {
    const int number = activations_by_entry.number_of(name);
    if (number >= 0) return number;
    const int of_rows = activations_of_rows.number_of(name);
    return of_rows < 0 ? -1 : activations_by_entry.count + of_rows;
}

static int loss_number(const char* name) {
    return std::strcmp(name, "fenchel_young") == 0 ? fenchel_young : losses.number_of(name);
}

static bool serves(const Job& job) {
    const ActivationStages& activation = activation_of(job);
    switch (job.work) {
        case Work::forward: return bool(activation.forward);
        case Work::pullback: return bool(activation.pullback);
        case Work::pushforward: return bool(activation.pushforward);
        case Work::bend: return bool(activation.bend);
        case Work::loss: break;
    }
    if (job.loss == fenchel_young) return bool(activation.fenchel_young);
    const LossStages& loss = losses[job.loss];
    return loss.evaluate && (loss.has_hessian || !job.second_output);
}

static Tiling tiling_of(const Job& job) {
    const bool in_pieces = Chain::works_in_pieces(job, activation_of(job), loss_of(job));
    return Tiling::of(job, job.rows, in_pieces);
}

static std::int64_t rows_of_a_tile(const Job& job) {
    if (serves_flat(job, activation_of(job))) return flat_packs * lanes;
    if (serves_wide_rows(job, activation_of(job), loss_of(job))) return wide_rows_at_a_time(job);
    return tiling_of(job).rows;
}

static Outcome run_tiles(const Job& job, Index begin, Index end) {
    const ActivationStages& activation = activation_of(job);
    const LossStages* loss = loss_of(job);
    const Tiling tiling = tiling_of(job);
    Chain chain(job, activation, loss, tiling);
    const bool by_wide_rows = serves_wide_rows(job, activation, loss);
    Workspace& workspace = Workspace::of_this_thread();
    workspace.reserve(chain.packs_of_workspace() + (by_wide_rows ? packs_of_wide_rows(job) : 0));
    chain.prepare(workspace);
    if (by_wide_rows) {
        const bool valid = run_wide_rows(job, activation, loss, chain, tiling, begin, end);
        return valid ? Outcome::done : Outcome::label_out_of_range;
    }
    const bool by_labels = serves_labels(job, activation, loss);
    const bool by_rows = serves_softmax_rows(job, activation);
    for (Index first = begin; first < end; first += tiling.rows) {
        const Index left = end - first;
        const TileRows rows{first, left < tiling.rows ? left : tiling.rows, end};
        if (by_rows) {
            run_softmax_rows(job, activation, chain, rows);
            continue;
        }
        const bool valid =
            by_labels ? run_labels(job, activation, *loss, chain, rows) : chain.run(rows);
        if (!valid) return Outcome::label_out_of_range;
    }
    return Outcome::done;
}

static Outcome run(const Job& job, Index begin, Index end) {
    try {
        if (!serves_flat(job, activation_of(job))) return run_tiles(job, begin, end);
        run_flat(job, activation_of(job), begin, end);
        return Outcome::done;
    } catch (const std::bad_alloc&) {
        return Outcome::out_of_memory;
    }
}

extern const KernelTable kernels;
const KernelTable kernels = {run, rows_of_a_tile, activation_number, loss_number, serves};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
