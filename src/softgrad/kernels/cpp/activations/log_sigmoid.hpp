// -softplus(-z): the logarithm of the sigmoid.
//
// A loss on logarithms meets the coin itself; any other the logarithm, with derivatives q and -p q.
#pragma once

#include "../arithmetic/softplus_divergence.hpp"
#include "sigmoid.hpp"
#include "softplus.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct LogSigmoid {
    // Of the logarithm as an output.
    template <class P>
    SOFTGRAD_INLINE static Pack value(Pack z, const double*) {
        return Sigmoid::log_heads<P>(z, nullptr).value;
    }
    template <class P>
    SOFTGRAD_INLINE static Pack first(Pack z, const double*) {
        return Sigmoid::log_heads<P>(z, nullptr).first;
    }
    struct InFloats {
        using Mirrored = Softplus::InFloats;
        static bool serves(const double*) { return true; }

        static constexpr Range range_of_value = {-unbounded, -Mirrored::range_of_value.lowest};
        template <class V>
        SOFTGRAD_INLINE static V value(V z, const double* parameters) {
            return -Mirrored::value(-z, parameters);
        }

        static constexpr Range range_of_first = {-unbounded, -Mirrored::range_of_first.lowest};
        template <class V>
        SOFTGRAD_INLINE static V first(V z, const double* parameters) {
            return Mirrored::first(-z, parameters);
        }
    };

    template <class P>
    static void forward(Tile& tile) {
        if (tile.form == Form::log) {
            Coins<Sigmoid>::forward<P>(tile);
            return;
        }
        const Side& side = tile.heads;
        for (Index e = 0; e < tile.entries(); ++e) {
            const Jet log = Sigmoid::log_heads<P>(tile.z[e], nullptr);
            if (side.p) side.p[e] = log.value;
            if (side.first) side.first[e] = log.first;
            if (side.second) side.second[e] = log.second;
        }
    }

    // It is the gradient of -Li2(-exp(-z)), for targets t <= 0: softplus seen from behind.
    template <class P>
    static void fenchel_young(Tile& tile) {
        for (Index s = 0; s < tile.shape.strands; ++s) {
            Pack sum = {};
            for (Index k = 0; k < tile.shape.packs; ++k) {
                const Index e = s * tile.shape.packs + k;
                const Pack z = tile.z[e], t = tile.target[e];
                const Jet log = Sigmoid::log_heads<P>(z, nullptr);
                sum += kept(tile, e, softplus_divergence(-z, -t));
                tile.gradient[e] = kept(tile, e, log.value - t);
                if (tile.hessian) tile.hessian[e] = kept(tile, e, log.first);
            }
            tile.value[s] += tile.shape.across(sum);
        }
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages stages = Coins<Sigmoid>::stages(name);
        stages.forward = SOFTGRAD_STAGES(forward);
        stages.fenchel_young = SOFTGRAD_STAGES(fenchel_young);
        stages.gives_logarithms = true;
        // In the place of the sigmoid's.
        stages.floats = FloatsOf<LogSigmoid>::stages;
        stages.brief_runs = {BriefRun<LogSigmoid>::value, BriefRun<LogSigmoid>::product};
        return stages;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
