// Activations entry by entry from float32 to float32, in doubles in between: a run of memory at a time,
// where a tile would keep arrays of doubles.
#pragma once

#include <type_traits>

#include "../arithmetic/numbers.hpp"
#include "../arithmetic/precision.hpp"
#include "../arithmetic/streaming.hpp"
#include "stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// a and a' of packs; of a coin, those of heads.
template <class F, class = void>
struct BriefOf {
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        return F::template value<Brief>(z, parameters);
    }
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        return F::template first<Brief>(z, parameters);
    }
};
template <class F>
struct BriefOf<F, std::void_t<decltype(&F::template heads<Brief>)>> {
    SOFTGRAD_INLINE static Pack value(Pack z, const double* parameters) {
        return F::template heads<Brief>(z, parameters).value;
    }
    SOFTGRAD_INLINE static Pack first(Pack z, const double* parameters) {
        return F::template heads<Brief>(z, parameters).first;
    }
    SOFTGRAD_INLINE static Pack complement(Pack z, const double* parameters) {
        return F::template tails<Brief>(z, parameters).value;
    }
};

template <class F>
class BriefRun {
public:
    static void value(const FloatRun& run) {
        each(run, [](Pack z, Pack, const double* parameters)
                      __attribute__((always_inline)) { return BriefOf<F>::value(z, parameters); });
    }
    static void product(const FloatRun& run) {
        each(run, [](Pack z, Pack vector, const double* parameters) __attribute__((always_inline)) {
            return carried(vector, BriefOf<F>::first(z, parameters));
        });
    }
    static void complement(const FloatRun& run) {
        each(run, [](Pack z, Pack, const double* parameters) __attribute__((always_inline)) {
            return BriefOf<F>::complement(z, parameters);
        });
    }

private:
    template <class Function>
    SOFTGRAD_INLINE static void each(const FloatRun& given, const Function& function) {
        const FloatRun run = given;
        const Parameters parameters(run.parameters);
        const Index whole = run.count - run.count % wide_lanes;
        const bool streams = run.streams && reinterpret_cast<std::uintptr_t>(run.to) % 16 == 0;
        const auto made = [&](const float* z, const float* vector) __attribute__((always_inline)) {
            const auto x = load_unaligned<WideFloat>(z);
            const auto v = vector ? load_unaligned<WideFloat>(vector) : WideFloat{};
            return joined(function(lower_half(x), lower_half(v), parameters),
                          function(upper_half(x), upper_half(v), parameters));
        };
        const char* const next = run.next ? run.next : reinterpret_cast<const char*>(run.z);
        for (Index i = 0; i < whole; i += wide_lanes) {
            __builtin_prefetch(next + i * static_cast<Index>(sizeof(float)));
            const WideFloat x = made(run.z + i, run.vector ? run.vector + i : nullptr);
            char* const at = reinterpret_cast<char*>(run.to + i);
            streams ? stream(at, x) : store_unaligned(at, x);
        }
        if (streams) finish_streams();
        if (whole == run.count) return;
        float z[wide_lanes] = {}, vector[wide_lanes] = {};
        const std::size_t bytes = static_cast<std::size_t>(run.count - whole) * sizeof(float);
        std::memcpy(z, run.z + whole, bytes);
        if (run.vector) std::memcpy(vector, run.vector + whole, bytes);
        const WideFloat last = made(z, vector);
        std::memcpy(run.to + whole, &last, bytes);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
