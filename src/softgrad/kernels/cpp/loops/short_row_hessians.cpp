#include "short_row_hessians.hpp"

#include "../arithmetic/streaming.hpp"
#include "hessian_products.hpp"
#include "short_rows_tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_short_row_hessians(const Job& job, const ActivationStages& activation,
                               const LossStages* loss) {
    const Storage storage = job.logits.storage;
    if (!has_hessian_product(job, activation, loss) || job.tangent.storage != storage ||
        (storage != Storage::float32 && storage != Storage::float64) ||
        (!job.has_labels && job.target.storage != storage)) {
        return false;
    }
    return in_numbers_of(storage,
                         [&](auto kind) { return ShortRowsTile<decltype(kind)>::serves(job); });
}

Index short_row_hessians_at_a_time(const Job& job) {
    return in_numbers_of(job.logits.storage, [&](auto kind) {
        return ShortRowsTile<decltype(kind)>::rows_at_a_time(job);
    });
}

// A tile of logits and targets, and one of the vector.
Index packs_of_short_row_hessians(const Job& job) {
    return 2 * in_numbers_of(job.logits.storage,
                             [&](auto kind) { return ShortRowsTile<decltype(kind)>::packs(job); });
}

namespace {

// The vector stands where a tile has its targets.
Job with_vector_as_target(const Job& job) {
    Job beside = job;
    beside.target = job.tangent;
    return beside;
}

template <class N>
class ShortRowHessians {
    using Vector = typename N::Vector;
    using Tile = ShortRowsTile<N>;

public:
    ShortRowHessians(const SoftmaxWork& work, Chain& chain, Workspace& workspace)
        : work_(work),
          job_(work.job),
          chain_(chain),
          beside_(with_vector_as_target(job_)),
          tile_(job_, work.negates, workspace),
          vectors_(beside_, false, workspace) {}

    // As many rows as a tile holds, or fewer; false where a target is out of range.
    template <bool is_one>
    bool run(Index first, Index rows, Index end) {
        tile_.load(first, rows, end);
        if (!job_.has_labels) tile_.load_targets(first, rows, end);
        vectors_.load_targets(first, rows, end);
        tile_.fetch_edges(first, rows);
        std::memset(is_odd_, 0, sizeof is_odd_);
        odd_rows_ = 0;
        load_labels(first, rows);
        for (Index s = 0; s * N::count < rows; ++s) {
            tile_.fetch(first, rows, s);
            finish<is_one>(s, rows);
        }
        // One row at a time takes the chain several times as long as many.
        if (odd_rows_ > rows / 8) return chain_.run_all({first, rows, end});
        tile_.store(first, rows, odd_rows_ ? is_odd_ : nullptr);
        bool valid = true;
        for (Index r = 0; odd_rows_ && valid && r < rows; ++r) {
            if (is_odd_[r]) valid = chain_.run_all({first + r, 1, end});
        }
        return valid;
    }

private:
    void load_labels(Index first, Index rows) {
        const bool plain = job_.has_labels && work_.load_labels(first, rows, label_);
        for (Index r = 0; r < rows; ++r) {
            if (job_.has_labels && !plain) {
                label_[r] = static_cast<typename N::Number>(work_.label_of(first + r));
                if (label_[r] < 0) leave_out(r);
            }
            if (!work_.is_weighted()) continue;
            const double label = job_.has_labels && label_[r] > 0 ? label_[r] : 0.0;
            weight_[r] = work_.weight_of(first + r, label);
            if (weight_[r] == 0.0) leave_out(r);
        }
    }
    void leave_out(Index r) {
        odd_rows_ += !is_odd_[r];
        is_odd_[r] = true;
    }
    SOFTGRAD_INLINE void leave_out(Index s, Index rows, decltype(Vector{} < Vector{}) odd) {
        if (__builtin_expect(!any(odd), true)) return;
        for (Index l = 0; l < N::count && s * N::count + l < rows; ++l) {
            if (odd[l]) leave_out(s * N::count + l);
        }
    }

    template <bool is_one>
    void finish(Index s, Index rows) {
        const Vector *z = tile_.entries(s), *t = job_.has_labels ? nullptr : tile_.targets(s);
        Vector *e = tile_.bends(s), *v = vectors_.targets(s);
        HessianProduct<N> product(work_, e, v);
        for (Index h = 0; h < N::halves; ++h) {
            const Index at = s * N::count + h * lanes;
            product.weight[h] =
                work_.is_weighted() ? load_unaligned<Pack>(weight_ + at) : splat(job_.scale);
        }
        product.label = load_unaligned<Vector>(label_ + s * N::count);
        product.template raise<is_one>(z, tile_.top(s));
        product.centre();
        Vector* to = tile_.entries(s);
        if (work_.squares) {
            product.squares(t, to);
        } else if (work_.loss->is_linear_in_log) {
            product.linear(t, to);
        } else {
            product.true_class(z, to);
        }
        leave_out(s, rows, product.odd);
    }

    const SoftmaxWork& work_;
    const Job& job_;
    Chain& chain_;
    const Job beside_;
    Tile tile_, vectors_;
    Index odd_rows_ = 0;
    typename N::Number label_[Tile::most_rows] = {};
    double weight_[Tile::most_rows] = {};
    bool is_odd_[Tile::most_rows];
};

}  // namespace

bool run_short_row_hessians(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    return in_numbers_of(work.job.logits.storage, [&](auto kind) {
        using N = decltype(kind);
        ShortRowHessians<N> rows(work, chain, Workspace::of_this_thread());
        const Index most = ShortRowsTile<N>::rows_at_a_time(work.job);
        for (Index first = begin; first < end; first += most) {
            const Index count = end - first < most ? end - first : most;
            const bool valid = work.is_one ? rows.template run<true>(first, count, end)
                                           : rows.template run<false>(first, count, end);
            if (!valid) return false;
        }
        finish_streams();
        return true;
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
