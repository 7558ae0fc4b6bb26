#include "softmax_rows.hpp"

#include "exponential_passes.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_softmax_rows(const Job& job, const ActivationStages& activation) {
    return job.work == Work::forward && activation.sign_of_exponent &&
           !activation.gives_logarithms && !job.keep;
}

template <class P, bool is_one>
static void run_tile(const Job& job, const ActivationStages& activation, const Exponent& exponent,
                     Chain& chain, const TileRows& rows) {
    chain.load_rows(rows);
    Tile& tile = chain.tile();
    const Shape& shape = tile.shape;
    if (activation.sign_of_exponent < 0) {
        for (Index e = 0; e < tile.entries(); ++e) tile.z[e] = -tile.z[e];
    }
    TileSums sums;
    if (!find_tops(tile, exponent, sums)) {
        chain.run(rows);
        return;
    }
    Pack* p = tile.heads.p;
    exponential_pass<P, is_one>(tile, exponent, p, sums);
    for (Index s = 0; s < shape.strands; ++s) {
        const RowSums row = sums_of_strand<P>(tile, exponent, p, sums, s);
        Pack* entries = p + s * shape.packs;
        for (Index k = 0; k < shape.packs; ++k) {
            entries[k] = P::precise ? scaled(entries[k], row.inverse)
                                    : entries[k] * row.inverse.high;
        }
    }
    store_entries(job.output, rows, shape, p);
}

void run_softmax_rows(const Job& job, const ActivationStages& activation, Chain& chain,
                      const TileRows& rows) {
    const Exponent exponent = exponent_of(job, activation);
    if (job.logits.storage == Storage::float64) {
        exponent.is_one ? run_tile<Precise, true>(job, activation, exponent, chain, rows)
                        : run_tile<Precise, false>(job, activation, exponent, chain, rows);
    } else {
        exponent.is_one ? run_tile<Brief, true>(job, activation, exponent, chain, rows)
                        : run_tile<Brief, false>(job, activation, exponent, chain, rows);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
