// One-hot of the first argmax, with the derivatives of softmax in the place of its own
// (straight-through). The derivative stages put softmax's p and 1 - p in the place of the output's,
// which the loss has read by then.
#pragma once

#include "../stages/exponentials.hpp"
#include "../stages/normalised_products.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Hardmax {
    template <class P>
    static void forward(Tile& tile) {
        const Shape& shape = tile.shape;
        tile.slope = 1.0;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            const Pack* z = tile.z + start;
            const Pack top = row_top(z, shape);
            Pack at_top = {}, broken = {}, last = splat(-infinity);
            for (Index k = 0; k < shape.packs; ++k) {
                const Mask here = z[k] == top;
                at_top += where(here, splat(1.0));
                broken += where(is_nan(z[k]), splat(1.0));
                last = largest(select(here, -shape.entry_numbers(k), splat(-infinity)), last);
            }
            const Pack first = -shape.across_maximum(last);
            const Mask several = (top == infinity) & (shape.across(at_top) > 1.0);
            const Mask undefined = several | (shape.across(broken) > 0.0);
            const Pack spoilt = where(undefined, splat(not_a_number));
            const Mask filled = top > -infinity;
            for (Index k = 0; k < shape.packs; ++k) {
                const Mask here = filled & (shape.entry_numbers(k) == first);
                tile.heads.p[start + k] = where(here, splat(1.0)) + spoilt;
                if (tile.heads.q) tile.heads.q[start + k] = where(~here, splat(1.0)) + spoilt;
                if (tile.heads.log) {
                    tile.heads.log[start + k] = where(~here, splat(-infinity)) + spoilt;
                }
            }
        }
    }

    template <class P>
    static void soften(Tile& tile) {
        const Shape& shape = tile.shape;
        const Exponent exponent = Exponent::of(1.0);
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            Pack *p = tile.heads.p + start, *q = tile.heads.q + start;
            for (Index k = 0; k < shape.packs; ++k) p[k] = tile.z[start + k];
            const RowSums row = exponentials<P, true>(p, p, nullptr, shape, exponent);
            for (Index k = 0; k < shape.packs; ++k) {
                p[k] = P::precise ? scaled(p[k], row.inverse) : p[k] * row.inverse.high;
                q[k] = select(p[k] > 0.5, row.top_q, 1.0 - p[k]);
            }
        }
    }

    template <class P>
    static void pullback(Tile& tile) {
        if (tile.form == Form::logits) return;
        soften<P>(tile);
        normalised_pullback<P>(tile);
    }

    template <class P>
    static void pushforward(Tile& tile) {
        soften<P>(tile);
        normalised_pushforward<P>(tile);
        forward<P>(tile);  // which the loss's Hessian looks at again
    }

    template <class P>
    static void bend(Tile& tile) {
        soften<P>(tile);
        normalised_bend<P>(tile);
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              -infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(pullback),
                              SOFTGRAD_STAGES(pushforward),
                              SOFTGRAD_STAGES(bend),
                              Stages{}};
        made.has_derivatives_of_softmax = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
