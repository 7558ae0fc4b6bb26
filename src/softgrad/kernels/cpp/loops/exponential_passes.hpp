// The exponentials of all strands of a tile, pass by pass: the rows of one strand wait for each
// other's results, those of different strands do not.
#pragma once

#include "../stages/exponentials.hpp"
#include "../stages/stages.hpp"
#include "tiling.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline Exponent exponent_of(const Job& job, const ActivationStages& activation) {
    if (activation.has_temperature) return Exponent::of(job.activation_parameters[0]);
    Exponent found = Exponent::of(1.0);
    found.ghost = job.activation_parameters[0];
    return found;
}

// Tops and sums of a tile's strands.
struct TileSums {
    Pack top[most_strands];
    Pair sum[most_strands];
};

// False if a row has no finite top: the chain knows what to do with it.
inline bool find_tops(const Tile& tile, const Exponent& exponent, TileSums& sums) {
    Mask odd = no_lanes();
    for (Index s = 0; s < tile.shape.strands; ++s) {
        const Pack top = row_top(tile.z + s * tile.shape.packs, tile.shape);
        sums.top[s] = largest(splat(exponent.ghost), top);
        odd |= absolute(sums.top[s]) == infinity;
    }
    return !any(odd);
}

template <class P, bool is_one>
inline void exponential_pass(const Tile& tile, const Exponent& exponent, Pack* e, TileSums& sums) {
    for (Index s = 0; s < tile.shape.strands; ++s) {
        const Index start = s * tile.shape.packs;
        const Pair sum = raised_exponentials<P, is_one>(tile.z + start, e + start, tile.shape,
                                                        sums.top[s], exponent);
        sums.sum[s] = sum;
    }
}

template <class P>
SOFTGRAD_INLINE RowSums sums_of_strand(const Tile& tile, const Exponent& exponent, const Pack* e,
                                       const TileSums& sums, Index s) {
    const Pack ghost = ghost_beside<P>(sums.top[s], exponent);
    return row_sums<P>(e + s * tile.shape.packs, tile.shape, sums.top[s], add(sums.sum[s], ghost),
                       ghost);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
