// Weights g(z) > 0 of a row, divided by their sum, for a g that grows beyond all bounds with z
// (exponentials, which need their largest argument first, are in exponentials.hpp). An activation
// supplies a struct G, made of its parameters, with
//
//     Frame                      in what units a row's weights are: `raised`, the power of two by
//                                which logarithms of weights are too large, and what else it takes
//     usual<P>()                 the frame of most rows
//     unusual<P>(z, shape)       a frame for any row
//     at<P, unusual>(z, frame)   something with `weight` and `slopes()`, at a finite logit
//     log_weight<P, unusual>(z, weight, frame)   in two numbers
//     least<P>                   a row whose largest weight is smaller is unusual
//     Floats                     a struct with g in float32 lanes (float_run.hpp)
//
// The largest weight is kept out of every sum: 1 - p is (the others) / (all) there.
#pragma once

#include "exponentials.hpp"
#include "float_run.hpp"
#include "normalised_products.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct WeightSlopes {
    Pack first;       // g'/g
    Pack second;      // g''/g
    Pack log_second;  // (log g)''
};

// The sums of a row's weights.
struct WeightSums {
    Pack top;     // the largest weight
    Pair others;  // the sum of all but one of that size
};

// What weights still need to be probabilities.
struct WeightScale {
    Pair inverse;    // 1 / (the sum of the weights); 0 where no class can occur
    Pack top_q;      // 1 - p where p > 1/2
    Pack top_log;    // log p there
    Pair log_total;  // log of the sum
};

// Beyond this, sums of weights and their products with small numbers might overflow.
inline constexpr double largest_usual_weight = 0x1p900;

// Rows with infinities: one +inf takes all; several leave nothing defined, like a NaN.
struct RowEdges {
    Mask saturated;
    Mask undefined;

    static RowEdges of(const Pack* z, const Shape& shape) {
        Pack infinities = {}, broken = {};
        for (Index k = 0; k < shape.packs; ++k) {
            infinities += where(z[k] == infinity, splat(1.0));
            broken += where(is_nan(z[k]), splat(1.0));
        }
        infinities = shape.across(infinities);
        const Mask undefined = (infinities > 1.0) | (shape.across(broken) > 0.0);
        return {(infinities == 1.0) & ~undefined, undefined};
    }
};

template <class G>
struct PositiveWeights {
    using Frame = typename G::Frame;

    template <class P>
    static void forward(Tile& tile) {
        const G g = G::of(tile.parameters_of_activation);
        for (Index s = 0; s < tile.shape.strands; ++s) {
            const Index start = s * tile.shape.packs;
            const Frame usual = g.template usual<P>();
            const WeightSums sums = weigh<P, false>(tile, start, g, usual, RowEdges{});
            const auto least = G::template least<P>;
            const Mask bounded = (sums.top >= least) & (sums.top < largest_usual_weight) &
                                 (sums.others.high < largest_usual_weight);
            if (any(~bounded)) {
                unusual_strand<P>(tile, start, g);
            } else {
                finish<P, false>(tile, start, g, usual, sums, RowEdges{});
            }
        }
    }

    // With NaN, infinities or logits so large or small that weights leave the range of numbers.
    template <class P>
    static __attribute__((noinline)) void unusual_strand(Tile& tile, Index start, const G& g) {
        const Pack* z = tile.z + start;
        const Frame frame = g.template unusual<P>(z, tile.shape);
        const RowEdges edges = RowEdges::of(z, tile.shape);
        const WeightSums sums = weigh<P, true>(tile, start, g, frame, edges);
        finish<P, true>(tile, start, g, frame, sums, edges);
    }

