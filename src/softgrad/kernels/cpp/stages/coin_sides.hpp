// Both sides of coins that are no logistic ones, for losses that look at p and at 1 - p: an activation
// makes all that such a loss reads of an entry at once, some entries at a time.
//
// Each is made of one exponential, where a tile's stages make it of one for every array.
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../arithmetic/numbers.hpp"
#include "../arithmetic/wides.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class V>
struct CoinSides {
    V p, q;
    V surprise_p, surprise_q;  // -log p, -log q
    V slope_p, slope_q;  // of log p, and of -log q
};

// From where to where a logit may be.
struct Reach {
    float lowest, highest;
};

// So many arrays of so many entries.
inline constexpr Index coins_at_once = 256, arrays_of_sides = 6;
inline constexpr Index packs_of_sides = coins_at_once * arrays_of_sides / lanes;

template <class Number>
struct SidesRun {
    Number* at;

    static SidesRun in(Pack* room) { return {reinterpret_cast<Number*>(room)}; }

    template <class V>
    SOFTGRAD_INLINE CoinSides<V> load(Index e) const {
        const auto array = [&](Index i) __attribute__((always_inline)) {
            return load_unaligned<V>(at + i * coins_at_once + e);
        };
        return {array(0), array(1), array(2), array(3), array(4), array(5)};
    }
    template <class V>
    SOFTGRAD_INLINE void store(Index e, const CoinSides<V>& c) const {
        const V parts[arrays_of_sides] = {c.p,          c.q,       c.surprise_p,
                                          c.surprise_q, c.slope_p, c.slope_q};
        for (Index i = 0; i < arrays_of_sides; ++i) {
            store_unaligned(at + i * coins_at_once + e, parts[i]);
        }
    }
};

// What an activation supplies: the sides of `count` logits in either kind of numbers.
struct SidesStages {
    Reach reach;
    void (*in_doubles)(const float* z, Index count, const SidesRun<double>&) = nullptr;
    void (*in_floats)(const float* z, Index count, const SidesRun<float>&) = nullptr;

    auto of(SidesRun<double>) const { return in_doubles; }
    auto of(SidesRun<float>) const { return in_floats; }
};

// Whether sides are also made in float32 lanes.
template <class F, class = void>
inline constexpr bool has_float_sides = false;
template <class F>
inline constexpr bool has_float_sides<F, std::void_t<decltype(F::sides(Wides<1>{}))>> = true;

// The stages of an activation F with
//     sides(z)   of a pack of doubles within `reach`, and maybe of a wide float
//     reach
template <class F>
class SidesLoop {
public:
    static void in_doubles(const float* z, Index count, const SidesRun<double>& to) {
        for (Index e = 0; e < count; e += wide_lanes) {
            const WideFloat x = loaded(z, e, count);
            to.store(e, F::sides(lower_half(x)));
            to.store(e + lanes, F::sides(upper_half(x)));
        }
    }
    static void in_floats(const float* z, Index count, const SidesRun<float>& to) {
        for (Index e = 0; e < count; e += wide_lanes) {
            const WideFloat x = loaded(z, e, count);
            if constexpr (has_float_sides<F>) {
                const auto c = F::sides(Wides<1>{{x}});
                to.store(e, CoinSides<WideFloat>{c.p.part[0], c.q.part[0], c.surprise_p.part[0],
                                                 c.surprise_q.part[0], c.slope_p.part[0],
                                                 c.slope_q.part[0]});
            } else {
                const CoinSides<Pack> a = F::sides(lower_half(x)), b = F::sides(upper_half(x));
                to.store(e, CoinSides<WideFloat>{joined(a.p, b.p), joined(a.q, b.q),
                                                 joined(a.surprise_p, b.surprise_p),
                                                 joined(a.surprise_q, b.surprise_q),
                                                 joined(a.slope_p, b.slope_p),
                                                 joined(a.slope_q, b.slope_q)});
            }
        }
    }
    static constexpr SidesStages stages = {F::reach, in_doubles, in_floats};

private:
    // What is out of reach is left to others.
    SOFTGRAD_INLINE static WideFloat loaded(const float* z, Index e, Index count) {
        WideFloat x = {};
        if (e + wide_lanes <= count) {
            x = load_unaligned<WideFloat>(z + e);
        } else {
            std::memcpy(&x, z + e, static_cast<std::size_t>(count - e) * sizeof(float));
        }
        return largest(wide(F::reach.lowest), smallest(wide(F::reach.highest), x));
    }
};

// Other activations have none.
template <class F, class = void>
struct SidesOf {
    static constexpr SidesStages stages = {};
};
template <class F>
struct SidesOf<F, std::void_t<decltype(F::sides(Pack{}))>> {
    static constexpr SidesStages stages = SidesLoop<F>::stages;
};

// -log p for p >= 1/2, to 2^-33.
SOFTGRAD_INLINE Pack brief_surprise_of_likely(Pack q) {
    const Pack s = quotient<Brief>(q, 2.0 - q);
    return s * polynomial(s * s, logistic_constants::twice_inverse_tanh);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
