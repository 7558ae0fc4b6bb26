// How a job is cut into tiles, and which kind of strands they have.
#pragma once

#include "load.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Packs of one array of a tile: with three or four arrays at work, about half of a 32 KiB cache.
inline constexpr Index packs_of_a_tile = 4096 / pack_bytes;
// What loops keep of each strand must fit beside the tile.
inline constexpr Index most_strands = 32;
// Rows up to this long are worked on side by side, one a lane: shorter ones would waste what a sum
// over lanes costs.
inline constexpr Index few_classes = 96;

// The same where the lanes are those of float32, or the work is little.
inline constexpr Index longest_short_row = 128;

// Whether rows stand side by side in columns, or one after the other without gaps.
inline bool in_columns(const Entries& entries, const Job& job) {
    const Index size = size_of(entries.storage);
    return entries.at.row_stride() == size && (entries.at.entry_stride != size || job.classes == 1);
}

inline bool is_dense(const Entries& entries, const Job& job) {
    const Index size = size_of(entries.storage);
    return entries.at.entry_stride == size && entries.at.row_stride() == job.classes * size;
}

// Whether float32 entries stand one after the other, whichever row they belong to.
inline bool in_one_run(const Entries& entries, const Job& job) {
    return entries.storage == Storage::float32 &&
           (is_dense(entries, job) || (job.classes == 1 && in_columns(entries, job)));
}

struct Tiling {
    Shape shape;        // of a full tile
    Index rows;         // of a full tile

    // Of maps and losses entry by entry, long rows are worked on a piece at a time (`in_pieces`).
    static Tiling of(const Job& job, Index rows_at_hand, bool in_pieces) {
        const Matrix& logits = job.logits.at;
        const Index size = size_of(job.logits.storage);
        const bool columns = logits.row_stride() == size && logits.entry_stride != size;
        const bool lanes_are_rows =
            rows_at_hand >= lanes && (job.classes <= few_classes || columns);
        constexpr Index piece = packs_of_a_tile / 2 * lanes;
        const Index classes =
            in_pieces && !lanes_are_rows && job.classes > piece ? piece : job.classes;
        const Index packs = lanes_are_rows ? classes : (classes + lanes - 1) / lanes;
        const Index rows_of_a_strand = lanes_are_rows ? lanes : 1;
        const Index most = (rows_at_hand + rows_of_a_strand - 1) / rows_of_a_strand;
        // Columns are read a run at a time: longer ones are worth a tile that fills more of the cache.
        const Index room = packs_of_a_tile * (columns ? 3 : 1) / packs;
        const Index fitting = room < most_strands ? room : most_strands;
        const Index strands = fitting < 1 ? 1 : fitting < most ? fitting : most;
        return {{classes, packs, strands, lanes_are_rows}, strands * rows_of_a_strand};
    }

    // The tile that starts at a row, and has at most what is left of the job's part.
    Shape shape_of(Index count) const {
        Shape part = shape;
        part.strands = shape.lanes_are_rows ? (count + lanes - 1) / lanes : count;
        return part;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
