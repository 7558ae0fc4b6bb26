#include "coin_rows.hpp"

#include "../arithmetic/numbers.hpp"
#include "../arithmetic/streaming.hpp"
#include "../arithmetic/wide_exponential.hpp"
#include "../arithmetic/wide_logarithm.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// With u = exp(-|z|) and x = u / (1 + u), the probability of the less likely side:
//     value      t |z| left of 0, (1 - t) z right of it, plus log(1 + u)
//     gradient   x - t and (1 - t) - x: p - t, which loses nothing where t is 0 or 1
//     Hessian    x / (1 + u)
using Some = Wides<4>;
static constexpr Index at_once = Some::lanes_of_all;
static constexpr float farthest = 80.0f;  // beyond, u is no normal number

static bool in_one_run(const Entries& entries, const Job& job) {
    return entries.storage == Storage::float32 &&
           (is_dense(entries, job) || (job.classes == 1 && in_columns(entries, job)));
}

bool serves_coin_rows(const Job& job, const ActivationStages& activation, const LossStages* loss) {
    const bool is_pair = job.work == Work::loss && loss && loss->psi_is_identity &&
                         std::strcmp(activation.name, "sigmoid") == 0;
    const bool is_bare = !job.has_labels && !job.keep && !job.row_weight && job.smoothing == 0.0 &&
                         job.heads_weight == 1.0 && job.tails_weight == 1.0;
    if (!is_pair || !is_bare) return false;
    const auto fits = [&](const Entries& to) {
        return !to || (in_one_run(to, job) && to.at.data != job.logits.at.data);
    };
    return in_one_run(job.logits, job) && in_one_run(job.target, job) && fits(job.output) &&
           fits(job.second_output);
}

Index coin_rows_at_a_time(const Job& job) {
    const Index fitting = 2048 / job.classes;
    return fitting < 1 ? 1 : fitting;
}

// The values of a tile's entries.
Index packs_of_coin_rows(const Job& job) {
    return (coin_rows_at_a_time(job) * job.classes + at_once) / lanes;
}

namespace {

struct Coins {
    Some value, gradient, hessian;

    SOFTGRAD_INLINE Coins(Some z, Some t, float scale) {
        const Some size = absolute(z);
        const Some u = wide_exponential(largest(-farthest, -size));
        const Some inverse = 1.0f / (1.0f + u), x = u * inverse, other = 1.0f - t;
        const auto right = z > 0.0f;
        const Some near = size * select(right, other, t) + wide_log_one_plus_part(u);
        value = select(size > farthest, Some::of(not_a_float), near);
        gradient = scale * select(right, other - x, x - t);
        hessian = scale * (x * inverse);
    }

    static constexpr float not_a_float = std::numeric_limits<float>::quiet_NaN();
};

class CoinRows {
public:
    CoinRows(const Job& job, Workspace& workspace)
        : job_(job),
          values_(reinterpret_cast<float*>(workspace.take(packs_of_coin_rows(job)))),
          streams_(is_worth_streaming(job)) {}

    // Whether the targets lie within the limits of the job: probabilities from 0 to 1, which are
    // exact in float32. NaN lets pass. A loop of its own leaves the next one its registers.
    bool targets_fit(Index first, Index rows) const {
        if (!job_.checks_target) return true;
        const char* t = job_.target.at.row(first);
        const WideFloat low = wide(static_cast<float>(job_.lowest_target));
        const WideFloat high = wide(static_cast<float>(job_.highest_target));
        WideFloat least[4] = {low, low, low, low}, most[4] = {high, high, high, high};
        const Index entries = rows * job_.classes;
        constexpr Index size = sizeof(float);
        Index e = 0;
        for (; e + at_once <= entries; e += at_once) {
            const Some x = load(t + e * size);
            for (int i = 0; i < 4; ++i) {
                least[i] = smallest(x.part[i], least[i]);
                most[i] = largest(x.part[i], most[i]);
            }
        }
        bool fit = true;
        for (int i = 0; i < 4; ++i) fit &= !any((least[i] < low) | (most[i] > high));
        for (; e < entries; ++e) {
            const auto x = load_unaligned<float>(t + e * size);
            fit &= !(x < low[0] || x > high[0]);
        }
        return fit;
    }

