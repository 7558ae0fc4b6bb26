// From arrays in memory to the packs of a tile.
#pragma once

#include "../arithmetic/storage.hpp"
#include "../jobs.hpp"
#include "../stages/tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Which rows of a job a tile holds. Where lanes are rows, the last strand may lack some: they are
// filled with the last row there is, and never written back.
struct TileRows {
    Index first;
    Index count;
    Index end;  // of the part of the job: beyond it, another thread may be writing
};

// Entries of each row; those beyond the row's end, where lanes are classes, become `filling`.
void load_entries(const Entries& from, const TileRows& rows, const Shape& shape, double filling,
                  Pack* to);

// One target an entry; false where one lies outside the limits that the job checks. Masked entries are
// looked at too: whether they count is for the general path to say.
bool load_target_entries(const Job& job, const Entries& from, const TileRows& rows,
                         const Shape& shape, Pack* to);

// All lanes of an entry that counts; entries beyond the row's end do not.
void load_mask(const Matrix& from, const TileRows& rows, const Shape& shape, Mask* to);

// One number a row, in every lane of a strand where lanes are classes.
void load_row_numbers(const Entries& from, const TileRows& rows, const Shape& shape, Pack* to);

// `work` of a number of the type that labels are stored in.
template <class Work>
bool in_integers_of(const Labels& labels, const Work& work) {
    switch (labels.bytes * 2 + (labels.is_signed ? 1 : 0)) {
        case 2: return work(std::uint8_t{});
        case 3: return work(std::int8_t{});
        case 4: return work(std::uint16_t{});
        case 5: return work(std::int16_t{});
        case 8: return work(std::uint32_t{});
        case 9: return work(std::int32_t{});
        case 16: return work(std::uint64_t{});
        default: return work(std::int64_t{});
    }
}

// The label of each row at every `step`-th number of `to`. False where one is not in 0, ...,
// classes - 1, unless classes is 0.
bool load_labels(const Labels& labels, const TileRows& rows, Index classes, Index step, double* to);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
