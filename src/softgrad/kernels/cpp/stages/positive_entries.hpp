// Losses on the logarithm of positive values, for float32: an activation makes the value, its
// logarithm and the derivative of that of some entries at once, and the loss takes them to gradients.
#pragma once

#include "../arithmetic/numbers.hpp"
#include "../arithmetic/precision.hpp"
#include "../arithmetic/streaming.hpp"
#include "tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// So many arrays of so many entries.
inline constexpr Index positives_at_once = 256, arrays_of_positives = 3;
inline constexpr Index packs_of_positives = positives_at_once * arrays_of_positives / lanes;

struct PositiveRun {
    double* at;  // values, logarithms, slopes
    const float* z;
    const float* t;
    float* value;
    char* gradient;  // times `scale`; null where it is not wanted
    Index count;
    double scale;
    bool streams;
    const double* parameters_of_activation;
    const double* parameters_of_loss;

    SOFTGRAD_INLINE double* array(Index i, Index e) const { return at + i * positives_at_once + e; }
    // Of the vector from e on; what is beyond the end is 0.
    SOFTGRAD_INLINE WideFloat loaded(const float* from, Index e) const {
        if (e + wide_lanes <= count) return load_unaligned<WideFloat>(from + e);
        WideFloat x = {};
        std::memcpy(&x, from + e, static_cast<std::size_t>(count - e) * sizeof(float));
        return x;
    }
};
using PositiveStage = void (*)(const PositiveRun&);

struct PositiveValue {
    Pack value;
    Pack log;
    Pack slope;  // the derivative of log
};

// Whether an activation makes them together, by `with_logarithm`.
template <class F, class = void>
inline constexpr bool has_logarithm = false;
template <class F>
inline constexpr bool has_logarithm<F, std::void_t<decltype(&F::with_logarithm)>> = true;

// Of an activation F::positive (element_wise.hpp).
template <class F>
struct PositiveValues {
    static void run(const PositiveRun& given) {
        const PositiveRun run = given;
        const Parameters parameters(run.parameters_of_activation);
        for (Index e = 0; e < run.count; e += wide_lanes) {
            const WideFloat z = run.loaded(run.z, e);
            for (Index h = 0; h < 2; ++h) {
                const Index i = e + h * lanes;
                const Pack x = Singles::half(z, h);
                const PositiveValue found = at(x, parameters);
                store_unaligned(run.array(0, i), found.value);
                store_unaligned(run.array(1, i), found.log);
                store_unaligned(run.array(2, i), found.slope);
            }
        }
    }

private:
    SOFTGRAD_INLINE static PositiveValue at(Pack z, const double* parameters) {
        if constexpr (has_logarithm<F>) {
            return F::with_logarithm(z, parameters);
        } else {
            const auto log = F::template log_jet<Brief>(z, parameters);
            return {F::template value<Brief>(z, parameters), log.value, log.first};
        }
    }
};

// Of a loss L of positive values (separable.hpp), `times` the product with a slope.
template <class L, class Point, class Entry>
struct PositiveLoop {
    static void run(const PositiveRun& given) {
        const PositiveRun run = given;
        const Parameters parameters(run.parameters_of_loss);
        constexpr Index size = sizeof(float);
        const StreamedRun to(run.gradient, run.count * size, run.streams && run.gradient);
        for (Index e = 0; e < run.count; e += wide_lanes) {
            const WideFloat t = run.loaded(run.t, e);
            Pack value[2], gradient[2];
            for (Index h = 0; h < 2; ++h) {
                const Index i = e + h * lanes;
                const auto array = [&](Index of) __attribute__((always_inline)) {
                    return load_unaligned<Pack>(run.array(of, i));
                };
                const Point at{array(0), {}, array(1), Singles::half(t, h), infinity};
                const Entry entry = L::template at<Brief>(at, parameters);
                value[h] = entry.value;
                gradient[h] = run.scale * carried(entry.first, array(2));
            }
            const WideFloat values = Singles::of(value), gradients = Singles::of(gradient);
            if (e + wide_lanes <= run.count) {
                store_unaligned(run.value + e, values);
                if (run.gradient) to.put(run.gradient + e * size, gradients);
            } else {
                const auto bytes = static_cast<std::size_t>((run.count - e) * size);
                std::memcpy(run.value + e, &values, bytes);
                if (run.gradient) std::memcpy(run.gradient + e * size, &gradients, bytes);
            }
        }
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
