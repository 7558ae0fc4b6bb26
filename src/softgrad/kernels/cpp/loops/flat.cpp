#include "flat.hpp"

#include "../arithmetic/wide_float.hpp"
#include "store.hpp"
#include "streaming.hpp"

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

// What a job multiplies by the first derivative.
static const Entries& vector_of(const Job& job) {
    return job.work == Work::pullback ? job.cotangent : job.tangent;
}

// The function that does a job in float32 arithmetic; null where there is none.
using RunOfFloats = void (*)(const FloatRun&);
static RunOfFloats floats_of(const Job& job, const ActivationStages& activation) {
    const FloatStages& floats = activation.floats;
    if (job.logits.storage == Storage::float64 || job.work == Work::bend || !floats.serves ||
        !floats.serves(job.activation_parameters)) {
        return nullptr;
    }
    return job.work == Work::forward ? floats.value : floats.product;
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

// Through float32 in cache, a block at a time; T is float16 or bfloat16.
template <class T>
static void run_halves(const Job& job, RunOfFloats run, Index begin, Index end) {
    constexpr Index most = 1024;
    alignas(64) float z[most], vector[most];
    const auto widen = [&](const Entries& from, Index first, Index count, float* to) {
        const char* at = from.at.data + first * size_of(from.storage);
        Index i = 0;
        for (; i + wide_lanes <= count; i += wide_lanes) {
            store_unaligned(to + i, load_wide<T>(at + i * static_cast<Index>(sizeof(T))));
        }
        for (; i < count; ++i) to[i] = to_float(load_unaligned<T>(at + i * sizeof(T)));
    };
    const Entries& other = vector_of(job);
    for (Index first = begin; first < end; first += most) {
        const Index count = end - first < most ? end - first : most;
        widen(job.logits, first, count, z);
        if (job.work != Work::forward) widen(other, first, count, vector);
        run({z, vector, z, count, false, job.activation_parameters});
        char* const at = job.output.at.data + first * size_of(job.output.storage);
        Index i = 0;
        for (; i + wide_lanes <= count; i += wide_lanes) {
            store_wide<T>(at + i * static_cast<Index>(sizeof(T)),
                          load_unaligned<WideFloat>(z + i));
        }
        for (; i < count; ++i) store_one<T>(at + i * sizeof(T), static_cast<double>(z[i]));
    }
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
    switch (job.logits.storage) {
        case Storage::float16: return run_halves<Float16>(job, run, begin, end);
        case Storage::bfloat16: return run_halves<BFloat16>(job, run, begin, end);
        default: return run_float32(job, run, begin, end);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
