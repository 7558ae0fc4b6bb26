// The formulas of dense_loop.hpp on coins: heads with the target t, tails with 1 - t, from logits to
// gradients at once for sigmoid, from the sides that an activation made for others (coin_sides.hpp).
//
// Of a loss on log p with h = -dL/dlog p the derivative by z is the slope of -log q times h(tails),
// less that of log p times h(heads).
#pragma once

#include "../arithmetic/logistic.hpp"
#include "../arithmetic/streaming.hpp"
#include "../arithmetic/wide_exponential.hpp"
#include "../arithmetic/wide_logarithm.hpp"
#include "coin_sides.hpp"
#include "dense_points.hpp"
#include "tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Logits farther from 0 have an exponential that is no normal float32 number.
inline constexpr float farthest_coin = 80.0f;

// Of coins with the logits z: with u = exp(-|z|) the less likely side has u / (1 + u).
template <class V>
struct CoinOdds {
    V size;  // |z|
    V inverse;  // 1 / (1 + u), the probability of the likelier side
    V small;  // of the other
    V log_one_plus_u;
};
SOFTGRAD_INLINE CoinOdds<Wides<4>> coin_odds(Wides<4> z) {
    const Wides<4> size = absolute(z), u = wide_exponential(largest(-farthest_coin, -size));
    const Wides<4> inverse = 1.0f / (1.0f + u);
    return {size, inverse, u * inverse, wide_log_one_plus_part(u)};
}
SOFTGRAD_INLINE CoinOdds<Pack> coin_odds(Pack z) {
    const Pack size = absolute(z), u = brief_exponential(largest(splat(-700.0), -size));
    const Pack inverse = 1.0 / (1.0 + u);
    return {size, inverse, u * inverse, log_one_plus_part<Brief>(u)};
}

// Both sides of them. (log p grows with z by q, and log q falls by p.)
template <class V>
SOFTGRAD_INLINE CoinSides<V> logistic_sides(V z) {
    const CoinOdds<V> odds = coin_odds(z);
    const auto is_right = z > 0.0f;
    const V size = odds.size, nothing = size - size;
    const V p = select(is_right, odds.inverse, odds.small);
    const V q = select(is_right, odds.small, odds.inverse);
    return {p,
            q,
            odds.log_one_plus_u + select(is_right, nothing, size),
            odds.log_one_plus_u + select(is_right, size, nothing),
            q,
            p};
}

struct CoinRun {
    const float* z;
    const float* t;
    float* value;  // no number where z is out of reach
    char* gradient;  // times `scale`; null where it is not wanted
    Index count;
    double scale;
    bool streams;
    const double* parameters;
    Reach reach;
    const SidesStages* sides;  // null for sigmoid
    Pack* room;  // for those
};
using CoinStage = void (*)(const CoinRun&);

template <class Floats>
class CoinLoop {
    using Some = Wides<4>;
    static constexpr bool in_doubles = std::is_same_v<typename Floats::Vector, Pack>;
    using Sides = SidesRun<std::conditional_t<in_doubles, double, float>>;

public:
    static void run(const CoinRun& run) {
        if (!run.sides) return run_some<true>(run, {});
        const Sides sides = Sides::in(run.room);
        for (Index e = 0; e < run.count; e += coins_at_once) {
            CoinRun some = run;
            some.z += e;
            some.t += e;
            some.value += e;
            if (run.gradient) some.gradient += e * size;
            some.count = run.count - e < coins_at_once ? run.count - e : coins_at_once;
            run.sides->of(sides)(some.z, some.count, sides);
            run_some<false>(some, sides);
        }
    }

private:
    static constexpr Index size = sizeof(float);

