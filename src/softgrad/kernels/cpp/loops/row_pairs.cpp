#include "row_pairs.hpp"

#include <initializer_list>

#include "entry_rows.hpp"
#include "load.hpp"
#include "row_maps.hpp"
#include "softmax_work.hpp"
#include "weighted_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// With fewer classes the sums across a register cost more than a tile's doubles.
static constexpr Index fewest_classes = 32;
static constexpr Index arrays = WeightedRows::arrays + 2;  // the loss's derivative, and targets

static EntryStage stage_of(const LossStages& loss) {
    return loss.entries ? loss.entries : loss.class_entries;
}

bool serves_row_pairs(const Job& job, const ActivationStages& activation, const LossStages* loss) {
    const FloatStages& weights = activation.weights;
    if (job.classes < fewest_classes || job.classes > entries_of_block) return false;
    if (LengthMaps::serves(activation)) return serves_row_maps(job);
    if (!weights.serves || !weights.serves(job.activation_parameters)) return false;
    if (serves_row_maps(job)) return true;
    if (job.work != Work::loss || !loss || job.second_output) return false;
    if (!job.has_labels) return stage_of(*loss) && serves_entry_rows(job);
    return loss->psi_brief && counts_all_alike(job) && !job.has_ignored_label &&
           !job.class_weight && in_one_run(job.logits, job) &&
           (!job.output ||
            (in_one_run(job.output, job) && job.output.at.data != job.logits.at.data));
}

Index packs_of_row_pairs() { return packs_of_block * (1 + arrays); }
static_assert(RowMaps<ShareMaps>::arrays <= 1 + arrays);

namespace {

class RowPairs {
public:
    RowPairs(const Job& job, const ActivationStages& activation, const LossStages& loss,
             Workspace& workspace)
        : job_(job),
          loss_(loss),
          streams_(is_worth_streaming(job)),
          rows_(job, activation, workspace, packs_of_block) {
        for (float** array : {&first_, &last_}) {
            *array = reinterpret_cast<float*>(workspace.take(packs_of_block));
        }
    }

    // With a target an entry.
    void fill(const EntryBlock& block) const {
        const Index classes = job_.classes, rows = block.count / classes;
        rows_.weigh(block.z, block.count);
        Share shares[entries_of_block / fewest_classes];
        const Index bytes = classes * static_cast<Index>(sizeof(float));
        for (Index r = 0; r < rows; ++r) shares[r] = rows_.share(r, block.next_z + r * bytes);
        evaluate(block);
        for (Index r = 0; r < rows; ++r) {
            if (shares[r].inverse == 0.0f) {
                block.values[r * classes] = std::numeric_limits<float>::quiet_NaN();
                continue;
            }
            if (!block.gradient) continue;
            rows_.centre(r, shares[r], first_ + r * classes, block.next_t + r * bytes);
        }
        if (block.gradient) write(block.z, block.gradient, block.count);
    }

    // With a label: f' psi'/S, and less f' psi' (1 - p)/f at the label. False where one is no class.
    bool run_labels(Chain& chain, Index begin, Index end) const {
        const Index most = entry_rows_at_a_time(job_);
        for (Index first = begin; first < end; first += most) {
            const Index rows = end - first < most ? end - first : most;
            if (!run_some_labels(chain, {first, rows, end})) return false;
        }
        finish_streams();
        return true;
    }

private:
    void evaluate(const EntryBlock& block) const {
        const EntryStage stage = stage_of(loss_);
        const Index whole = block.count - block.count % wide_lanes;
        const float *p = rows_.weights(0), *q = rows_.complements(0);
        stage({p, q, block.t, block.values, first_, whole, job_.scale, job_.loss_parameters});
        if (whole == block.count) return;
        const auto bytes = static_cast<std::size_t>(block.count - whole) * sizeof(float);
        std::memcpy(last_, block.t + whole, bytes);
        stage({p + whole, q + whole, last_, block.values + whole, first_ + whole, wide_lanes,
               job_.scale, job_.loss_parameters});
    }

