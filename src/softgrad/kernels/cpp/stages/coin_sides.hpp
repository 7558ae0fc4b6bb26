// Both sides of coins that are no logistic ones, for losses that look at p and at 1 - p: an activation
// makes all that such a loss reads of an entry at once, some entries at a time.
//
// Each is made of one exponential, where a tile's stages make it of one for every array.
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../arithmetic/numbers.hpp"

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

// The stages of an activation F with
//     sides(z)   of a pack of doubles within
//     reach
template <class F>
class SidesLoop {
public:
    static void in_doubles(const float* z, Index count, const SidesRun<double>& to) {
        each(z, count,
             [&](Index e, const CoinSides<Pack>& low, const CoinSides<Pack>& high)
                 __attribute__((always_inline)) {
                     to.store(e, low);
                     to.store(e + lanes, high);
                 });
    }
    static void in_floats(const float* z, Index count, const SidesRun<float>& to) {
        each(z, count,
             [&](Index e, const CoinSides<Pack>& low, const CoinSides<Pack>& high)
                 __attribute__((always_inline)) {
                     to.store(e, CoinSides<WideFloat>{joined(low.p, high.p), joined(low.q, high.q),
                                                      joined(low.surprise_p, high.surprise_p),
                                                      joined(low.surprise_q, high.surprise_q),
                                                      joined(low.slope_p, high.slope_p),
                                                      joined(low.slope_q, high.slope_q)});
                 });
    }
    static constexpr SidesStages stages = {F::reach, in_doubles, in_floats};

private:
    template <class Store>
    SOFTGRAD_INLINE static void each(const float* z, Index count, const Store& store) {
        for (Index e = 0; e < count; e += wide_lanes) {
            WideFloat x = {};
            if (e + wide_lanes <= count) {
                x = load_unaligned<WideFloat>(z + e);
            } else {
                std::memcpy(&x, z + e, static_cast<std::size_t>(count - e) * sizeof(float));
            }
            // What is out of reach is left to others.
            x = largest(wide(F::reach.lowest), smallest(wide(F::reach.highest), x));
            store(e, F::sides(lower_half(x)), F::sides(upper_half(x)));
        }
    }
};

// Other activations have none.
template <class F, class = void>
struct SidesOf {
    static constexpr SidesStages stages = {};
};
template <class F>
struct SidesOf<F, std::void_t<decltype(&F::sides)>> {
    static constexpr SidesStages stages = SidesLoop<F>::stages;
};

// -log p for p >= 1/2, to 2^-33.
SOFTGRAD_INLINE Pack brief_surprise_of_likely(Pack q) {
    const Pack s = quotient<Brief>(q, 2.0 - q);
    return s * polynomial(s * s, logistic_constants::twice_inverse_tanh);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
