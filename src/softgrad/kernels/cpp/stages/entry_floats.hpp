// Losses that are sums over entries, on outputs that lie in memory as float32: a run at a time, with
// the formulas of separable.hpp in doubles between float32 numbers. What a tile's arrays of doubles
// cost is saved; the output has been rounded once more.
#pragma once

#include "../arithmetic/numbers.hpp"
#include "../arithmetic/power.hpp"
#include "tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Whole vectors of entries.
struct EntryRun {
    const float* p;
    const float* q;  // 1 - p; null where the output is no probability
    const float* t;
    float* value;
    float* first;  // the derivative of the value by p, times `scale`
    Index count;
    double scale;
    const double* parameters;
};

using EntryStage = void (*)(const EntryRun&);

// Of the struct L of a loss by entries that lives on the output, or on its logarithm; Point and Entry
// are those of separable.hpp.
template <class L, class Point, class Entry>
struct EntryLoop {
    static void run(const EntryRun& given) {
        const EntryRun run = given;
        const Parameters parameters(run.parameters);
        if (run.q) {
            run_with<true>(run, parameters);
        } else {
            run_with<false>(run, parameters);
        }
    }

private:
    template <bool of_coins>
    SOFTGRAD_INLINE static void run_with(const EntryRun& run, const double* parameters) {
        const Pack scale = splat(run.scale);
        for (Index i = 0; i < run.count; i += wide_lanes) {
            const auto p = load_unaligned<WideFloat>(run.p + i);
            const auto t = load_unaligned<WideFloat>(run.t + i);
            WideFloat q = {};
            if constexpr (of_coins) q = load_unaligned<WideFloat>(run.q + i);
            Pack value[2], first[2];
            for (Index h = 0; h < 2; ++h) {
                Point at{Singles::half(p, h), {}, {}, Singles::half(t, h)};
                if constexpr (of_coins) {
                    at.q = Singles::half(q, h);
                } else {
                    at.half = infinity;
                }
                if constexpr (L::needs_log) at.log = brief_log(largest(splat(0x1p-1000), at.p));
                const Entry entry = L::template at<Brief>(at, parameters);
                value[h] = entry.value;
                first[h] = scale * entry.first;
                if constexpr (L::form == Form::log) {
                    first[h] = where(at.p != 0.0, quotient<Brief>(first[h], at.p));
                }
            }
            store_unaligned(run.value + i, Singles::of(value));
            store_unaligned(run.first + i, Singles::of(first));
        }
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
