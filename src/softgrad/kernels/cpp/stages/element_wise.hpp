// Activations entry by entry. A file supplies a struct F with static functions of (z, parameters),
// each a template on the precision:
//     value, first, second   a, a', a''
//     log_jet                log a with two derivatives, if F::positive
// and F::log_bends where log a is no straight line: tails.second then takes a''/a (separable.hpp).
//     excess(z, t)           the Fenchel-Young loss of an entry, if F::has_potential
#pragma once

#include "brief_run.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A function with its first and second derivative.
struct Jet {
    Pack value;
    Pack first;
    Pack second;
};

template <class F>
struct ElementWise {
    template <class P>
    static void forward(Tile& tile) {
        const Parameters parameters(tile.parameters_of_activation);
        const Side side = tile.heads;
        const Index entries = tile.entries();
        if constexpr (F::positive) {
            if (tile.form == Form::log) {
                if (side.first || side.second) {
                    logarithms<P, true>(tile, parameters);
                } else {
                    logarithms<P, false>(tile, parameters);
                }
                return;
            }
        }
        if (side.p) {
            for (Index e = 0; e < entries; ++e) {
                side.p[e] = F::template value<P>(tile.z[e], parameters);
            }
        }
        if (side.first) {
            for (Index e = 0; e < entries; ++e) {
                side.first[e] = F::template first<P>(tile.z[e], parameters);
            }
        }
        if (side.second) {
            for (Index e = 0; e < entries; ++e) {
                side.second[e] = F::template second<P>(tile.z[e], parameters);
            }
        }
    }

    // The output with its logarithm and the derivatives of that: in one loop, for they share most.
    template <class P, bool with_derivatives>
    static void logarithms(Tile& tile, const Parameters& parameters) {
        const Side side = tile.heads;
        Pack* const by_output = tile.tails.second;
        for (Index e = 0; e < tile.entries(); ++e) {
            const Pack z = tile.z[e];
            const Pack value = F::template value<P>(z, parameters);
            const Jet log = F::template log_jet<P>(z, parameters);
            if (side.p) side.p[e] = value;
            if (side.log) side.log[e] = log.value;
            if constexpr (with_derivatives) {
                if (side.first) side.first[e] = log.first;
                if (side.second) side.second[e] = log.second;
                if constexpr (F::log_bends) {
                    if (by_output) by_output[e] = F::template second<P>(z, parameters) / value;
                }
            }
        }
    }

    template <class P>
    static void fenchel_young(Tile& tile) {
        if constexpr (F::has_potential) {
            const Parameters parameters(tile.parameters_of_activation);
            for (Index s = 0; s < tile.shape.strands; ++s) {
                Pack sum = {};
                for (Index k = 0; k < tile.shape.packs; ++k) {
                    const Index e = s * tile.shape.packs + k;
                    const Pack z = tile.z[e], t = tile.target[e];
                    sum += kept(tile, e, F::template excess<P>(z, t, parameters));
                    tile.gradient[e] = kept(tile, e, F::template value<P>(z, parameters) - t);
                    if (tile.hessian) {
                        tile.hessian[e] = kept(tile, e, F::template first<P>(z, parameters));
                    }
                }
                tile.value[s] += tile.shape.across(sum);
            }
        }
    }

    static constexpr ActivationStages stages(const char* name);
};

// Of any activation entry by entry: multiply by the first derivative.
template <class P>
void element_wise_pullback(Tile& tile) {
    const Side side = tile.heads;
    for (Index e = 0; e < tile.entries(); ++e) {
        const Pack g = tile.gradient[e], first = side.first[e];
        tile.gradient[e] = carried(g, first);
        if (tile.hessian) {
            tile.hessian[e] =
                carried(carried(tile.hessian[e], first), first) + carried(g, side.second[e]);
        }
    }
}

template <class P>
void element_wise_pushforward(Tile& tile) {
    for (Index e = 0; e < tile.entries(); ++e) tile.gradient[e] *= tile.heads.first[e];
}

template <class P>
void element_wise_bend(Tile& tile) {
    for (Index e = 0; e < tile.entries(); ++e) {
        tile.gradient[e] *= carried(tile.left[e], tile.heads.second[e]);
    }
}

template <class F>
constexpr ActivationStages ElementWise<F>::stages(const char* name) {
    ActivationStages made{name,
                          Kind::values,
                          0.0,
                          SOFTGRAD_STAGES(forward),
                          SOFTGRAD_STAGES(element_wise_pullback),
                          SOFTGRAD_STAGES(element_wise_pushforward),
                          SOFTGRAD_STAGES(element_wise_bend),
                          F::has_potential ? SOFTGRAD_STAGES(fenchel_young) : Stages{}};
    if constexpr (F::positive) {
        made.log_bends = F::log_bends;
        made.positives = PositiveValues<F>::run;
    }
    made.floats = FloatsOf<F>::stages;
    made.brief_runs = {BriefRun<F>::value, BriefRun<F>::product};
    return made;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
