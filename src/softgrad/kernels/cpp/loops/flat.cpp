#include "flat.hpp"

#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static bool is_flat(const Entries& entries) {
    return !entries || entries.at.row_stride() == size_of(entries.storage);
}

bool serves_flat(const Job& job, const ActivationStages& activation) {
    return job.work != Work::loss && activation.kind != Kind::classes && job.classes == 1 &&
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

void run_flat(const Job& job, const ActivationStages& activation, Index begin, Index end) {
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
            const Entries& vector = job.work == Work::pullback ? job.cotangent : job.tangent;
            load_entries(as_row(vector, first), one, tile.shape, 0.0, tile.gradient);
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

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
