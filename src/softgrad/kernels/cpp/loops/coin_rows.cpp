#include "coin_rows.hpp"

#include "coin_floats.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

using Coins = CoinFloats;
using Some = Coins::Some;
static constexpr Index at_once = Coins::at_once;

bool serves_coin_rows(const Job& job, const ActivationStages& activation, const LossStages* loss) {
    if (job.work != Work::loss || !Coins::is_bare(job, activation, loss)) return false;
    const auto fits = [&](const Entries& to) {
        return !to || (Coins::in_one_run(to, job) && to.at.data != job.logits.at.data);
    };
    return Coins::in_one_run(job.logits, job) && Coins::in_one_run(job.target, job) &&
           fits(job.output) && fits(job.second_output);
}

Index coin_rows_at_a_time(const Job& job) { return Coins::rows_at_a_time(job); }

// The values of a tile's entries.
Index packs_of_coin_rows(const Job& job) {
    return (coin_rows_at_a_time(job) * job.classes + at_once) / lanes;
}

namespace {

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
            const Some x = Coins::load(t + e * size);
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
        const StreamedRun gradients = Coins::run_of(job_.output, first, entries, streams_);
        const StreamedRun hessians = Coins::run_of(job_.second_output, first, entries, streams_);
        const char* z = job_.logits.at.row(first);
        const char* t = job_.target.at.row(first);
        char* gradient = job_.output ? job_.output.at.row(first) : nullptr;
        char* hessian = job_.second_output ? job_.second_output.at.row(first) : nullptr;
        const auto scale = static_cast<float>(job_.scale);
        Index e = 0;
        for (; e + at_once <= entries; e += at_once) {
            const Index at = e * static_cast<Index>(sizeof(float));
            const Coins coins(Coins::load(z + at), Coins::load(t + at), scale);
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
