// Stages of the sparse maps: what a map M of alpha > 1 supplies, and what all of them share.
//
//     scale, reach(parameters)  x = scale (z - max z), and where x <= -reach, p = 0
//     bound(x, ...)             a bound from below for the cut of x, from some entries alone
//     solve<P>(c, room, ...)    fills c.p; returns the cut of z - max z, as a sum of two numbers
//     alpha, weight<P>          alpha, and p^(2 - alpha)
//     least(parameters)         where p is smaller, the weight is that of this one
//     divergence<P>(t, p, d)    [t^alpha - p^alpha - alpha p^(alpha-1) d] / (alpha (alpha - 1)),
//     divergence_of_none<P>(p)  d = t - p; and the same for t = 0
#pragma once

#include "sparse_candidates.hpp"
#include "sparse_derivatives.hpp"
#include "stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A strand at its cut.
struct SparseStrand {
    Candidates c;
    Pair cut;  // of z - top
};

// `p` is where the probabilities go if every entry is a candidate.
template <class M, class P>
SOFTGRAD_INLINE SparseStrand sparse_strand(const Pack* z, const Shape& shape,
                                           const double* parameters, const SparseRoom& room,
                                           Pack* p) {
    SparseStrand found{candidates_of<M>(z, shape, parameters, room, p), {}};
    const Candidates& c = found.c;
    if (c.shape.packs > 0) found.cut = M::template solve<P>(c, room, parameters);
    const Mask known = absolute(found.cut.high) < infinity;  // not in an empty row
    found.cut = {where(known, found.cut.high), where(known, found.cut.low)};
    if (any(is_nan(c.unknown))) {
        for (Index k = 0; k < c.shape.packs; ++k) c.p[k] += c.unknown;
    }
    return found;
}

// The sum of all probabilities but one that is larger than the others together: 1 - p of that.
template <class P>
Pack minority(const Candidates& c) {
    Total<P> sum;
    for (Index k = 0; k < c.shape.packs; ++k) sum.add(where(~(c.p[k] > majority), c.p[k]));
    return rounded(sum.across(c.shape));
}

// Writes a function of each candidate's number, and `elsewhere` at the other entries.
template <class Function>
SOFTGRAD_INLINE void write(const Candidates& c, Function function, Pack elsewhere, Pack* to,
                           const Shape& shape, const SparseRoom& room) {
    Pack* packed = shape.lanes_are_rows ? to : room.results();
    for (Index k = 0; k < c.shape.packs; ++k) packed[k] = function(k);
    if (!shape.lanes_are_rows) spread(c, packed, elsewhere + c.unknown, to, shape.packs);
}

template <class M, class P>
void sparse_forward(Tile& tile) {
    const Shape& shape = tile.shape;
    const Side& heads = tile.heads;
    const SparseRoom room(shape);
    for (Index s = 0; s < shape.strands; ++s) {
        const Index start = s * shape.packs;
        const SparseStrand at =
            sparse_strand<M, P>(tile.z + start, shape, tile.parameters_of_activation, room,
                                heads.p ? heads.p + start : room.probabilities());
        const Candidates& c = at.c;
        if (heads.p && !shape.lanes_are_rows) {
            spread(c, c.p, c.unknown, heads.p + start, shape.packs);
        }
        if (!heads.q && !heads.log) continue;
        const Pack others = minority<P>(c);
        if (heads.q) {
            const auto q = [&](Index k) { return select(c.p[k] > majority, others, 1.0 - c.p[k]); };
            write(c, q, splat(1.0), heads.q + start, shape, room);
        }
        if (heads.log) {
            const Pack log_of_large = log_one_plus(-others);
            const auto log = [&](Index k) {
                return select(c.p[k] > majority, log_of_large, logarithm(c.p[k]));
            };
            write(c, log, splat(-infinity), heads.log + start, shape, room);
        }
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
