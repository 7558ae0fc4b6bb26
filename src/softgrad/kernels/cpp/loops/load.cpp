#include "load.hpp"

#include "../arithmetic/transpose.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// The row in each lane of a strand.
template <class Number>
static void rows_in_lanes(const TileRows& rows, Index strand, Number (&row)[lanes]) {
    for (Index l = 0; l < lanes; ++l) {
        const Index wanted = strand * lanes + l;
        row[l] = rows.first + (wanted < rows.count ? wanted : rows.count - 1);
    }
}

// Entries [j, j + lanes) of `lanes` rows that each have them side by side.
template <class T>
SOFTGRAD_INLINE void load_block(const char* const (&row)[lanes], Index j, Pack* to) {
    const Index offset = j * static_cast<Index>(sizeof(T));
    if constexpr (sizeof(T) == sizeof(double)) {
        Pack block[lanes];
        for (Index l = 0; l < lanes; ++l) block[l] = load_unaligned<Pack>(row[l] + offset);
        transpose(block);
        for (Index l = 0; l < lanes; ++l) to[l] = block[l];
    } else {
        FloatPack block[lanes];
        for (Index l = 0; l < lanes; ++l) block[l] = load_floats<T>(row[l] + offset);
        transpose(block);
        for (Index l = 0; l < lanes; ++l) to[l] = widened(block[l]);
    }
}

template <class T>
static void load_strand_of_rows(const Matrix& from, const TileRows& rows, Index strand,
                                const Shape& shape, Pack* to) {
    constexpr Index size = sizeof(T);
    Index number[lanes];
    rows_in_lanes(rows, strand, number);
    const char* row[lanes];
    for (Index l = 0; l < lanes; ++l) row[l] = from.row(number[l]);
    if (from.entry_stride == size && shape.classes >= lanes) {
        for (Index j = 0; j + lanes <= shape.classes; j += lanes) load_block<T>(row, j, to + j);
        load_block<T>(row, shape.classes - lanes, to + shape.classes - lanes);
        return;
    }
    for (Index j = 0; j < shape.classes; ++j) {
        for (Index l = 0; l < lanes; ++l) to[j][l] = load_one<T>(row[l] + j * from.entry_stride);
    }
}

// Strands of rows that stand one after the other without gaps.
template <class T>
static void load_dense_strands(const char* from, Index strands, const Shape& shape, Pack* to) {
    const Index bytes = shape.classes * static_cast<Index>(sizeof(T));
    for (Index s = 0; s < strands; ++s, from += lanes * bytes, to += shape.packs) {
        const char* row[lanes];
        for (Index l = 0; l < lanes; ++l) row[l] = from + l * bytes;
        if (shape.classes < lanes) {
            Pack block[lanes];
            load_block<T>(row, 0, block);
            for (Index l = 0; l < lanes; ++l) {
                if (l < shape.classes) to[l] = block[l];
            }
            continue;
        }
        for (Index j = 0; j + lanes <= shape.classes; j += lanes) load_block<T>(row, j, to + j);
        // The last block overlaps the one before it.
        const Index last = shape.classes - lanes;
        if (last % lanes != 0) load_block<T>(row, last, to + last);
    }
}

// Columns that stand one after the other: each is read as far as the tile goes.
template <class T>
static void load_columns(const Matrix& from, Index first, Index strands, const Shape& shape,
                         Pack* to) {
    const char* column = from.row(first);
    for (Index j = 0; j < shape.classes; ++j, column += from.entry_stride) {
        for (Index s = 0; s < strands; ++s) {
            to[s * shape.packs + j] =
                load_pack<T>(column + s * lanes * static_cast<Index>(sizeof(T)));
        }
    }
}

template <class T>
static void load_row(const Matrix& from, Index row, const Shape& shape, double filling, Pack* to) {
    const char* entry = from.row(row);
    const Index whole = shape.classes / lanes;
    if (from.entry_stride == static_cast<Index>(sizeof(T))) {
        for (Index k = 0; k < whole; ++k, entry += lanes * static_cast<Index>(sizeof(T))) {
            to[k] = load_pack<T>(entry);
        }
    } else {
        for (Index k = 0; k < whole; ++k) {
            for (Index l = 0; l < lanes; ++l, entry += from.entry_stride) {
                to[k][l] = load_one<T>(entry);
            }
        }
    }
    if (whole == shape.packs) return;
    Pack last = splat(filling);
    for (Index l = 0; l < shape.classes - whole * lanes; ++l, entry += from.entry_stride) {
        last[l] = load_one<T>(entry);
    }
    to[whole] = last;
}

