// What a tile of short rows knows of its rows beside their logits: labels, weights, and which of
// them the chain shall do.
#pragma once

#include "short_rows_tile.hpp"
#include "softmax_work.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N>
class ShortRowsLabels {
    using Vector = typename N::Vector;
    using Tile = ShortRowsTile<N>;

public:
    explicit ShortRowsLabels(const SoftmaxWork& work) : work_(work) {}

    void start() { any_odd_ = false; }

    // The chain shall do these rows of a strand.
    SOFTGRAD_INLINE void leave_out(Index s, decltype(Vector{} < Vector{}) rows) {
        if (__builtin_expect(any(rows), false)) {
            for (Index l = 0; l < N::count; ++l) {
                if (rows[l]) leave_out_row(s * N::count + l);
            }
        }
    }
    // One flag a row; null if no row is left out.
    const bool* left_out() const { return any_odd_ ? odd_ : nullptr; }

    // The same of one strand.
    SOFTGRAD_INLINE const bool* left_out_of(Index s) const {
        if (__builtin_expect(!any_odd_, true)) return nullptr;
        const bool* of_strand = odd_ + s * N::count;
        bool any = false;
        for (Index l = 0; l < N::count; ++l) any |= of_strand[l];
        return any ? of_strand : nullptr;
    }

    // `run` of each row that is left out, as long as it says true.
    template <class Run>
    bool each_left_out(Index rows, const Run& run) const {
        bool valid = true;
        for (Index r = 0; any_odd_ && valid && r < rows; ++r) {
            if (odd_[r]) valid = run(r);
        }
        return valid;
    }

    void load(Index first, Index rows) {
        const Index strands = (rows + N::count - 1) / N::count;
        const bool plain = work_.load_labels(first, rows, label_);
        for (Index r = 0; !plain && r < rows; ++r) {
            label_[r] = static_cast<typename N::Number>(work_.label_of(first + r));
            if (label_[r] >= 0) continue;
            label_[r] = 0;
            leave_out_row(r);
        }
        for (Index r = rows; r < strands * N::count; ++r) label_[r] = label_[rows - 1];
        for (Index r = 0; work_.is_weighted() && r < strands * N::count; ++r) {
            const Index row = first + (r < rows ? r : rows - 1);
            weight_[r] = work_.weight_of(row, static_cast<double>(label_[r]));
            if (weight_[r] == 0.0) leave_out_row(r);
        }
    }
    // The logits at the labels.
    void find_logits(Tile& tile, Index strands) {
        for (Index s = 0; s < strands; ++s) {
            logit_[s] = at_label(tile.entries(s), s);
            leave_out(s, logit_[s] == all_of<N>(-infinity));
        }
    }

    // Of each row of a strand, the entry at its label.
    SOFTGRAD_INLINE Vector at_label(const Vector* strand, Index s) const {
        const Vector wanted = label(s);
        Vector number = {}, found = {};
        for (Index k = 0; k < work_.job.classes; ++k) {
            found = number == wanted ? strand[k] : found;
            number += all_of<N>(1.0);
        }
        return found;
    }

    Vector label(Index s) const { return load_unaligned<Vector>(label_ + s * N::count); }
    Vector logit(Index s) const { return logit_[s]; }
    Pack weight(Index s, Index h) const {
        return work_.is_weighted() ? load_unaligned<Pack>(weight_ + s * N::count + h * lanes)
                                   : splat(work_.job.scale);
    }

private:
    void leave_out_row(Index r) {
        if (!any_odd_) std::memset(odd_, 0, sizeof odd_);
        any_odd_ = odd_[r] = true;
    }

    const SoftmaxWork& work_;
    bool any_odd_ = false;
    Vector logit_[Tile::most_strands];  // at the label
    typename N::Number label_[Tile::most_rows];
    double weight_[Tile::most_rows];
    bool odd_[Tile::most_rows];
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
