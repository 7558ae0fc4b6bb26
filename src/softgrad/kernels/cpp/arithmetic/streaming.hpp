// Stores past the caches, for results that are larger than they are: memory that is about to be
// overwritten need not be read first.
#pragma once

#include "../jobs.hpp"
#include "numbers.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline constexpr Index larger_than_caches = Index{1} << 24;  // bytes

// Over the logits themselves there is nothing to read.
inline bool is_worth_streaming(const Job& job) {
    const Index results = bool(job.second_output) ? 2 : 1;
    return job.output.at.data != job.logits.at.data &&
           results * job.rows * job.classes * size_of(job.logits.storage) > larger_than_caches;
}

// Four numbers of 16 bits are half of what one instruction streams.
template <class Vector>
inline constexpr bool has_pieces_to_stream = sizeof(Vector) % 16 == 0;

template <class Vector>
SOFTGRAD_INLINE void stream(char* to, Vector x) {
#if defined(__SSE2__)
    if constexpr (has_pieces_to_stream<Vector>) {
        __m128 part[sizeof(Vector) / 16];
        std::memcpy(part, &x, sizeof x);
        for (std::size_t i = 0; i < sizeof(Vector) / 16; ++i) {
            _mm_stream_ps(reinterpret_cast<float*>(to) + 4 * i, part[i]);
        }
        return;
    }
#endif
    store_unaligned(to, x);
}

// The same in one instruction where `to` is a multiple of the vector's size: a cache line that leaves
// in pieces costs up to twice as much.
template <class Vector>
SOFTGRAD_INLINE void stream_whole(char* to, Vector x) {
#if defined(__AVX512F__)
    if constexpr (sizeof x == 64) {
        return _mm512_stream_si512(reinterpret_cast<__m512i*>(to), reinterpret_bits<__m512i>(x));
    }
#endif
#if defined(__AVX2__)
    if constexpr (sizeof x == 32) {
        return _mm256_stream_si256(reinterpret_cast<__m256i*>(to), reinterpret_bits<__m256i>(x));
    }
#endif
    stream(to, x);
}

// A run of memory that is written from one end to the other. Its whole cache lines are streamed;
// the lines at its ends are shared with other runs, and half a line that leaves the processor
// costs as much as many whole ones.
class StreamedRun {
public:
    StreamedRun(char* from, Index bytes, bool wanted) {
        const auto start = reinterpret_cast<std::uintptr_t>(from);
        if (!wanted || start % 16 != 0) return;
        constexpr std::uintptr_t line = 64;
        first_ = from + (line - start % line) % line;
        last_ = from + bytes - (start + static_cast<std::uintptr_t>(bytes)) % line;
        if (last_ < first_) first_ = last_ = nullptr;
    }

    template <class Vector>
    SOFTGRAD_INLINE void put(char* at, Vector x) const {
        if (at >= first_ && at + sizeof x <= last_) {
            stream(at, x);
        } else if (!last_ || !has_pieces_to_stream<Vector>) {
            store_unaligned(at, x);
        } else {
            put_at_an_end(at, x);
        }
    }

    bool streams() const { return last_; }

    // Where its whole cache lines begin, and where they end.
    const char* first_line() const { return first_; }
    const char* end_of_lines() const { return last_; }

    // The whole of the run.
    void put_bytes(char* at, const char* from, Index bytes) const {
        if (!streams()) {
            std::memcpy(at, from, static_cast<std::size_t>(bytes));
            return;
        }
        const Index start = first_ - at, end = last_ - at;
        std::memcpy(at, from, static_cast<std::size_t>(start));
        for (Index i = start; i < end; i += static_cast<Index>(sizeof(Pack))) {
            stream_whole(at + i, load_unaligned<Pack>(from + i));
        }
        std::memcpy(at + end, from + end, static_cast<std::size_t>(bytes - end));
    }

private:
    template <class Vector>
    void put_at_an_end(char* at, Vector x) const {
        constexpr std::size_t pieces = sizeof(Vector) / 16;
        typedef float Piece __attribute__((vector_size(16)));
        Piece piece[pieces];
        std::memcpy(piece, &x, sizeof x);
        for (std::size_t i = 0; i < pieces; ++i, at += 16) {
            const bool whole = (at >= first_) && (at + 16 <= last_);
            whole ? stream(at, piece[i]) : store_unaligned(at, piece[i]);
        }
    }

    char* first_ = nullptr;
    char* last_ = nullptr;
};

// Makes what was streamed visible to other threads before what is written next.
inline void finish_streams() {
#if defined(__SSE2__)
    _mm_sfence();
#endif
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
