#include "../arithmetic/squares.hpp"
#include "../arithmetic/streaming.hpp"
#include "short_rows_tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N>
template <class T>
void ShortRowsTile<N>::store_columns(const Entries& to, Index first, Index strands,
                                     const Vector* from) {
    constexpr Index bytes = N::count * static_cast<Index>(sizeof(T));
    char* column = to.at.row(first);
    LineWriter* lines = lines_[&to == &job_.second_output].get();
    for (Index j = 0; j < job_.classes; ++j, column += to.at.entry_stride) {
        if (lines) {
            LineWriter own = lines[j];
            own.start(reinterpret_cast<float*>(column));
            for (Index s = 0; s < strands; ++s) {
                own.put(reinterpret_cast<WideFloat>(from[s * job_.classes + j]));
            }
            lines[j] = own;
            continue;
        }
        const StreamedRun run(column, strands * bytes, streams_);
        for (Index s = 0; s < strands; ++s) {
            const Vector x = from[s * job_.classes + j];
            if constexpr (bytes == sizeof(Vector)) {
                run.put(column + s * bytes, x);
            } else {
                N::template store<T>(column + s * bytes, x);
            }
        }
    }
}

// Blocks of very short rows run over into rows that are written afterwards.
template <class N>
template <class T>
void ShortRowsTile<N>::store_rows(char* to, Index strands, const Vector* from) const {
    constexpr Index size = sizeof(T), width = Square<N>::width;
    const Index classes = job_.classes;
    for (Index s = 0; s < strands; ++s, from += classes, to += N::count * classes * size) {
        const auto put = [&](Index j) __attribute__((always_inline)) {
            Vector block[width];
            for (Index l = 0; l < width; ++l) block[l] = from[j + l];
            Square<N>::template store<T>(to + j * size, classes * size, block);
        };
        if (classes < width) {
            put(0);
            continue;
        }
        Index j = 0;
        for (; j + width <= classes; j += width) put(j);
        if (j < classes) put(classes - width);
    }
}

template <class N>
template <class T>
void ShortRowsTile<N>::store_by_number(const Entries& to, Index first, Index rows,
                                       const bool* left_out, const Vector* from) const {
    const auto* numbers = reinterpret_cast<const typename N::Number*>(from);
    for (Index r = 0; r < rows; ++r) {
        if (left_out && left_out[r]) continue;
        char* row = to.at.row(first + r);
        for (Index j = 0; j < job_.classes; ++j) {
            const Index at = (r / N::count * job_.classes + j) * N::count + r % N::count;
            store_one<T>(row + j * to.at.entry_stride, static_cast<double>(numbers[at]));
        }
    }
}

template <class N>
template <class T>
void ShortRowsTile<N>::store_as(const Entries& to, Index first, Index rows, const bool* left_out,
                                Vector* from) {
    if (!left_out && in_columns(to, job_)) {
        const Index strands = rows / N::count, stored = strands * N::count;
        store_columns<T>(to, first, strands, from);
        store_by_number<T>(to, first + stored, rows - stored, nullptr,
                           from + strands * job_.classes);
    } else if (!left_out && is_dense(to, job_)) {
        constexpr Index size = sizeof(T);
        char* row = to.at.row(first);
        const StreamedRun run(row, rows * job_.classes * size, streams_);
        // The last strand may lack rows, and what runs over the one before must find room in it.
        const Index over = Square<N>::width - job_.classes;
        Index direct = run.streams() ? 0 : (rows - 1) / N::count;
        if (direct && (rows - direct * N::count) * job_.classes < over) --direct;
        store_rows<T>(row, direct, from);
        const Index done = direct * N::count * job_.classes;
        store_rows<T>(rows_, (rows + N::count - 1) / N::count - direct,
                      from + direct * job_.classes);
        run.put_bytes(row + done * size, rows_, rows * job_.classes * size - done * size);
    } else {
        store_by_number<T>(to, first, rows, left_out, from);
    }
}

template <class N>
void ShortRowsTile<N>::store(Index first, Index rows, const bool* left_out) {
    const auto put = [&](const Entries& to, Vector* from) {
        if (!to) return;
        if constexpr (N::halves == 1) {
            store_as<double>(to, first, rows, left_out, from);
        } else {
            switch (to.storage) {
                case Storage::float16: return store_as<Float16>(to, first, rows, left_out, from);
                case Storage::bfloat16: return store_as<BFloat16>(to, first, rows, left_out, from);
                default: return store_as<float>(to, first, rows, left_out, from);
            }
        }
    };
    put(job_.output, entries_);
    put(job_.second_output, bends_);
}

template <class N>
void ShortRowsTile<N>::finish() {
    for (const auto& lines : lines_) {
        for (Index j = 0; lines && j < job_.classes; ++j) lines[j].finish();
    }
}

template void ShortRowsTile<Singles>::finish();
template void ShortRowsTile<Doubles>::finish();
template void ShortRowsTile<Singles>::store(Index, Index, const bool*);
template void ShortRowsTile<Doubles>::store(Index, Index, const bool*);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
