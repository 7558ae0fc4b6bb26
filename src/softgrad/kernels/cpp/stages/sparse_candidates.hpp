// Which entries of a row a sparse map can give anything.
//
// Only logits less than 1 / (alpha - 1) below the largest one can be in the support, and most rows
// have few of them. Where lanes are classes they are copied to the front of a buffer, and all that
// follows works on those few; where lanes are rows, every entry stays where it is.
#pragma once

#include "exponentials.hpp"
#include "sparse_room.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Candidates {
    Shape shape;          // packs of candidates, and how sums over a row run
    const Pack* z;        // their logits, -inf where a lane has none
    Pack* x;              // (z - top) times the map's scale
    Pack* p;              // where their probabilities go
    const Pack* places;   // lanes are classes: which entries of the row they are,
    Index count;          // and how many
    const Pack* row;      // all logits of the row; beside a +inf, which is 0 then, they are -inf
    Pack top;             // the largest of them, 0 if there is none
    Pack largest_logit;   // the largest logit as it was given
    Pack start;           // the cut of x is nowhere below this
    Pack unknown;         // NaN in rows with a NaN or several +inf, else 0
};

// Copies what is not at most `bound` (a NaN never is) and notes where it was.
inline Index compact(const Pack* row, Index packs, double bound, double* values, double* places) {
    constexpr Index group = 4;
    const double* entries = numbers_of(row);
    Index count = 0;
    for (Index first = 0; first < packs; first += group) {
        const Index end = first + group < packs ? first + group : packs;
        Mask below = all_lanes();
        for (Index k = first; k < end; ++k) below &= row[k] <= bound;
        if (!any(~below)) continue;
        for (Index i = first * lanes; i < end * lanes; ++i) {
            values[count] = entries[i];
            places[count] = static_cast<double>(i);
            count += !(entries[i] <= bound);
        }
    }
    return count;
}

// The largest logits of a strand in each of some parts of it; NaN ignored.
struct PartMaxima {
    static constexpr Index parts = 4;
    Pack most[parts];

    static PartMaxima of(const Pack* row, Index packs) {
        const Pack none = splat(-infinity);
        PartMaxima found{{none, none, none, none}};
        Index k = 0;
        for (; k + parts <= packs; k += parts) {
            for (Index i = 0; i < parts; ++i) found.most[i] = largest(row[k + i], found.most[i]);
        }
        for (; k < packs; ++k) found.most[0] = largest(row[k], found.most[0]);
        return found;
    }
    Pack overall() const { return largest(largest(most[0], most[1]), largest(most[2], most[3])); }
};

// Lanes are classes. The cut of some of a row's entries is a bound for that of all.
template <class M>
void narrow(Candidates& c, const PartMaxima& maxima, const Shape& shape, const double* parameters,
            const SparseRoom& room) {
    Pack x[PartMaxima::parts];
    for (Index i = 0; i < PartMaxima::parts; ++i) x[i] = M::scale * (maxima.most[i] - c.top);
    c.start = M::bound(x, PartMaxima::parts, shape, parameters);
    const double top = c.top[0], below = c.start[0] / M::scale;
    const double rounding = 0x1p-50 * (absolute(c.top)[0] - below);
    double* z = numbers_of(room.logits());
    c.count = compact(c.row, shape.packs, (top + below) - rounding, z, numbers_of(room.places()));
    c.shape.packs = (c.count + lanes - 1) / lanes;
    for (Index i = c.count; i < c.shape.packs * lanes; ++i) z[i] = -infinity;
    c.z = room.logits();
    c.places = room.places();
}

// The candidates of a strand. `p` is where they go if they are all there is.
template <class M>
SOFTGRAD_INLINE Candidates candidates_of(const Pack* row, const Shape& shape,
                                         const double* parameters, const SparseRoom& room,
                                         Pack* p) {
    PartMaxima maxima = PartMaxima::of(row, shape.packs);
    Candidates c{};
    c.shape = shape;
    c.row = row;
    c.top = c.largest_logit = shape.across_maximum(maxima.overall());
    if (any(absolute(c.top) == infinity)) {
        Pack* settled = room.settled();
        for (Index k = 0; k < shape.packs; ++k) settled[k] = row[k];
        settle_infinities(settled, shape, c.top);
        maxima = PartMaxima::of(settled, shape.packs);
        c.row = settled;
        c.top = shape.across_maximum(maxima.overall());
        c.top = select(c.top == -infinity, Pack{}, c.top);
    }
    c.x = room.distances();
    if (shape.lanes_are_rows) {
        c.z = c.row;
        c.p = p;
        c.start = splat(-M::reach(parameters));
    } else {
        narrow<M>(c, maxima, shape, parameters, room);
        c.p = room.probabilities();
    }
    Pack sum = {};  // of numbers <= 0: NaN only if one of them is
    for (Index k = 0; k < c.shape.packs; ++k) {
        const Pack x = M::scale * (c.z[k] - c.top);
        sum += x;
        c.x[k] = x;
    }
    const Mask broken = is_nan(shape.across(sum));
    c.unknown = where(broken, splat(not_a_number));
    if (!shape.lanes_are_rows && any(broken)) c.count = c.shape.packs = 0;
    return c;
}

// Writes a value for each candidate in its place, and another everywhere else.
inline void spread(const Candidates& c, const Pack* values, Pack elsewhere, Pack* row,
                   Index packs) {
    for (Index k = 0; k < packs; ++k) row[k] = elsewhere;
    const double* from = numbers_of(values);
    const double* places = numbers_of(c.places);
    double* to = numbers_of(row);
    for (Index i = 0; i < c.count; ++i) to[static_cast<Index>(places[i])] = from[i];
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
