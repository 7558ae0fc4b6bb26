#include "row_pairs.hpp"

#include <initializer_list>

#include "entry_rows.hpp"
#include "load.hpp"
#include "row_vectors.hpp"
#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// With fewer classes the sums across a register cost more than a tile's doubles.
static constexpr Index fewest_classes = 32;
static constexpr Index arrays = 5;  // weights, 1 - p, the loss's derivative, factors, and labels

static EntryStage stage_of(const LossStages& loss) {
    return loss.entries ? loss.entries : loss.class_entries;
}

bool serves_row_pairs(const Job& job, const ActivationStages& activation, const LossStages* loss) {
    const FloatStages& weights = activation.weights;
    if (job.work != Work::loss || !loss || job.second_output || job.classes < fewest_classes ||
        job.classes > entries_of_block || !weights.serves ||
        !weights.serves(job.activation_parameters)) {
        return false;
    }
    if (!job.has_labels) return stage_of(*loss) && serves_entry_rows(job);
    return loss->psi_brief && counts_all_alike(job) && !job.has_ignored_label &&
           !job.class_weight && in_one_run(job.logits, job) &&
           (!job.output ||
            (in_one_run(job.output, job) && job.output.at.data != job.logits.at.data));
}

Index packs_of_row_pairs() { return packs_of_block * (1 + arrays); }

namespace {

// Between these a sum of weights and its inverse are float32 numbers far from the ends.
constexpr double least_sum = 0x1p-60, most_sum = 0x1p60;
// Where the others of a row come to less, its sum has lost their digits.
constexpr double least_share = 0x1p-24;

// The inverse of a row's sum, or 0 where the chain has to look at it; and whether some p may be more
// than 1/2.
struct Share {
    float inverse;
    bool has_large;
};

class RowPairs {
public:
    RowPairs(const Job& job, const ActivationStages& activation, const LossStages& loss,
             Workspace& workspace)
        : job_(job), loss_(loss), weights_(activation.weights), streams_(is_worth_streaming(job)) {
        for (float** array : {&weight_, &q_, &first_, &factor_, &last_}) {
            *array = reinterpret_cast<float*>(workspace.take(packs_of_block));
        }
    }

