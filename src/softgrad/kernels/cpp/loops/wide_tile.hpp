// A tile of wide floats: some rows of float32 logits side by side, or one long row. The same two
// kinds of strands as in stages/tile.hpp, of twice the lanes; a strand's exponentials take the
// place of its logits, and the result the place of those.
#pragma once

#include "../arithmetic/wide_float.hpp"
#include "tiling.hpp"
#include "workspace.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class WideTile {
public:
    static constexpr Index most_strands = 32;
    static constexpr Index most_rows = most_strands * wide_lanes;

    // Whether the job's arrays can be loaded and stored: rows side by side in either order, or
    // rows of entries without gaps.
    static bool serves(const Job& job);
    static Index rows_at_a_time(const Job& job);
    static Index packs(const Job& job);

    WideTile(const Job& job, Workspace& workspace);

    Index rows() const { return rows_; }
    Index strands() const { return strands_; }
    bool lanes_are_rows() const { return lanes_are_rows_; }
    // Whether so many rows fill whole strands, the last rows of a job may not.
    bool holds(Index count) const { return !lanes_are_rows_ || count == rows_; }

    // Of a part of the job that ends with row `end`: beyond it, another thread may be writing.
    void load(Index first, Index end);
    void store(Index first);

    float logit(Index row, Index entry) const { return number(z_, row, entry); }
    void put(Index row, Index entry, float x, bool in_hessian) {
        number(in_hessian ? h_ : e_, row, entry) = x;
    }

    // The largest logit of a strand's rows, NaN ignored.
    WideFloat top(Index s) const {
        const WideFloat* z = z_ + s * wides_;
        WideFloat found = wide(-std::numeric_limits<float>::infinity());
        WideFloat other = found;
        Index k = 0;
        for (; k + 2 <= wides_; k += 2) {
            found = largest(z[k], found);
            other = largest(z[k + 1], other);
        }
        if (k < wides_) found = largest(z[k], found);
        found = largest(other, found);
        return lanes_are_rows_ ? found : wide(lane_maximum(found));
    }

    // Raised exponentials, and their sums (not raised) in `all`, half by half.
    template <bool is_one>
    void exponentials(Index s, WideFloat top, WideTemperature temperature, Pack* all) {
        const WideFloat* z = z_ + s * wides_;
        WideFloat* e = e_ + s * wides_;
        Pack low = {}, high = {};
        // In double: beside the 1 of the top a float32 sum would lose the others' digits.
        for (Index k = 0; k < wides_; ++k) {
            if (k % 2 == 0) __builtin_prefetch(next_ + k * step_);
            const WidePair d = wide_distance<is_one>(z[k], top, temperature);
            e[k] = wide_exponential(d.high, d.low);
            low += lower_half(e[k]);
            high += upper_half(e[k]);
        }
        settle(low, high, all);
    }

    // The sums without what is at the top, but for one entry there.
    void rest(Index s, Pack* rest) const {
        const WideFloat* e = e_ + s * wides_;
        Pack low = {}, high = {}, tops_low = {}, tops_high = {};
        for (Index k = 0; k < wides_; ++k) {
            const Pack a = lower_half(e[k]), b = upper_half(e[k]);
            const Mask a_is_top = a == wide_raise, b_is_top = b == wide_raise;
            low += where(~a_is_top, a);
            high += where(~b_is_top, b);
            tops_low += where(a_is_top, a);
            tops_high += where(b_is_top, b);
        }
        Pack others[2], tops[2];
        settle(low, high, others);
        settle(tops_low, tops_high, tops);
        for (Index h = 0; h < 2; ++h) rest[h] = others[h] + (tops[h] - 1.0);
    }

    // The exponentials times a number a row.
    void scale(Index s, WideFloat factor) {
        WideFloat* e = e_ + s * wides_;
        const WideFloat lowered = factor * (1.0f / wide_raise);
        const WideFloat size = largest(factor, -factor);
        if (__builtin_expect(any_below(size, 0x1p-60f), false)) {
            // Lowered, such a factor would lose digits that the products have.
            for (Index k = 0; k < wides_; ++k) e[k] = e[k] * (1.0f / wide_raise) * factor;
            return;
        }
        for (Index k = 0; k < wides_; ++k) e[k] *= lowered;
    }

    // p (first (1 - p) + second p) with p = e inverse; 1 - p is top_q where p > 1/2.
    void hessian(Index s, WideFloat inverse, WideFloat top_q, WideFloat first, WideFloat second) {
        const WideFloat* e = e_ + s * wides_;
        WideFloat* h = h_ + s * wides_;
        const WideFloat lowered = inverse * (1.0f / wide_raise);
        for (Index k = 0; k < wides_; ++k) {
            const WideFloat p = e[k] * lowered;
            const WideFloat q = p > 0.5f ? top_q : 1.0f - p;
            h[k] = p * multiply_add(first, q, second * p);
        }
    }

private:
    static bool any_below(WideFloat x, float bound) {
        return any((lower_half(x) < static_cast<double>(bound)) |
                   (upper_half(x) < static_cast<double>(bound)));
    }

    float& number(WideFloat* entries, Index row, Index entry) const {
        float* at = reinterpret_cast<float*>(entries);
        if (!lanes_are_rows_) return at[row * wides_ * wide_lanes + entry];
        return at[(row / wide_lanes * wides_ + entry) * wide_lanes + row % wide_lanes];
    }

    void settle(Pack low, Pack high, Pack* sums) const {
        constexpr double lowered = 1.0 / wide_raise;
        if (lanes_are_rows_) {
            sums[0] = low * lowered;
            sums[1] = high * lowered;
        } else {
            sums[0] = sums[1] = splat(lane_sum(low + high) * lowered);
        }
    }

    template <class T>
    void load_as(Index first, Index end);
    template <class T>
    void store_as(const Entries& to, Index first, const WideFloat* from);

    const Job& job_;
    bool lanes_are_rows_;
    Index wides_;    // of a strand
    Index strands_;
    Index rows_;
    bool streams_;
    const char* next_;  // what the next tile loads: it is fetched while this one is computed
    Index step_;
    WideFloat *z_, *e_, *h_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
