// The maps made of a row's exponentials: softmax, its logarithm, softmin and softmax-plus-one.
#pragma once

#include "../arithmetic/relative_entropy.hpp"
#include "exponentials.hpp"
#include "normalised_products.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// p = e / (1 + t), and 1 - p where it is asked for.
template <class P>
SOFTGRAD_INLINE void normalise(Pack* p, Pack* q, const Shape& shape, const RowSums& row) {
    const Pack nothing = 0.0 * row.inverse.high;  // NaN in an undefined row
    for (Index k = 0; k < shape.packs; ++k) {
        // Brief exponentials end at exp(-700), which is 0 to every storage that they serve.
        const Pack x = P::precise ? scaled(p[k], row.inverse)
                                  : select(p[k] <= 0x1p-1000, nothing, p[k] * row.inverse.high);
        p[k] = x;
        if (q) q[k] = select(x > 0.5, row.top_q, 1.0 - x);
    }
}

// A member says what its exponentials are taken of, from its parameters, and the sign of z.
// p, 1 - p and log p, each where it was asked for.
template <class P, class Member>
void softmax_forward(Tile& tile) {
    const Exponent exponent = Member::exponent(tile.parameters_of_activation);
    const Shape& shape = tile.shape;
    for (Index s = 0; s < shape.strands; ++s) {
        const Index start = s * shape.packs;
        const Pack* z = tile.z + start;
        Pack* p = tile.heads.p + start;
        Pack* log = tile.heads.log ? tile.heads.log + start : nullptr;
        const RowSums row = exponent.is_one
                                ? exponentials<P, true, Member::sign>(z, p, log, shape, exponent)
                                : exponentials<P, false, Member::sign>(z, p, log, shape, exponent);
        if (tile.missing) tile.missing[s] = scaled(ghost_beside<P>(row.top, exponent), row.inverse);
        if (tile.heads.q) {
            normalise<P>(p, tile.heads.q + start, shape, row);
        } else {
            normalise<P>(p, nullptr, shape, row);
        }
        if (log) {
            const Pack log_total = log_one_plus(row.rest);
            for (Index k = 0; k < shape.packs; ++k) log[k] -= log_total;
        }
    }
}

// logsumexp(z / T) + sum t log t - t.z / T, which is KL(t || p) where t sums to 1 and weighs what
// it lacks by the logsumexp; times T. Its gradient is p - t, its Hessian softmax's Jacobian.
template <class P>
void softmax_fenchel_young(Tile& tile) {
    const Shape& shape = tile.shape;
    const double temperature = 1.0 / tile.slope;
    for (Index s = 0; s < shape.strands; ++s) {
        const Index start = s * shape.packs;
        const Side& heads = tile.heads;
        Total<Precise> targets;
        Pack terms = {}, top = splat(-infinity), top_log = splat(-infinity), mass = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Index e = start + k;
            const Pack t = tile.target[e], p = heads.p[e], q = heads.q[e];
            const Pack minus = select(p > 0.5, (1.0 - t) - q, p - t);
            terms += kept(tile, e, relative_entropy_term(t, p, heads.log[e], -minus));
            targets.add(kept(tile, e, t));
            mass += p;
            top = largest(tile.z[e], top);
            top_log = largest(heads.log[e], top_log);
            tile.gradient[e] = kept(tile, e, minus);
            if (tile.hessian) tile.hessian[e] = tile.slope * (p * q);
        }
        const Pair sum = add(targets.across(shape), splat(-1.0));
        const Pack surplus = sum.high + sum.low;
        const Pack log_sum =
            shape.across_maximum(top) / temperature - shape.across_maximum(top_log);
        const Mask weighed = (surplus != 0.0) & (absolute(log_sum) < infinity);
        const Mask nothing =
            ~(shape.across(mass) > 0.0) & (shape.across(mass) == shape.across(mass));
        const Pack balance = where(~nothing, surplus) - where(weighed, surplus * log_sum);
        tile.value[s] += temperature * (shape.across(terms) + balance);
    }
}

// What the members have in common. One with a temperature T has the slope sign / T; one without has
// a ghost, a class that is in every row without being an entry.
template <class Member>
struct SoftmaxFamily {
    template <class P>
    static void forward(Tile& tile) {
        softmax_forward<P, Member>(tile);
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              Member::sign > 0 ? -infinity : infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(normalised_pullback),
                              SOFTGRAD_STAGES(normalised_pushforward),
                              SOFTGRAD_STAGES(normalised_bend),
                              Stages{}};
        made.sign_of_exponent = Member::sign;
        made.has_temperature = Member::has_temperature;
        made.has_ghost = !Member::has_temperature;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
