#include "store.hpp"

#include "../arithmetic/transpose.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Entries [j, j + lanes) of `lanes` rows.
template <class T>
SOFTGRAD_INLINE void store_block(char* const (&row)[lanes], Index j, const Pack* from) {
    const Index offset = j * static_cast<Index>(sizeof(T));
    if constexpr (sizeof(T) == sizeof(double)) {
        Pack block[lanes];
        for (Index l = 0; l < lanes; ++l) block[l] = from[l];
        transpose(block);
        for (Index l = 0; l < lanes; ++l) store_unaligned(row[l] + offset, block[l]);
    } else {
        FloatPack block[lanes];
        for (Index l = 0; l < lanes; ++l) block[l] = narrowed(from[l]);
        transpose(block);
        for (Index l = 0; l < lanes; ++l) store_floats<T>(row[l] + offset, block[l]);
    }
}

template <class T>
static void store_strand_of_rows(const Matrix& to, const TileRows& rows, Index strand,
                                 const Shape& shape, const Pack* from) {
    constexpr Index size = sizeof(T);
    const Index first = rows.first + strand * lanes;
    const Index count = rows.count - strand * lanes < lanes ? rows.count - strand * lanes : lanes;
    char* row[lanes];
    for (Index l = 0; l < lanes; ++l) row[l] = to.row(l < count ? first + l : first);
    if (count == lanes && to.entry_stride == size && shape.classes >= lanes) {
        for (Index j = 0; j + lanes <= shape.classes; j += lanes) store_block<T>(row, j, from + j);
        const Index last = shape.classes - lanes;
        store_block<T>(row, last, from + last);
        return;
    }
    for (Index l = 0; l < count; ++l) {
        for (Index j = 0; j < shape.classes; ++j) {
            store_one<T>(row[l] + j * to.entry_stride, from[j][l]);
        }
    }
}

// Strands of rows that stand one after the other without gaps. Blocks of short rows run over into
// the rows that follow, which are written afterwards: the caller sees to it that these are its own.
template <class T>
static void store_dense_strands(char* to, Index strands, const Shape& shape, const Pack* from) {
    const Index bytes = shape.classes * static_cast<Index>(sizeof(T));
    for (Index s = 0; s < strands; ++s, to += lanes * bytes, from += shape.packs) {
        char* row[lanes];
        for (Index l = 0; l < lanes; ++l) row[l] = to + l * bytes;
        if (shape.classes < lanes) {
            Pack block[lanes];
            for (Index l = 0; l < lanes; ++l) block[l] = l < shape.classes ? from[l] : Pack{};
            store_block<T>(row, 0, block);
            continue;
        }
        for (Index j = 0; j + lanes <= shape.classes; j += lanes) store_block<T>(row, j, from + j);
        const Index last = shape.classes - lanes;
        if (last % lanes != 0) store_block<T>(row, last, from + last);
    }
}

// Columns that stand one after the other: each is written as far as the tile goes.
template <class T>
static void store_columns(const Matrix& to, Index first, Index strands, const Shape& shape,
                          const Pack* from) {
    char* column = to.row(first);
    for (Index j = 0; j < shape.classes; ++j, column += to.entry_stride) {
        for (Index s = 0; s < strands; ++s) {
            store_pack<T>(column + s * lanes * static_cast<Index>(sizeof(T)),
                          from[s * shape.packs + j]);
        }
    }
}

template <class T>
static void store_row(const Matrix& to, Index row, const Shape& shape, const Pack* from) {
    char* entry = to.row(row);
    const Index whole = shape.classes / lanes;
    if (to.entry_stride == static_cast<Index>(sizeof(T))) {
        for (Index k = 0; k < whole; ++k, entry += lanes * static_cast<Index>(sizeof(T))) {
            store_pack<T>(entry, from[k]);
        }
    } else {
        for (Index k = 0; k < whole; ++k) {
            for (Index l = 0; l < lanes; ++l, entry += to.entry_stride) {
                store_one<T>(entry, from[k][l]);
            }
        }
    }
    for (Index l = 0; l < shape.classes - whole * lanes; ++l, entry += to.entry_stride) {
        store_one<T>(entry, from[whole][l]);
    }
}

template <class T>
static void store_as(const Matrix& to, const TileRows& rows, const Shape& shape, const Pack* from) {
    Index s = 0;
    const Index bytes = shape.classes * static_cast<Index>(sizeof(T));
    if (shape.lanes_are_rows && to.entry_stride == static_cast<Index>(sizeof(T)) &&
        to.row_stride() == bytes) {
        const Index own = rows.count - (shape.classes < lanes ? lanes : 0);
        s = own < 0 ? 0 : own / lanes;
        store_dense_strands<T>(to.row(rows.first), s, shape, from);
        from += s * shape.packs;
    } else if (shape.lanes_are_rows && to.row_stride() == static_cast<Index>(sizeof(T))) {
        s = rows.count / lanes;
        store_columns<T>(to, rows.first, s, shape, from);
        from += s * shape.packs;
    }
    for (; s < shape.strands; ++s, from += shape.packs) {
        if (shape.lanes_are_rows) {
            store_strand_of_rows<T>(to, rows, s, shape, from);
        } else {
            store_row<T>(to, rows.first + s, shape, from);
        }
    }
}

void store_entries(const Entries& to, const TileRows& rows, const Shape& shape, const Pack* from) {
    switch (to.storage) {
        case Storage::float64: return store_as<double>(to.at, rows, shape, from);
        case Storage::float32: return store_as<float>(to.at, rows, shape, from);
        case Storage::float16: return store_as<Float16>(to.at, rows, shape, from);
        case Storage::bfloat16: return store_as<BFloat16>(to.at, rows, shape, from);
    }
}

void store_row_number(const Entries& to, Index row, double x) {
    char* at = to.at.row(row);
    switch (to.storage) {
        case Storage::float64: return store_one<double>(at, x);
        case Storage::float32: return store_one<float>(at, x);
        case Storage::float16: return store_one<Float16>(at, x);
        case Storage::bfloat16: return store_one<BFloat16>(at, x);
    }
}

void store_row_numbers(const Entries& to, const TileRows& rows, const Shape& shape,
                       const Pack* from) {
    for (Index r = 0; r < rows.count; ++r) {
        const double x = shape.lanes_are_rows ? from[r / lanes][r % lanes] : from[r][0];
        store_row_number(to, rows.first + r, x);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