    template <bool is_logistic>
    static void run_some(const CoinRun& given, Sides sides) {
        const CoinRun run = given;
        const Parameters parameters(run.parameters);
        const StreamedRun to(run.gradient, run.count * size, run.streams && run.gradient);
        Index e = 0;
        for (; e + Some::lanes_of_all <= run.count; e += Some::lanes_of_all) {
            Some value, gradient;
            at<is_logistic>(Some::load(run.z + e), Some::load(run.t + e), e, run, parameters, sides,
                            value, gradient);
            for (int i = 0; i < 4; ++i) {
                const Index part = e + i * wide_lanes;
                store_unaligned(run.value + part, value.part[i]);
                if (run.gradient) to.put(run.gradient + part * size, gradient.part[i]);
            }
        }
        if (e == run.count) return;
        const auto bytes = static_cast<std::size_t>((run.count - e) * size);
        float last[2][Some::lanes_of_all] = {};
        std::memcpy(last[0], run.z + e, bytes);
        std::memcpy(last[1], run.t + e, bytes);
        Some value, gradient;
        at<is_logistic>(Some::load(last[0]), Some::load(last[1]), e, run, parameters, sides, value,
                        gradient);
        std::memcpy(run.value + e, &value, bytes);
        if (run.gradient) std::memcpy(run.gradient + e * size, &gradient, bytes);
    }

    template <bool is_logistic>
    SOFTGRAD_INLINE static void at(Some z, Some t, Index e, const CoinRun& run,
                                   const double* parameters, Sides made, Some& value,
                                   Some& gradient) {
        if constexpr (in_doubles) {
            for (int i = 0; i < 4; ++i) {
                Pack values[2], gradients[2];
                for (Index h = 0; h < 2; ++h) {
                    CoinSides<Pack> sides;
                    if constexpr (is_logistic) {
                        sides = logistic_sides(Singles::half(z.part[i], h));
                    } else {
                        sides = made.template load<Pack>(e + (2 * i + h) * lanes);
                    }
                    both(sides, Singles::half(t.part[i], h), splat(1.0), splat(run.scale),
                         parameters, values[h], gradients[h]);
                }
                value.part[i] = Singles::of(values);
                gradient.part[i] = Singles::of(gradients);
            }
        } else {
            CoinSides<Some> all;
            if constexpr (is_logistic) all = logistic_sides(z);
            for (int i = 0; i < 4; ++i) {
                CoinSides<WideFloat> sides;
                if constexpr (is_logistic) {
                    sides = {all.p.part[i],          all.q.part[i],       all.surprise_p.part[i],
                             all.surprise_q.part[i], all.slope_p.part[i], all.slope_q.part[i]};
                } else {
                    sides = made.template load<WideFloat>(e + i * wide_lanes);
                }
                both(sides, t.part[i], wide(1.0f), wide(static_cast<float>(run.scale)), parameters,
                     value.part[i], gradient.part[i]);
            }
        }
        const Some none = Some::of(std::numeric_limits<float>::quiet_NaN());
        value = select((z >= run.reach.lowest) & (z <= run.reach.highest), value, none);
    }

    SOFTGRAD_INLINE static auto side(WideFloat p, WideFloat q, WideFloat surprise, WideFloat t) {
        return DensePoint<WideFloat>{p, q, surprise, t, p > 0.5f};
    }
    // (1 - t has no float32 number near enough for a logarithm.)
    SOFTGRAD_INLINE static auto side(Pack p, Pack q, Pack surprise, Pack t) {
        return PrecisePoint{{p, q, surprise, t, p > 0.5}, brief_log(largest(splat(0x1p-1000), t))};
    }

    template <class V>
    SOFTGRAD_INLINE static void both(const CoinSides<V>& c, V t, V one, V scale,
                                     const double* parameters, V& value, V& gradient) {
        const DenseTerm<V> heads = Floats::at(side(c.p, c.q, c.surprise_p, t), parameters);
        const DenseTerm<V> tails = Floats::at(side(c.q, c.p, c.surprise_q, one - t), parameters);
        value = heads.value + tails.value;
        gradient = scale * (c.slope_q * tails.first - c.slope_p * heads.first);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