    // Weights to heads.p, slopes to where they belong, and the sums.
    template <class P, bool unusual>
    SOFTGRAD_INLINE static WeightSums weigh(Tile& tile, Index start, const G& g, const Frame& frame,
                                            const RowEdges& edges) {
        const Shape& shape = tile.shape;
        const Pack* z = tile.z + start;
        Pack* weights = tile.heads.p + start;
        Pack* first = tile.heads.first ? tile.heads.first + start : nullptr;
        Pack* second = tile.heads.second ? tile.heads.second + start : nullptr;
        Pack* log_second = tile.tails.second ? tile.tails.second + start : nullptr;
        const bool slopes = first || second || log_second;
        Pack top = {};
        Total<P> others;
        for (Index k = 0; k < shape.packs; ++k) {
            const Mask never = z[k] == -infinity;
            const Pack finite = unusual ? where(absolute(z[k]) < infinity, z[k]) : z[k];
            const auto at = g.template at<P, unusual>(finite, frame);
            Pack weight = where(~never, at.weight);
            if constexpr (unusual) {
                const Pack one_hot = where(z[k] == infinity, splat(1.0));
                weight = select(edges.saturated, one_hot, weight);
                weight = select(edges.undefined, splat(not_a_number), weight);
            }
            weights[k] = weight;
            others.add(smallest(top, weight));  // NaN comes through
            top = largest(weight, top);
            if (!slopes) continue;
            const Mask still = unusual ? absolute(z[k]) == infinity : never;
            const WeightSlopes found = at.slopes();
            if (first) first[k] = where(~still, found.first);
            if (second) second[k] = where(~still, found.second);
            if (log_second) log_second[k] = where(~still, found.log_second);
        }
        // Where lanes are classes each has kept its own largest weight apart.
        const Pack row_top = shape.across_maximum(top);
        others.add(where(top != row_top, top));
        const Pack surplus = shape.across(where(top == row_top, splat(1.0))) - 1.0;
        return {row_top, add(others.across(shape), surplus * row_top)};
    }

    template <class P, bool unusual>
    SOFTGRAD_INLINE static WeightScale scale_of(const WeightSums& sums, Pack raised,
                                                const RowEdges& edges, bool logarithms) {
        WeightScale scale;
        const Pair all = renormalise(add(sums.others, sums.top));
        const Mask filled = all.high != 0.0;
        if constexpr (P::precise) {
            const Pair inverse = reciprocal(all);
            scale.inverse = {where(filled, inverse.high), where(filled, inverse.low)};
            scale.top_q = rounded(multiply(sums.others, scale.inverse));
        } else {
            scale.inverse = {where(filled, 1.0 / all.high), Pack{}};
            scale.top_q = sums.others.high * scale.inverse.high;
        }
        if (!logarithms) return scale;
        scale.top_log = 0.0 - log_one_plus(rounded(sums.others) / sums.top);
        scale.log_total = log_of_normal(all.high, all.low, -raised);
        if constexpr (unusual) {
            Pack high = select(edges.saturated, splat(infinity), scale.log_total.high);
            high = select(edges.undefined, splat(not_a_number), high);
            scale.log_total = {high, where(~edges.saturated, scale.log_total.low)};
        }
        return scale;
    }

    template <class P, bool unusual>
    SOFTGRAD_INLINE static void finish(Tile& tile, Index start, const G& g, const Frame& frame,
                                       const WeightSums& sums, const RowEdges& edges) {
        const Shape& shape = tile.shape;
        const Pack* z = tile.z + start;
        Pack* p = tile.heads.p + start;
        Pack* q = tile.heads.q ? tile.heads.q + start : nullptr;
        Pack* log = tile.heads.log ? tile.heads.log + start : nullptr;
        const WeightScale scale = scale_of<P, unusual>(sums, frame.raised, edges, log != nullptr);
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack weight = p[k];
            p[k] = P::precise ? scaled(weight, scale.inverse) : weight * scale.inverse.high;
            if (q) q[k] = select(p[k] > 0.5, scale.top_q, 1.0 - p[k]);
            if (!log) continue;
            const Pack finite = unusual ? where(absolute(z[k]) < infinity, z[k]) : z[k];
            const Pair own = g.template log_weight<P, unusual>(finite, weight, frame);
            const Pack high = select(z[k] == -infinity, z[k], own.high);
            const Pack low = own.low - scale.log_total.low;
            log[k] = select(p[k] > 0.5, scale.top_log, (high - scale.log_total.high) + low);
        }
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              -infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(normalised_pullback),
                              SOFTGRAD_STAGES(normalised_pushforward),
                              SOFTGRAD_STAGES(normalised_bend),
                              Stages{}};
        made.has_slopes = true;
        made.weights = FloatsOf<typename G::Floats>::stages;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
