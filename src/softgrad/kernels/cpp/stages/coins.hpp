// Activations entry by entry whose outputs are probabilities of coins. A file supplies a struct F
// with static functions of (z, parameters), templates on the precision, each returning its value
// with two derivatives:
//     heads, tails          p and 1 - p, neither by subtraction
//     log_heads, log_tails  their logarithms
//     excess(z, t)          the Fenchel-Young loss of an entry
// and maybe `sides` (coin_sides.hpp).
#pragma once

#include "element_wise.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class F>
struct Coins {
    template <class P>
    static void forward(Tile& tile) {
        const Parameters parameters(tile.parameters_of_activation);
        const Index entries = tile.entries();
        const bool on_log = tile.form == Form::log;
        const Side heads = tile.heads, tails = tile.tails;
        if (!on_log) {
            for (Index e = 0; e < entries; ++e) {
                const Jet p = F::template heads<P>(tile.z[e], parameters);
                if (heads.p) heads.p[e] = p.value;
                if (heads.q) heads.q[e] = F::template tails<P>(tile.z[e], parameters).value;
                if (heads.first) heads.first[e] = p.first;
                if (heads.second) heads.second[e] = p.second;
            }
            return;
        }
        // All in one loop: the exponential and the logarithm that they share are computed once.
        const bool needs_p = heads.p || heads.q || tails.p || tails.q;
        for (Index e = 0; e < entries; ++e) {
            const Pack z = tile.z[e];
            const Jet log_p = F::template log_heads<P>(z, parameters);
            const Jet log_q = F::template log_tails<P>(z, parameters);
            if (heads.log) heads.log[e] = log_p.value;
            if (heads.first) heads.first[e] = log_p.first;
            if (heads.second) heads.second[e] = log_p.second;
            if (tails.log) tails.log[e] = log_q.value;
            if (tails.first) tails.first[e] = log_q.first;
            if (tails.second) tails.second[e] = log_q.second;
            if (!needs_p) continue;
            const Pack p = F::template heads<P>(z, parameters).value;
            const Pack q = F::template tails<P>(z, parameters).value;
            if (heads.p) heads.p[e] = p;
            if (heads.q) heads.q[e] = q;
            if (tails.p) tails.p[e] = q;
            if (tails.q) tails.q[e] = p;
        }
    }

    template <class P>
    static void fenchel_young(Tile& tile) {
        const Parameters parameters(tile.parameters_of_activation);
        for (Index s = 0; s < tile.shape.strands; ++s) {
            Pack sum = {};
            for (Index k = 0; k < tile.shape.packs; ++k) {
                const Index e = s * tile.shape.packs + k;
                const Pack z = tile.z[e], t = tile.target[e];
                const Jet p = F::template heads<P>(z, parameters);
                const Pack q = F::template tails<P>(z, parameters).value;
                sum += kept(tile, e, F::template excess<P>(z, t, parameters));
                tile.gradient[e] = kept(tile, e, select(p.value > 0.5, (1.0 - t) - q, p.value - t));
                if (tile.hessian) tile.hessian[e] = kept(tile, e, p.first);
            }
            tile.value[s] += tile.shape.across(sum);
        }
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::coins,
                              0.0,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(element_wise_pullback),
                              SOFTGRAD_STAGES(element_wise_pushforward),
                              SOFTGRAD_STAGES(element_wise_bend),
                              SOFTGRAD_STAGES(fenchel_young)};
        made.floats = FloatsOf<F>::stages;
        made.brief_runs = {BriefRun<F>::value, BriefRun<F>::product, BriefRun<F>::complement};
        made.sides = SidesOf<F>::stages;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
