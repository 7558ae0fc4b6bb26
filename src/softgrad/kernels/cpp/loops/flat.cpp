#include "flat.hpp"

#include "../arithmetic/streaming.hpp"
#include "float_copies.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static bool is_flat(const Entries& entries) {
    return !entries || entries.at.row_stride() == size_of(entries.storage);
}

bool serves_flat(const Job& job, const ActivationStages& activation) {
    return !is_of_loss(job.work) && activation.kind != Kind::classes && job.classes == 1 &&
           !job.keep && is_flat(job.logits) && is_flat(job.output) && is_flat(job.cotangent) &&
           is_flat(job.tangent);
}

// The entries from `first` on as one row.
static Entries as_row(const Entries& entries, Index first) {
    Entries row = entries;
    row.at.data += first * size_of(entries.storage);
    row.at.entry_stride = size_of(entries.storage);
    row.at.axes = 1;
    row.at.stride[0] = 0;
    return row;
}

static void run_float32(const Job& job, RunOfFloats run, Index begin, Index end) {
    const auto from = [&](const Entries& entries) {
        return reinterpret_cast<float*>(entries.at.data) + (entries ? begin : 0);
    };
    const Entries& vector = vector_of(job);
    const bool in_place =
        job.output.at.data == job.logits.at.data || job.output.at.data == vector.at.data;
    const bool streams = !in_place && job.rows * size_of(Storage::float32) > larger_than_caches;
    run({from(job.logits), from(vector), from(job.output), end - begin, streams,
         job.activation_parameters});
}

static void run_doubles(const Job& job, const ActivationStages& activation, Index begin,
                        Index end) {
    const bool precise = job.logits.storage == Storage::float64;
    Workspace& workspace = Workspace::of_this_thread();
    workspace.reserve(6 * flat_packs);
    const bool derivatives = job.work != Work::forward;
    Tile tile{};
    tile.parameters_of_activation = job.activation_parameters;
    tile.form = Form::output;
    tile.z = workspace.take(flat_packs);
    tile.heads.p = derivatives ? nullptr : workspace.take(flat_packs);
    tile.heads.first = derivatives && job.work != Work::bend ? workspace.take(flat_packs) : nullptr;
    tile.heads.second = job.work == Work::bend ? workspace.take(flat_packs) : nullptr;
    tile.gradient = derivatives ? workspace.take(flat_packs) : nullptr;
    tile.left = job.work == Work::bend ? workspace.take(flat_packs) : nullptr;
    const TileRows one{0, 1, 1};
    for (Index first = begin; first < end; first += flat_packs * lanes) {
        const Index count = end - first < flat_packs * lanes ? end - first : flat_packs * lanes;
        tile.shape = {count, (count + lanes - 1) / lanes, 1, false};
        load_entries(as_row(job.logits, first), one, tile.shape, activation.neutral, tile.z);
        activation.forward.in(precise)(tile);
        if (derivatives) {
            load_entries(as_row(vector_of(job), first), one, tile.shape, 0.0, tile.gradient);
            if (job.work == Work::bend) {
                load_entries(as_row(job.cotangent, first), one, tile.shape, 0.0, tile.left);
            }
            const Stages& stage = job.work == Work::pullback      ? activation.pullback
                                  : job.work == Work::pushforward ? activation.pushforward
                                                                  : activation.bend;
            stage.in(precise)(tile);
        }
        store_entries(as_row(job.output, first), one, tile.shape,
                      derivatives ? tile.gradient : tile.heads.p);
    }
}

void run_flat(const Job& job, const ActivationStages& activation, Index begin, Index end) {
    const RunOfFloats run = floats_of(job, activation);
    if (!run) return run_doubles(job, activation, begin, end);
    if (job.logits.storage != Storage::float32) return run_float_copies(job, run, begin, end);
    run_float32(job, run, begin, end);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