    void run(Index first, Index rows) {
        const Index entries = rows * job_.classes;
        const StreamedRun gradients = run_of(job_.output, first, entries);
        const StreamedRun hessians = run_of(job_.second_output, first, entries);
        const char* z = job_.logits.at.row(first);
        const char* t = job_.target.at.row(first);
        char* gradient = job_.output ? job_.output.at.row(first) : nullptr;
        char* hessian = job_.second_output ? job_.second_output.at.row(first) : nullptr;
        const auto scale = static_cast<float>(job_.scale);
        Index e = 0;
        for (; e + at_once <= entries; e += at_once) {
            const Index at = e * static_cast<Index>(sizeof(float));
            const Coins coins(load(z + at), load(t + at), scale);
            for (int i = 0; i < 4; ++i) {
                const Index part = at + i * static_cast<Index>(sizeof(WideFloat));
                store_unaligned(values_ + e + i * wide_lanes, coins.value.part[i]);
                if (gradient) gradients.put(gradient + part, coins.gradient.part[i]);
                if (hessian) hessians.put(hessian + part, coins.hessian.part[i]);
            }
        }
        if (e == entries) return;
        const Index at = e * static_cast<Index>(sizeof(float));
        const auto bytes = static_cast<std::size_t>(entries - e) * sizeof(float);
        float last[2][at_once] = {};
        std::memcpy(last[0], z + at, bytes);
        std::memcpy(last[1], t + at, bytes);
        const Coins coins(Some::load(last[0]), Some::load(last[1]), scale);
        std::memcpy(values_ + e, &coins.value, bytes);
        if (gradient) std::memcpy(gradient + at, &coins.gradient, bytes);
        if (hessian) std::memcpy(hessian + at, &coins.hessian, bytes);
    }

    // The values of rows of one entry, where they are kept without gaps; false where they are not.
    bool store_values(Index first, Index rows) const {
        constexpr Index size = sizeof(float);
        if (job_.classes != 1 || job_.values.storage != Storage::float32 ||
            job_.values.at.row_stride() != size) {
            return false;
        }
        char* to = job_.values.at.row(first);
        for (Index r = 0; r < rows; ++r) {
            store_one<float>(to + r * size, job_.scale * static_cast<double>(values_[r]));
        }
        return true;
    }

    // The loss of a row of the tile; NaN where an entry is too far out, or is none.
    double value_of(Index row) const {
        const float* values = values_ + row * job_.classes;
        double sum = 0.0;
        Index k = 0;
        if (job_.classes >= wide_lanes) {
            LongSum<Singles> vectors;
            for (; k + wide_lanes <= job_.classes; k += wide_lanes) {
                vectors.add(load_unaligned<WideFloat>(values + k));
            }
            sum = lane_sum(vectors.half(0).high + vectors.half(1).high);
        }
        for (; k < job_.classes; ++k) sum += static_cast<double>(values[k]);
        return sum;
    }

    // Whether all rows of the tile have a value.
    bool all_have_values(Index rows) const {
        WideMask missing = {};
        Index e = 0;
        for (; e + wide_lanes <= rows * job_.classes; e += wide_lanes) {
            const auto x = load_unaligned<WideFloat>(values_ + e);
            missing |= x != x;
        }
        bool all = !any(missing);
        for (; e < rows * job_.classes; ++e) all &= values_[e] == values_[e];
        return all;
    }

private:
    static Some load(const char* from) { return Some::load(reinterpret_cast<const float*>(from)); }

    StreamedRun run_of(const Entries& to, Index first, Index entries) const {
        char* at = to ? to.at.row(first) : nullptr;
        return StreamedRun(at, entries * static_cast<Index>(sizeof(float)), to && streams_);
    }

    const Job& job_;
    float* values_;
    bool streams_;
};

}  // namespace

bool run_coin_rows(const Job& job, Chain& chain, Index begin, Index end) {
    CoinRows coins(job, Workspace::of_this_thread());
    const Index most = coin_rows_at_a_time(job);
    for (Index first = begin; first < end; first += most) {
        const Index rows = end - first < most ? end - first : most;
        if (!coins.targets_fit(first, rows)) return false;
        coins.run(first, rows);
        const bool is_whole = coins.all_have_values(rows);
        if (is_whole && (!job.values || coins.store_values(first, rows))) continue;
        for (Index r = 0; r < rows; ++r) {
            const double value = coins.value_of(r);
            if (value != value) {
                if (!chain.run_all({first + r, 1, end})) return false;
            } else if (job.values) {
                store_row_number(job.values, first + r, job.scale * value);
            }
        }
    }
    finish_streams();
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