template <class T>
static void load_as(const Matrix& from, const TileRows& rows, const Shape& shape, double filling,
                    Pack* to) {
    Index s = 0;
    const Index bytes = shape.classes * static_cast<Index>(sizeof(T));
    if (shape.lanes_are_rows && from.entry_stride == static_cast<Index>(sizeof(T)) &&
        from.row_stride() == bytes) {
        // Blocks of short rows read into the rows that follow: enough of these must be there.
        const Index beyond = shape.classes < lanes ? lanes : 0;
        const Index safe = (rows.end - rows.first - beyond) / lanes;
        s = rows.count / lanes < safe ? rows.count / lanes : safe < 0 ? 0 : safe;
        load_dense_strands<T>(from.row(rows.first), s, shape, to);
        to += s * shape.packs;
    } else if (shape.lanes_are_rows && from.row_stride() == static_cast<Index>(sizeof(T))) {
        s = rows.count / lanes;
        load_columns<T>(from, rows.first, s, shape, to);
        to += s * shape.packs;
    }
    for (; s < shape.strands; ++s, to += shape.packs) {
        if (shape.lanes_are_rows) {
            load_strand_of_rows<T>(from, rows, s, shape, to);
        } else {
            load_row<T>(from, rows.first + s, shape, filling, to);
        }
    }
}

void load_entries(const Entries& from, const TileRows& rows, const Shape& shape, double filling,
                  Pack* to) {
    switch (from.storage) {
        case Storage::float64: return load_as<double>(from.at, rows, shape, filling, to);
        case Storage::float32: return load_as<float>(from.at, rows, shape, filling, to);
        case Storage::float16: return load_as<Float16>(from.at, rows, shape, filling, to);
        case Storage::bfloat16: return load_as<BFloat16>(from.at, rows, shape, filling, to);
    }
}

bool load_target_entries(const Job& job, const Entries& from, const TileRows& rows,
                         const Shape& shape, Pack* to) {
    // What stands beyond a row's end must not be taken for a target outside.
    const double filling = job.lowest_target > 0.0 ? job.lowest_target : 0.0;
    load_entries(from, rows, shape, filling, to);
    if (!job.checks_target) return true;
    // NaN is neither the least nor the largest. Two of each, so that no one waits for the last.
    Pack least = splat(job.lowest_target), most = splat(job.highest_target);
    Pack other_least = least, other_most = most;
    const Index entries = shape.strands * shape.packs;
    Index e = 0;
    for (; e + 2 <= entries; e += 2) {
        least = smallest(to[e], least);
        most = largest(to[e], most);
        other_least = smallest(to[e + 1], other_least);
        other_most = largest(to[e + 1], other_most);
    }
    if (e < entries) {
        least = smallest(to[e], least);
        most = largest(to[e], most);
    }
    return !any((smallest(least, other_least) < job.lowest_target) |
                (largest(most, other_most) > job.highest_target));
}

void load_mask(const Matrix& from, const TileRows& rows, const Shape& shape, Mask* to) {
    for (Index s = 0; s < shape.strands; ++s) {
        Index number[lanes];
        rows_in_lanes(rows, s, number);
        for (Index k = 0; k < shape.packs; ++k) {
            Mask kept = no_lanes();
            for (Index l = 0; l < lanes; ++l) {
                const Index entry = shape.lanes_are_rows ? k : k * lanes + l;
                const Index row = shape.lanes_are_rows ? number[l] : rows.first + s;
                const bool counts = entry < shape.classes &&
                                    (!from || from.row(row)[entry * from.entry_stride] != 0);
                kept[l] = counts ? -1 : 0;
            }
            to[s * shape.packs + k] = kept;
        }
    }
}

static double row_number(const Entries& from, Index row) {
    const char* at = from.at.row(row);
    return from.storage == Storage::float64 ? load_one<double>(at) : load_one<float>(at);
}

void load_row_numbers(const Entries& from, const TileRows& rows, const Shape& shape, Pack* to) {
    for (Index s = 0; s < shape.strands; ++s) {
        if (!shape.lanes_are_rows) {
            to[s] = splat(row_number(from, rows.first + s));
            continue;
        }
        Index number[lanes];
        rows_in_lanes(rows, s, number);
        for (Index l = 0; l < lanes; ++l) to[s][l] = row_number(from, number[l]);
    }
}

template <class Integer>
static bool load_labels_as(const Labels& labels, const TileRows& rows, Index classes, Index step,
                           double* to) {
    const Index stride = labels.at.row_stride();
    const char* at = labels.at.row(rows.first);
    bool valid = true;
    for (Index r = 0; r < rows.count; ++r) {
        const Integer label =
            load_unaligned<Integer>(stride ? at + r * stride : labels.at.row(rows.first + r));
        // Negative ones are large without their sign, and 64 bits without a sign are out of range.
        valid &= static_cast<std::uint64_t>(static_cast<std::int64_t>(label)) <
                 static_cast<std::uint64_t>(classes);
        to[r * step] = static_cast<double>(static_cast<std::int64_t>(label));
    }
    return valid || classes == 0;
}

bool load_labels(const Labels& labels, const TileRows& rows, Index classes, Index step,
                 double* to) {
    return in_integers_of(labels, [&](auto integer) {
        return load_labels_as<decltype(integer)>(labels, rows, classes, step, to);
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
