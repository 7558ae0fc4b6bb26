// A tile: some rows of logits in cache, in double precision, and what the stages make of them.
//
// Rows are worked on in strands. A strand is `packs` packs of one of two kinds, and the same stage
// code serves both:
//   lanes are rows     a strand is `lanes` rows; pack j holds entry j of each of them
//   lanes are classes  a strand is one row; pack k holds entries k * lanes, k * lanes + 1, ...,
//                      the last one filled up with entries that count nothing
// What differs is only what a sum over the row is (`across`) and which entry a lane holds.
#pragma once

#include "../arithmetic/error_free.hpp"
#include "../jobs.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The shape of a tile's strands, and the sums over a row.
struct Shape {
    Index classes;  // entries of a row
    Index packs;    // packs of a strand
    Index strands;
    bool lanes_are_rows;

    // From one partial sum (maximum) a lane to that of its row, in every lane.
    SOFTGRAD_INLINE Pack across(Pack partial) const {
        return lanes_are_rows ? partial : splat(lane_sum(partial));
    }
    SOFTGRAD_INLINE Pack across_maximum(Pack partial) const {
        return lanes_are_rows ? partial : splat(lane_maximum(partial));
    }
    // The number of the entry in each lane of pack k, as doubles.
    SOFTGRAD_INLINE Pack entry_numbers(Index k) const {
        return lanes_are_rows ? splat(static_cast<double>(k))
                              : lane_numbers() + static_cast<double>(k * lanes);
    }
};

// One side of the output: the output itself, or for coins 1 - p. Arrays of entries; null where no
// stage asked for them. Of weights g normalised to sum to 1, `first` and `second` are g'/g and
// g''/g, and tails.second is (log g)''; exponentials, where they are numbers, leave them alone.
struct Side {
    Pack* p;       // the output
    Pack* q;       // 1 - p, without subtraction where p is near 1
    Pack* log;     // log p
    Pack* first;   // entry by entry, the derivative of what the loss lives on: p, or log p
    Pack* second;  // its second derivative
};

// What a loss lives on.
enum class Form { output, log, logits };

struct Tile;

// Of a loss with the Hessian H: writes y.H y for each entry's y of the strand that starts at
// `start`, `own` at the entry and -`factor` `step` elsewhere. Without a factor that is 1, and steps
// add up to 1.
using StepSquares = void (*)(const Tile& tile, Index start, const Pack* own, const Pack* factor,
                             const Pack* step, Pack* to);

struct Tile {
    Shape shape;
    // Entries: strand s has its packs from s * packs on.
    Pack* z;        // logits; entries that are masked out hold what the activation calls neutral
    Side heads;
    Side tails;     // coins under a two-sided loss on logarithms only
    Pack* target;   // t, 0 at masked entries
    Pack* gradient; // by the loss's form after the loss, by the logits after the pullback
    Pack* hessian;  // the diagonal of the Hessian, likewise; null where nobody asked for it
    // Of maps of whole rows, the part left right^T + right left^T of the loss's Hessian; null where
    // there is none. Entry by entry it is in the diagonal already, where it may cancel.
    Pack* left;
    Pack* right;
    StepSquares steps;  // of maps of rows, for a loss's Hessian that is no diagonal and pair
    Mask* keep;  // entries that count; null where all do
    // Rows: one pack a strand.
    Pack* value;  // the loss
    Pack* missing;  // 1 - sum p, where a class that is no entry takes a share; null where none does
    Pack* label;  // the label as a number where targets are labels, else null; -1 for none
    const double* parameters_of_activation;
    const double* parameters_of_loss;
    Form form;  // what the loss lives on
    bool by_output;  // under Form::log, whether the Hessian is wanted less diag(gradient)
    bool on_classes;  // whether outputs are those of one class a row, not of coins or values
    bool has_complement;  // whether heads.q is 1 - p: not of values and logarithms
    double neutral;  // the logit of what cannot occur
    double slope;  // a = g'/g where it is one number: of exponentials

    Index entries() const { return shape.strands * shape.packs; }
};

// A copy of hyper-parameters: those of a tile would be read anew after each store.
struct Parameters {
    double numbers[most_parameters];

    SOFTGRAD_INLINE explicit Parameters(const double* given) {
        for (int i = 0; i < most_parameters; ++i) numbers[i] = given[i];
    }
    SOFTGRAD_INLINE operator const double*() const { return numbers; }
};

// `x` at entries that count, 0 at the others.
SOFTGRAD_INLINE Pack kept(const Tile& tile, Index entry, Pack x) {
    return tile.keep ? where(tile.keep[entry], x) : x;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