    // With a target an entry: f'/S (h - sum p h) for the derivative h by p, and at the one entry of
    // p > 1/2 it is f'/S (h (1 - p) - what the others add to that sum).
    void fill(const EntryBlock& block) const {
        const Index classes = job_.classes, rows = block.count / classes;
        weigh(block.z, block.count);
        Share shares[entries_of_block / fewest_classes];
        for (Index r = 0; r < rows; ++r) shares[r] = share(r);
        evaluate(block);
        for (Index r = 0; r < rows; ++r) {
            if (shares[r].inverse == 0.0f) {
                block.values[r * classes] = std::numeric_limits<float>::quiet_NaN();
                continue;
            }
            if (block.gradient) centre(r, shares[r]);
        }
        if (block.gradient) multiply(block.z, block.gradient, block.count);
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
    void weigh(const float* z, Index count) const {
        weights_.value({z, nullptr, weight_, count, false, job_.activation_parameters});
    }
    void multiply(const float* z, char* to, Index count) const {
        weights_.product({z, factor_, reinterpret_cast<float*>(to), count, streams_,
                          job_.activation_parameters});
    }

    double sum_of(Index r) const {
        const float* weight = weight_ + r * job_.classes;
        return summed<false>(
            job_.classes, [&](Index k, Index count)
                              __attribute__((always_inline)) { return loaded(weight + k, count); });
    }

    // From the weights of a row to p and 1 - p.
    Share share(Index r) const {
        float *p = weight_ + r * job_.classes, *q = q_ + r * job_.classes;
        WideFloat top = {};
        const double all =
            summed<false>(job_.classes, [&](Index k, Index count) __attribute__((always_inline)) {
                const WideFloat weight = loaded(p + k, count);
                top = largest(weight, top);
                return weight;
            });
        const double most = lane_maximum(largest(lower_half(top), upper_half(top)));
        const double inverse = 1.0 / all, others = (all - most) * inverse;
        const WideFloat factor = wide(static_cast<float>(inverse));
        const WideFloat top_q = wide(static_cast<float>(others));
        each_vector(job_.classes, [&](Index k, Index count) {
            const WideFloat share = factor * loaded(p + k, count);
            put(p + k, share, count);
            put(q + k, share > 0.5f ? top_q : 1.0f - share, count);
        });
        const bool is_plain = all > least_sum && all < most_sum && others > least_share;
        return {is_plain ? static_cast<float>(inverse) : 0.0f, others < 0.5000001};
    }

    void evaluate(const EntryBlock& block) const {
        const EntryStage stage = stage_of(loss_);
        const Index whole = block.count - block.count % wide_lanes;
        stage(
            {weight_, q_, block.t, block.values, first_, whole, job_.scale, job_.loss_parameters});
        if (whole == block.count) return;
        const auto bytes = static_cast<std::size_t>(block.count - whole) * sizeof(float);
        std::memcpy(last_, block.t + whole, bytes);
        stage({weight_ + whole, q_ + whole, last_, block.values + whole, first_ + whole, wide_lanes,
               job_.scale, job_.loss_parameters});
    }

    void centre(Index r, Share share) const {
        const Index start = r * job_.classes;
        const float *p = weight_ + start, *q = q_ + start, *first = first_ + start;
        float* const to = factor_ + start;
        const float inverse = share.inverse;
        const auto term = [&](Index k, Index count) __attribute__((always_inline)) {
            return loaded(p + k, count) * loaded(first + k, count);
        };
        const WideFloat mean = wide(static_cast<float>(summed<true>(job_.classes, term)));
        if (!share.has_large) {
            return each_vector(job_.classes, [&](Index k, Index count) {
                put(to + k, inverse * (loaded(first + k, count) - mean), count);
            });
        }
        const auto other = [&](Index k, Index count) __attribute__((always_inline)) {
            return loaded(p + k, count) > 0.5f ? WideFloat{} : term(k, count);
        };
        const WideFloat rest = wide(static_cast<float>(summed<true>(job_.classes, other)));
        each_vector(job_.classes, [&](Index k, Index count) {
            const WideFloat slope = loaded(first + k, count);
            const WideFloat large = multiply_add(slope, loaded(q + k, count), -rest);
            const WideFloat centred = loaded(p + k, count) > 0.5f ? large : slope - mean;
            put(to + k, inverse * centred, count);
        });
    }

    bool run_some_labels(Chain& chain, const TileRows& rows) const {
        double label[entries_of_block / fewest_classes];
        if (!load_labels(job_.labels, rows, job_.classes, 1, label)) return false;
        const auto* z = reinterpret_cast<const float*>(job_.logits.at.row(rows.first));
        const Index classes = job_.classes, count = rows.count * classes;
        weigh(z, count);
        constexpr Index most_packs = entries_of_block / fewest_classes / lanes;
        TrueClass c[most_packs] = {};
        Psi psi[most_packs];
        double inverse[most_packs * lanes], own_q[most_packs * lanes];
        for (Index r = 0; r < rows.count; ++r) {
            const double all = sum_of(r), own = own_weight(r, label[r]);
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
            float* const to = factor_ + r * classes;
            each_vector(classes, [&](Index k, Index some) { put(to + k, same, some); });
            to[static_cast<Index>(label[r])] = static_cast<float>(at_label);
        }
        if (job_.output) multiply(z, job_.output.at.row(rows.first), count);
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

    double own_weight(Index r, double label) const {
        return weight_[r * job_.classes + static_cast<Index>(label)];
    }

    const Job& job_;
    const LossStages& loss_;
    const FloatStages& weights_;
    bool streams_;
    float *weight_, *q_, *first_, *factor_, *last_;
};

}  // namespace

bool run_row_pairs(const Job& job, const ActivationStages& activation, const LossStages& loss,
                   Chain& chain, Index begin, Index end) {
    Workspace& workspace = Workspace::of_this_thread();
    const EntryRows rows(job, workspace);
    const RowPairs pairs(job, activation, loss, workspace);
    if (job.has_labels) return pairs.run_labels(chain, begin, end);
    return rows.run(chain, begin, end, [&](const EntryBlock& block) { pairs.fill(block); });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
