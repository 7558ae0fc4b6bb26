// Losses of probabilities and one target an entry in which all entries of a row meet, in float32: what
// such a loss supplies for a loop over raised powers e beside its stages over a tile.
//
// Once it has the sums over a row it says how the gradient by the logits follows from an entry's
// power and target, as
//     e (by_power e + by_target t + constant).
// At a single largest power that would be a difference of large numbers; there it is a sum over all
// others, and so are the parts of the value.
#pragma once

#include "../arithmetic/platform.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct PowerSums {
    // Of all entries but those of the largest power: e^2, e t, t.
    double squares, hits, targets;
    double target_squares;  // of all entries
    double rest;  // the powers of all but one of the largest
    double top;  // the largest power
    double tops, top_targets;  // how many have it, and the sum of their targets

    double total() const { return rest + top; }
    double all_hits() const { return hits + top * top_targets; }
};

struct PowerSlopes {
    double value;
    double by_power, by_target, constant;
    double at_top;  // if one entry alone has the largest power
};

// False where powers in float32 have not the digits of the value.
using WholeRowStage = bool (*)(const PowerSums&, const double* parameters, PowerSlopes&);

// Of -w . u for the unit vector u of the powers and w = t / length; the value is the caller's. (The
// gradient by the powers is orthogonal to these: it needs no sum over the row.)
struct PowersTowards {
    double norm;  // of the powers
    double projection;  // w . u

    PowersTowards(const PowerSums& row, double length, PowerSlopes& found) {
        const double all_squares = row.squares + row.tops * row.top * row.top;
        norm = __builtin_sqrt(all_squares);
        projection = row.all_hits() / norm / length;
        found.by_power = projection / all_squares;
        found.by_target = -1.0 / (norm * length);
        found.constant = 0.0;
        const double u = row.top / norm;
        found.at_top =
            u * (u * row.hits / norm - row.top_targets * row.squares / all_squares) / length;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