    bool run_some_labels(Chain& chain, const TileRows& rows) const {
        double label[entries_of_block / fewest_classes];
        if (!load_labels(job_.labels, rows, job_.classes, 1, label)) return false;
        const auto* z = reinterpret_cast<const float*>(job_.logits.at.row(rows.first));
        const Index classes = job_.classes, count = rows.count * classes;
        rows_.weigh(z, count);
        constexpr Index most_packs = entries_of_block / fewest_classes / lanes;
        TrueClass c[most_packs] = {};
        Psi psi[most_packs];
        double inverse[most_packs * lanes], own_q[most_packs * lanes];
        for (Index r = 0; r < rows.count; ++r) {
            const double all = rows_.sum_of(r), own = own_weight(r, label[r]);
            const bool is_plain = all > least_sum && all < most_sum && own > 0x1p-100;
            inverse[r] = is_plain ? 1.0 / all : 0.0;
            own_q[r] = (all - own) * inverse[r];
            if (!(own_q[r] > least_share)) inverse[r] = 0.0;
            c[r / lanes].p[r % lanes] = inverse[r] > 0.0 ? own * inverse[r] : 0.5;
            c[r / lanes].q[r % lanes] = inverse[r] > 0.0 ? own_q[r] : 0.5;
        }
        const Index packs = (rows.count + lanes - 1) / lanes;
        for (Index i = 0; i < packs; ++i) c[i].nll = brief_minus_log(c[i].p, c[i].q);
        loss_.psi_brief(packs, c, job_.loss_parameters, psi);
        for (Index r = 0; r < rows.count; ++r) {
            const double slope = job_.scale * psi[r / lanes].first[r % lanes];
            const double factor = slope * inverse[r], size = __builtin_fabs(factor);
            const double at_label = -slope * own_q[r] / own_weight(r, label[r]);
            if (!(size < 0x1p100) || (size < 0x1p-100 && slope != 0.0)) inverse[r] = 0.0;
            if (!(__builtin_fabs(at_label) < 0x1p100)) inverse[r] = 0.0;
            if (!job_.output || inverse[r] == 0.0) continue;
            const WideFloat same = wide(static_cast<float>(factor));
            float* const to = rows_.factors(r);
            each_vector(classes, [&](Index k, Index some) { put(to + k, same, some); });
            to[static_cast<Index>(label[r])] = static_cast<float>(at_label);
        }
        if (job_.output) write(z, job_.output.at.row(rows.first), count);
        for (Index r = 0; r < rows.count; ++r) {
            const double value = psi[r / lanes].value[r % lanes];
            if (inverse[r] == 0.0 || !(__builtin_fabs(value) < infinity)) {
                if (!chain.run_all({rows.first + r, 1, rows.end})) return false;
            } else if (job_.values) {
                store_row_number(job_.values, rows.first + r, job_.scale * value);
            }
        }
        return true;
    }

    // The logits' derivatives of so many entries.
    void write(const float* z, char* to, Index count) const {
        const auto* from = reinterpret_cast<const char*>(rows_.multiplied(0, z, count));
        const Index bytes = count * static_cast<Index>(sizeof(float));
        StreamedRun(to, bytes, streams_).put_bytes(to, from, bytes);
    }
    double own_weight(Index r, double label) const {
        return rows_.weights(r)[static_cast<Index>(label)];
    }

    const Job& job_;
    const LossStages& loss_;
    bool streams_;
    WeightedRows rows_;
    float *first_, *last_;
};

}  // namespace

bool run_row_pairs(const Job& job, const ActivationStages& activation, const LossStages* loss,
                   Chain& chain, Index begin, Index end) {
    Workspace& workspace = Workspace::of_this_thread();
    if (LengthMaps::serves(activation)) {
        return RowMaps<LengthMaps>(job, activation, workspace).run(chain, begin, end);
    }
    if (job.work != Work::loss) {
        return RowMaps<ShareMaps>(job, activation, workspace).run(chain, begin, end);
    }
    const EntryRows rows(job, workspace);
    const RowPairs pairs(job, activation, *loss, workspace);
    if (job.has_labels) return pairs.run_labels(chain, begin, end);
    return rows.run(chain, begin, end, [&](const EntryBlock& block) { pairs.fill(block); });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
