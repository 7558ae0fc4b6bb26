#include "coin_rows.hpp"

#include "coin_floats.hpp"
#include "entry_rows.hpp"
#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

using Some = CoinFloats::Some;
static constexpr Index at_once = CoinFloats::at_once;

static const DenseStages* stages_of(const Job& job, const LossStages& loss) {
    const DenseStages* dense = loss.dense.serving(job.loss_parameters);
    // What stays in tiles on classes is faster here; and some formulas are of classes alone.
    if (!dense || !dense->coins) dense = &loss.dense.made;
    return dense->coins && loss.two_sided ? dense : nullptr;
}

bool serves_coin_rows(const Job& job, const ActivationStages& activation, const LossStages* loss) {
    if (job.work != Work::loss || !loss || !serves_entry_rows(job)) return false;
    const bool has_stages = !job.second_output && stages_of(job, *loss);
    if (is_sigmoid(activation)) return loss->psi_is_identity || has_stages;
    return activation.sides.in_doubles && has_stages;
}

Index packs_of_coin_rows() { return packs_of_block + packs_of_sides; }

namespace {

void fill(const EntryBlock& block, float scale, bool streams) {
    const StreamedRun gradients = CoinFloats::run_of(block.gradient, block.count, streams);
    const StreamedRun hessians = CoinFloats::run_of(block.hessian, block.count, streams);
    Index e = 0;
    for (; e + at_once <= block.count; e += at_once) {
        const CoinFloats coins(Some::load(block.z + e), Some::load(block.t + e), scale);
        for (int i = 0; i < 4; ++i) {
            const Index part = e + i * wide_lanes, at = part * static_cast<Index>(sizeof(float));
            store_unaligned(block.values + part, coins.value.part[i]);
            if (block.gradient) gradients.put(block.gradient + at, coins.gradient.part[i]);
            if (block.hessian) hessians.put(block.hessian + at, coins.hessian.part[i]);
        }
    }
    if (e == block.count) return;
    const auto bytes = static_cast<std::size_t>(block.count - e) * sizeof(float);
    float last[2][at_once] = {};
    std::memcpy(last[0], block.z + e, bytes);
    std::memcpy(last[1], block.t + e, bytes);
    const CoinFloats coins(Some::load(last[0]), Some::load(last[1]), scale);
    const Index at = e * static_cast<Index>(sizeof(float));
    std::memcpy(block.values + e, &coins.value, bytes);
    if (block.gradient) std::memcpy(block.gradient + at, &coins.gradient, bytes);
    if (block.hessian) std::memcpy(block.hessian + at, &coins.hessian, bytes);
}

}  // namespace

bool run_coin_rows(const Job& job, const ActivationStages& activation, const LossStages& loss,
                   Chain& chain, Index begin, Index end) {
    Workspace& workspace = Workspace::of_this_thread();
    const EntryRows rows(job, workspace);
    const bool streams = is_worth_streaming(job);
    if (is_sigmoid(activation) && loss.psi_is_identity) {
        const auto scale = static_cast<float>(job.scale);
        return rows.run(chain, begin, end,
                        [&](const EntryBlock& block) { fill(block, scale, streams); });
    }
    const DenseStages& stages = *stages_of(job, loss);
    const SidesStages* sides = is_sigmoid(activation) ? nullptr : &activation.sides;
    const Reach reach = sides ? sides->reach : Reach{-farthest_coin, farthest_coin};
    Pack* const room = workspace.take(packs_of_sides);
    return rows.run(
        chain, begin, end,
        [&](const EntryBlock& block) {
            stages.coins({block.z, block.t, block.values, block.gradient, block.count, job.scale,
                          streams, job.loss_parameters, reach, sides, room});
        },
        stages.least_coin_value);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
