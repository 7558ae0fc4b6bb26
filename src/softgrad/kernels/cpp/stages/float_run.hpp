// The loop of float_stages.hpp. The struct F of an activation may have a struct InFloats with
//     serves(parameters)               whether its formulas are those of these parameters
//     value, first                     a and a' within 4 ULP, of some wide floats at once
//     range_of_value, range_of_first   where they are that; beyond, the brief functions of F
//     complement                       of a coin, 1 - a, everywhere
// and may do without the last two.
#pragma once

#include <type_traits>

#include "../arithmetic/wides.hpp"
#include "brief_run.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Range {
    float lowest;
    float highest;
};
inline constexpr float unbounded = std::numeric_limits<float>::infinity();
inline constexpr Range everywhere = {-unbounded, unbounded};

// One entry does not depend on which others are beside it: of these, too, only those out of range
// are replaced.
template <const Range& range, int count>
SOFTGRAD_INLINE WideMasks<count> out_of(Wides<count> z) {
    if constexpr (range.highest == unbounded) return z < range.lowest;
    if constexpr (range.lowest == -unbounded) return z > range.highest;
    return (z < range.lowest) | (z > range.highest);
}

// Whether the derivative is 0 on whole pieces: `static constexpr bool has_flat_parts = true`.
template <class Floats, class = void>
inline constexpr bool has_flat_parts = false;
template <class Floats>
inline constexpr bool has_flat_parts<Floats, std::enable_if_t<Floats::has_flat_parts>> = true;

// a(z), or a'(z) times a vector.
template <class F, bool is_product>
struct FloatLoop {
    using Floats = typename F::InFloats;
    static constexpr Range in_reach() {
        if constexpr (is_product) return Floats::range_of_first;
        return Floats::range_of_value;
    }
    static constexpr Range range = in_reach();
    static constexpr bool is_everywhere = range.lowest == -unbounded && range.highest == unbounded;
    static constexpr int at_once = 4;
    using Some = Wides<at_once>;

    static void run(const FloatRun& run) {
        const bool streams = run.streams && reinterpret_cast<std::uintptr_t>(run.to) % 16 == 0;
        const Index whole = run.count - run.count % Some::lanes_of_all;
        if (streams) {
            run_whole<true>(run, whole);
        } else {
            run_whole<false>(run, whole);
        }
        if (whole == run.count) return;
        float z[Some::lanes_of_all] = {}, vector[Some::lanes_of_all] = {}, to[Some::lanes_of_all];
        const std::size_t bytes = static_cast<std::size_t>(run.count - whole) * sizeof(float);
        std::memcpy(z, run.z + whole, bytes);
        if (is_product) std::memcpy(vector, run.vector + whole, bytes);
        run_whole<false>({z, vector, to, 0, false, run.parameters}, Some::lanes_of_all);
        std::memcpy(run.to + whole, to, bytes);
    }

private:
    template <bool streams>
    SOFTGRAD_INLINE static void run_whole(const FloatRun& run, Index whole) {
        const float* const from = run.z;
        const float* const vectors = run.vector;
        float* const to = run.to;
        const char* const next = run.next ? run.next : reinterpret_cast<const char*>(from);
        const Parameters parameters(run.parameters);
        for (Index i = 0; i < whole; i += Some::lanes_of_all) {
            constexpr Index size = sizeof(float);
            for (Index line = 0; line < Some::lanes_of_all * size; line += 64) {
                __builtin_prefetch(next + i * size + line);
            }
            const Some z = Some::load(from + i);
            Some vector = Some::of(0.0f), result;
            if constexpr (is_product) {
                vector = Some::load(vectors + i);
                const Some first = Floats::first(z, parameters);
                result = vector * first;
                // As `carried` (element_wise.hpp): nothing times infinity is nothing.
                if constexpr (has_flat_parts<Floats>) {
                    if (__builtin_expect(any(is_nan(result)), false)) {
                        result = where(~is_nan(result) | is_nan(vector) | is_nan(first), result);
                    }
                }
            } else {
                result = Floats::value(z, parameters);
            }
            if constexpr (!is_everywhere) {
                const auto far = out_of<range>(z);
                if (__builtin_expect(any(far), false)) {
                    for (int p = 0; p < at_once; ++p) {
                        result.part[p] = far.part[p]
                                             ? looked_up(z.part[p], vector.part[p], run.parameters)
                                             : result.part[p];
                    }
                }
            }
            for (int p = 0; p < at_once; ++p) {
                char* const at = reinterpret_cast<char*>(to + i + p * wide_lanes);
                if constexpr (streams) {
                    stream(at, result.part[p]);
                } else {
                    store_unaligned(at, result.part[p]);
                }
            }
        }
        if (streams) finish_streams();
    }

    __attribute__((noinline, cold)) static WideFloat looked_up(WideFloat z, WideFloat vector,
                                                               const double* parameters) {
        Pack halves[] = {lower_half(z), upper_half(z)};
        const Pack vectors[] = {lower_half(vector), upper_half(vector)};
        for (int h = 0; h < 2; ++h) {
            if constexpr (is_product) {
                halves[h] = vectors[h] * BriefOf<F>::first(halves[h], parameters);
            } else {
                halves[h] = BriefOf<F>::value(halves[h], parameters);
            }
        }
        return joined(halves[0], halves[1]);
    }
};

template <class F, class = void>
inline constexpr bool has_first = false;
template <class F>
inline constexpr bool has_first<F, std::void_t<decltype(F::range_of_first)>> = true;

// The complement as if it were the activation.
template <class F>
struct ComplementOf {
    struct InFloats {
        static constexpr Range range_of_value = everywhere;
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double* parameters) {
            return F::InFloats::complement(z, parameters);
        }
    };
};
template <class F, class = void>
inline constexpr bool has_complement = false;
template <class F>
inline constexpr bool has_complement<
    F, std::void_t<decltype(F::complement(Wides<1>{}, static_cast<const double*>(nullptr)))>> =
    true;

// The stages of an activation with those of F::InFloats beside them.
template <class F>
struct FloatsOf<F, std::void_t<typename F::InFloats>> {
    static constexpr FloatStages of_floats() {
        FloatStages made{F::InFloats::serves, FloatLoop<F, false>::run};
        if constexpr (has_first<typename F::InFloats>) made.product = FloatLoop<F, true>::run;
        if constexpr (has_complement<typename F::InFloats>) {
            made.complement = FloatLoop<ComplementOf<F>, false>::run;
        }
        return made;
    }
    static constexpr FloatStages stages = of_floats();
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
