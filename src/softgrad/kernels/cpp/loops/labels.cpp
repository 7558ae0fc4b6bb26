#include "labels.hpp"

#include "exponential_passes.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_labels(const Job& job, const ActivationStages& activation, const LossStages* loss) {
    return job.work == Work::loss && job.has_labels && job.smoothing == 0.0 && !job.keep &&
           activation.sign_of_exponent && loss && loss->psi_brief;
}

// The logit of each row's label. A row that is left out has none, and any will do.
static Pack label_logits(const Tile& tile, Index s) {
    const double* z = reinterpret_cast<const double*>(tile.z + s * tile.shape.packs);
    if (!tile.shape.lanes_are_rows) {
        const double label = tile.label[s][0];
        return splat(z[label < 0.0 ? 0 : static_cast<Index>(label)]);
    }
    Pack found;
    for (Index l = 0; l < lanes; ++l) {
        const double label = tile.label[s][l];
        found[l] = z[(label < 0.0 ? 0 : static_cast<Index>(label)) * lanes + l];
    }
    return found;
}

static void put_at_label(Pack* entries, const Tile& tile, Index s, Pack x) {
    double* at = reinterpret_cast<double*>(entries + s * tile.shape.packs);
    if (!tile.shape.lanes_are_rows) {
        const double label = tile.label[s][0];
        if (label >= 0.0) at[static_cast<Index>(label)] = x[0];
        return;
    }
    for (Index l = 0; l < lanes; ++l) {
        const double label = tile.label[s][l];
        if (label >= 0.0) at[static_cast<Index>(label) * lanes + l] = x[l];
    }
}

// What the rows of a strand come to before the last pass over their entries.
struct RowSlopes {
    Pair gradient;  // of the raised exponentials
    Pack at_label;
    Pack first;     // psi' and psi'' times weight / T^2
    Pack second;
};

template <class P>
SOFTGRAD_INLINE void finish_gradient(Pack* g, const Shape& shape, const RowSlopes& slopes) {
    for (Index k = 0; k < shape.packs; ++k) {
        g[k] = P::precise ? scaled(g[k], slopes.gradient) : g[k] * slopes.gradient.high;
    }
}

template <class P>
SOFTGRAD_INLINE void finish_hessian(const Pack* e, Pack* h, const Shape& shape, const RowSums& row,
                                    const RowSlopes& slopes) {
    const bool linear = !any(slopes.second != 0.0);
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack p = P::precise ? scaled(e[k], row.inverse) : e[k] * row.inverse.high;
        const Pack q = select(p > 0.5, row.top_q, 1.0 - p);
        const Pack bend = linear ? slopes.first * q : slopes.first * q + slopes.second * p;
        h[k] = p * bend;
    }
}

// The slopes of a strand's rows, and what stands at their labels.
template <class P>
SOFTGRAD_INLINE RowSlopes slopes_of(const Tile& tile, const Exponent& exponent, int sign,
                                    const Psi& psi, const RowSums& row, Pack q, Pack weight) {
    RowSlopes slopes;
    const Pack slope = psi.first * tile.slope;
    if constexpr (P::precise) {
        const double s = static_cast<double>(sign);
        const Pair inverse{s * exponent.inverse_temperature.high,
                           s * exponent.inverse_temperature.low};
        const Pair factor = renormalise(multiply(multiply(inverse, psi.first), weight));
        slopes.gradient = multiply(row.inverse, factor);
        slopes.at_label = -scaled(q, factor);
    } else {
        slopes.gradient = {row.inverse.high * (slope * weight), Pack{}};
        slopes.at_label = -(q * (slope * weight));
    }
    // A weight of 0 leaves a row out, whatever its loss is.
    const Mask counts = weight != 0.0;
    slopes.gradient = {where(counts, slopes.gradient.high), where(counts, slopes.gradient.low)};
    slopes.at_label = where(counts, slopes.at_label);
    const Pack scale = weight * (tile.slope * tile.slope);
    slopes.first = where(counts, psi.first * scale);
    slopes.second = where(counts, psi.second * scale);
    return slopes;
}

template <class P, bool is_one>
static bool run_tile(const Job& job, const ActivationStages& activation, const LossStages& loss,
                     const Exponent& exponent, Chain& chain, const TileRows& rows) {
    if (!chain.load_rows(rows)) return false;
    Tile& tile = chain.tile();
    const Shape& shape = tile.shape;
    if (activation.sign_of_exponent < 0) {
        for (Index e = 0; e < tile.entries(); ++e) tile.z[e] = -tile.z[e];
    }
    TileSums sums;
    Pack at_label[most_strands];
    Mask impossible = no_lanes();
    for (Index s = 0; s < shape.strands; ++s) {
        at_label[s] = label_logits(tile, s);
        impossible |= at_label[s] == -infinity;
    }
    if (any(impossible) || !find_tops(tile, exponent, sums)) return chain.run(rows);
    exponential_pass<P, is_one>(tile, exponent, tile.gradient, sums);

    const bool needs_nll = job.values || !loss.psi_is_identity;
    const auto psi_of = P::precise ? loss.psi_precise : loss.psi_brief;
    for (Index s = 0; s < shape.strands; ++s) {
        const Index start = s * shape.packs;
        Pack* g = tile.gradient + start;
        const RowSums row = sums_of_strand<P>(tile, exponent, tile.gradient, sums, s);
        const Pair d = distance<P, is_one>(at_label[s], row.top, exponent);
        const Pack raised = raised_exp<P>(d);
        const Pack p = P::precise ? scaled(raised, row.inverse) : raised * row.inverse.high;
        const Pack q = select(d.high == 0.0, row.top_q, 1.0 - p);
        Psi psi{Pack{}, splat(1.0), Pack{}};
        if (needs_nll) {
            const Pack nll = (log_one_plus(row.rest) - d.low) - d.high;
            psi.value = nll;
            if (!loss.psi_is_identity) {
                const TrueClass c{nll, p, q};
                psi_of(1, &c, tile.parameters_of_loss, &psi);
            }
        }
        tile.value[s] = psi.value;
        if (!job.output && !job.second_output) continue;
        const RowSlopes slopes = slopes_of<P>(tile, exponent, activation.sign_of_exponent, psi, row,
                                              q, chain.factors()[s]);
        if (tile.hessian) {
            finish_hessian<P>(g, tile.hessian + start, shape, row, slopes);
            put_at_label(tile.hessian, tile, s, q * (slopes.first * p + slopes.second * q));
        }
        finish_gradient<P>(g, shape, slopes);
        put_at_label(tile.gradient, tile, s, slopes.at_label);
    }
    chain.finish_rows(rows);
    return true;
}

bool run_labels(const Job& job, const ActivationStages& activation, const LossStages& loss,
                Chain& chain, const TileRows& rows) {
    const Exponent exponent = exponent_of(job, activation);
    if (job.logits.storage == Storage::float64) {
        return exponent.is_one
                   ? run_tile<Precise, true>(job, activation, loss, exponent, chain, rows)
                   : run_tile<Precise, false>(job, activation, loss, exponent, chain, rows);
    }
    return exponent.is_one ? run_tile<Brief, true>(job, activation, loss, exponent, chain, rows)
                           : run_tile<Brief, false>(job, activation, loss, exponent, chain, rows);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
