#include "coin_products.hpp"

#include "coin_floats.hpp"
#include "entry_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

using Some = CoinFloats::Some;
static constexpr Index at_once = CoinFloats::at_once;

bool serves_coin_products(const Job& job, const ActivationStages& activation,
                          const LossStages* loss) {
    const auto fits = [&](const Entries& entries) { return in_one_run(entries, job); };
    return job.work == Work::loss_product && !job.is_gauss_newton && loss &&
           loss->psi_is_identity && is_sigmoid(activation) && is_bare(job) && fits(job.logits) &&
           fits(job.target) && fits(job.tangent) && fits(job.output) &&
           job.output.at.data != job.logits.at.data;
}

namespace {

class CoinProducts {
public:
    explicit CoinProducts(const Job& job) : job_(job), streams_(is_worth_streaming(job)) {
        if (!job.checks_target) return;
        lowest_ = static_cast<float>(job.lowest_target);
        highest_ = static_cast<float>(job.highest_target);
    }

    // Whether all of them are in order: the others' product is not what it should be.
    bool run(Index first, Index rows) const {
        const Index entries = rows * job_.classes;
        const char *z = job_.logits.at.row(first), *t = job_.target.at.row(first);
        const char* v = job_.tangent.at.row(first);
        char* to = job_.output.at.row(first);
        const StreamedRun products = CoinFloats::run_of(to, entries, streams_);
        const auto scale = static_cast<float>(job_.scale);
        bool in_order = true;
        Index e = 0;
        for (; e + at_once <= entries; e += at_once) {
            const Index at = e * size;
            const Some logits = CoinFloats::load(z + at);
            in_order &= are_in_order(logits, CoinFloats::load(t + at));
            const Some product =
                CoinFloats(logits, Some{}, scale).hessian * CoinFloats::load(v + at);
            for (int i = 0; i < 4; ++i) {
                const Index part = i * static_cast<Index>(sizeof(WideFloat));
                products.put(to + at + part, product.part[i]);
            }
        }
        if (e == entries) return in_order;
        const auto bytes = static_cast<std::size_t>((entries - e) * size);
        float last[3][at_once] = {};
        for (Index l = 0; l < at_once; ++l) last[1][l] = lowest_ > 0.0f ? lowest_ : 0.0f;
        std::memcpy(last[0], z + e * size, bytes);
        std::memcpy(last[1], t + e * size, bytes);
        std::memcpy(last[2], v + e * size, bytes);
        const Some logits = Some::load(last[0]);
        const Some product = CoinFloats(logits, Some{}, scale).hessian * Some::load(last[2]);
        std::memcpy(to + e * size, &product, bytes);
        return in_order && are_in_order(logits, Some::load(last[1]));
    }

    bool is_in_order(Index row) const {
        const char *z = job_.logits.at.row(row), *t = job_.target.at.row(row);
        bool all = true;
        for (Index k = 0; k < job_.classes; ++k) {
            const float logit = load_unaligned<float>(z + k * size);
            const float target = load_unaligned<float>(t + k * size);
            all &= __builtin_fabsf(logit) <= CoinFloats::farthest && target >= lowest_ &&
                   target <= highest_;
        }
        return all;
    }

private:
    static constexpr Index size = sizeof(float);

    SOFTGRAD_INLINE bool are_in_order(const Some& z, const Some& t) const {
        WideMask all = ~WideMask{};
        const Some distance = absolute(z);
        for (int i = 0; i < 4; ++i) {
            all &= distance.part[i] <= wide(CoinFloats::farthest);
            all &= (t.part[i] >= wide(lowest_)) & (t.part[i] <= wide(highest_));
        }
        return !any(~all);
    }

    const Job& job_;
    const bool streams_;
    float lowest_ = -std::numeric_limits<float>::infinity();
    float highest_ = std::numeric_limits<float>::infinity();
};

}  // namespace

bool run_coin_products(const Job& job, Chain& chain, Index begin, Index end) {
    const CoinProducts coins(job);
    const Index most = entry_rows_at_a_time(job);
    for (Index first = begin; first < end; first += most) {
        const Index rows = end - first < most ? end - first : most;
        if (coins.run(first, rows)) continue;
        for (Index r = first; r < first + rows; ++r) {
            if (!coins.is_in_order(r) && !chain.run_all({r, 1, end})) return false;
        }
    }
    finish_streams();
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
