// The Fenchel-Young loss of a sparse map.
//
// The loss is the divergence of the target from p and, for the target's mass off the support, its
// depth below the cut: nothing is subtracted. Targets that do not sum to 1 add the level of the
// cut times what they lack, so that the gradient is p - t for every t. (Blondel, Martins and
// Niculae 2020; contracts/sparse.py)
#pragma once

#include "sparse.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// How far an entry is below the cut; 0 on the support.
template <class P>
SOFTGRAD_INLINE Pack depth(const SparseStrand& at, Pack z, Pack p) {
    const Pair d = two_difference(z, at.c.top);
    Pack below = at.cut.high - d.high;
    if constexpr (P::precise) {
        const Pair gap = two_difference(at.cut.high, d.high);
        const Pack exact = gap.high + (gap.low + (at.cut.low - d.low));
        below = select(absolute(d.high) < infinity, exact, gap.high);
    }
    return where(~(p > 0.0), below);
}

// A sum of terms >= 0, of which some may be infinite.
template <class P>
SOFTGRAD_INLINE Pack value_of(const Total<P>& terms, const Shape& shape) {
    const Pair sum = terms.across(shape);
    return sum.high + where(sum.high < infinity, sum.low);
}

// What targets add that lack some of the sum 1.
SOFTGRAD_INLINE Pack surplus(const SparseStrand& at, Pack lacking) {
    const Pack level = at.c.largest_logit + (at.cut.high + at.cut.low);
    return where((lacking != 0.0) & (absolute(level) < infinity), lacking * level);
}

// The loss of a row, with p - t in place of the p in g.
template <class M, class P>
Pack sparse_loss_of_targets(const SparseStrand& at, const Pack* t, Pack* g, const Shape& shape,
                            const double* parameters) {
    const Pack others = minority<P>(at.c);
    Total<P> terms;
    Total<Precise> targets;
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack p = g[k];
        const Pack minus = select(p > majority, (1.0 - t[k]) - others, p - t[k]);
        terms.add(M::template divergence<P>(t[k], p, -minus, parameters));
        const Mask weighed = t[k] != 0.0;
        if (any(weighed)) terms.add(where(weighed, t[k] * depth<P>(at, at.c.row[k], p)));
        targets.add(t[k]);
        g[k] = minus;
    }
    const Pack lacking = -rounded(add(targets.across(shape), splat(-1.0)));
    return value_of(terms, shape) + surplus(at, lacking);
}

// Where the label's entry stands in a strand, for the row in lane l; -1 for a label that is none
// or is masked out.
SOFTGRAD_INLINE Index place_of_label(Pack label, Index l, const Mask* keep, const Shape& shape) {
    const Index entry = static_cast<Index>(label[l]);
    if (entry < 0) return -1;
    const Index place = shape.lanes_are_rows ? entry * lanes + l : entry;
    return !keep || keep[place / lanes][place % lanes] ? place : -1;
}

// The same for the target that is 1 at a label.
template <class M, class P>
Pack sparse_loss_of_label(const SparseStrand& at, Pack label, const Mask* keep, Pack* g,
                          const Shape& shape, const double* parameters) {
    const Candidates& c = at.c;
    const Index rows = shape.lanes_are_rows ? lanes : 1;
    Pack found = {}, p = {}, z = {};
    Index place[lanes];
    for (Index l = 0; l < rows; ++l) {
        place[l] = place_of_label(label, l, keep, shape);
        if (place[l] < 0) continue;
        found[l] = 1.0;
        p[l] = numbers_of(g)[place[l]];
        z[l] = numbers_of(c.row)[place[l]];
    }
    Total<P> terms, others;
    Pack number = {};
    for (Index k = 0; k < c.shape.packs; ++k, number += 1.0) {
        const Mask is_label = (shape.lanes_are_rows ? number : c.places[k]) == label;
        const Pack other = where(~is_label, c.p[k]);
        terms.add(M::template divergence_of_none<P>(other, parameters));
        others.add(other);
    }
    const Pack one = splat(1.0), q = rounded(others.across(shape));
    const Pack minus = select(p > majority, -q, p - 1.0);
    const Pack own = M::template divergence<P>(one, p, -minus, parameters) + depth<P>(at, z, p);
    for (Index l = 0; l < rows; ++l) {
        if (place[l] >= 0) numbers_of(g)[place[l]] = minus[l];
    }
    const Pack loss =
        value_of(terms, shape) + select(found > 0.0, own, surplus(at, one)) + c.unknown;
    return shape.lanes_are_rows ? loss : splat(loss[0]);
}

template <class M, class P>
void sparse_fenchel_young(Tile& tile) {
    const Shape& shape = tile.shape;
    const double* parameters = tile.parameters_of_activation;
    const SparseRoom room(shape);
    for (Index s = 0; s < shape.strands; ++s) {
        const Index start = s * shape.packs;
        Pack* g = tile.gradient + start;
        const SparseStrand at = sparse_strand<M, P>(tile.z + start, shape, parameters, room, g);
        const Candidates& c = at.c;
        if (tile.hessian) {
            const SparseWeights<M, P> weights(c.p, c.shape, parameters, room);
            write(
                c, [&](Index k) { return weights.jacobian_diagonal(k); }, Pack{},
                tile.hessian + start, shape, room);
        }
        if (!shape.lanes_are_rows) spread(c, c.p, c.unknown, g, shape.packs);
        if (tile.label) {
            const Mask* keep = tile.keep ? tile.keep + start : nullptr;
            tile.value[s] +=
                sparse_loss_of_label<M, P>(at, tile.label[s], keep, g, shape, parameters);
        } else {
            tile.value[s] +=
                sparse_loss_of_targets<M, P>(at, tile.target + start, g, shape, parameters);
        }
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
