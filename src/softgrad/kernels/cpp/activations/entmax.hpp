// alpha-entmax: softmax at 1, in closed form at 1.5 and 2, by iteration elsewhere.
#pragma once

#include "../stages/sparse_fenchel_young.hpp"
#include "entmax_15.hpp"
#include "entmax_gentle.hpp"
#include "entmax_steep.hpp"
#include "softmax.hpp"
#include "sparsemax.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A stage of the map that alpha asks for.
#define SOFTGRAD_BY_ALPHA(stage, of_softmax)                            \
    template <class P>                                                  \
    static void stage(Tile& tile) {                                     \
        const double alpha = tile.parameters_of_activation[0];          \
        if (alpha == 1.0) return of_softmax(tile);                      \
        if (alpha == 1.5) return sparse_##stage<EntmaxMap15, P>(tile);  \
        if (alpha == 2.0) return sparse_##stage<SparsemaxMap, P>(tile); \
        if (alpha < 2.0) return sparse_##stage<EntmaxGentle, P>(tile);  \
        sparse_##stage<EntmaxSteep, P>(tile);                           \
    }

struct Entmax {
    // Where it is softmax, alpha = 1 is its temperature too.
    SOFTGRAD_BY_ALPHA(forward, Softmax::forward<P>)
    SOFTGRAD_BY_ALPHA(pullback, normalised_pullback<P>)
    SOFTGRAD_BY_ALPHA(pushforward, normalised_pushforward<P>)
    SOFTGRAD_BY_ALPHA(bend, normalised_bend<P>)
    SOFTGRAD_BY_ALPHA(fenchel_young, softmax_fenchel_young<P>)

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              -infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(pullback),
                              SOFTGRAD_STAGES(pushforward),
                              SOFTGRAD_STAGES(bend),
                              SOFTGRAD_STAGES(fenchel_young)};
        made.is_steep = [](const double* parameters) { return parameters[0] >= 2.0; };
        made.fenchel_young_reads_output = true;  // at alpha = 1
        return made;
    }
};

#undef SOFTGRAD_BY_ALPHA

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
