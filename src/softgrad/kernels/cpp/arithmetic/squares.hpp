// Blocks of `width` entries of as many rows as a vector has lanes: from rows in memory to one
// vector an entry, and back. Rows are stored one after the other, so that what a block writes
// beyond a short row is overwritten by the next.
#pragma once

#include "numbers.hpp"
#include "transpose.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N>
struct Square;

template <>
struct Square<Doubles> {
    static constexpr Index width = lanes;

    template <class T>
    SOFTGRAD_INLINE static void load(const char* row, Index stride, Pack (&x)[width]) {
        for (Index l = 0; l < lanes; ++l) x[l] = load_unaligned<Pack>(row + l * stride);
        transpose(x);
    }
    template <class T>
    SOFTGRAD_INLINE static void store(char* row, Index stride, Pack (&x)[width]) {
        transpose(x);
        for (Index l = 0; l < lanes; ++l) store_unaligned(row + l * stride, x[l]);
    }
};

// Four floats, a quarter of a 64-byte register: what x86 shuffles without crossing.
typedef float Quad __attribute__((vector_size(16)));
typedef std::uint16_t HalfQuad __attribute__((vector_size(8)));
typedef std::uint32_t QuadBits __attribute__((vector_size(16)));

template <class T>
SOFTGRAD_INLINE Quad load_quad(const char* from) {
    if constexpr (sizeof(T) == sizeof(float)) {
        return load_unaligned<Quad>(from);
    } else if constexpr (sizeof(FloatPack) == sizeof(Quad)) {
        return reinterpret_cast<Quad>(load_floats<T>(from));
    } else {
        Quad x;
        for (Index l = 0; l < 4; ++l) x[l] = to_float(load_unaligned<T>(from + l * 2));
        return x;
    }
}
template <class T>
SOFTGRAD_INLINE void store_quad(char* to, Quad x) {
    if constexpr (sizeof(T) == sizeof(float)) {
        store_unaligned(to, x);
    } else if constexpr (sizeof(FloatPack) == sizeof(Quad)) {
        // No cast: Clang refuses one to another size here too, where this is not compiled.
        store_floats<T>(to, load_unaligned<FloatPack>(&x));
    } else {
        for (Index l = 0; l < 4; ++l) store_one<T>(to + l * 2, static_cast<double>(x[l]));
    }
}

template <>
struct Square<Singles> {
    static constexpr Index width = 4;
    static constexpr Index quads = wide_lanes / 4;

    // Quad q of vector i is from row 4 q + i.
    template <class T>
    SOFTGRAD_INLINE static void load(const char* row, Index stride, WideFloat (&x)[width]) {
        for (Index i = 0; i < width; ++i) {
            Quad part[quads];
            for (Index q = 0; q < quads; ++q) part[q] = load_quad<T>(row + (4 * q + i) * stride);
            x[i] = joined_quads(part);
        }
        transpose_quads(x);
    }
    template <class T>
    SOFTGRAD_INLINE static void store(char* row, Index stride, WideFloat (&x)[width]) {
        transpose_quads(x);
        for (Index q = 0; q < quads; ++q) {
            for (Index i = 0; i < width; ++i) {
                store_quad<T>(row + (4 * q + i) * stride, quad_of(x[i], q));
            }
        }
    }

private:
    SOFTGRAD_INLINE static WideFloat joined_quads(const Quad (&part)[quads]) {
#if defined(__AVX2__) && !defined(__AVX512F__)
        return __builtin_shufflevector(part[0], part[1], 0, 1, 2, 3, 4, 5, 6, 7);
#elif defined(__AVX512F__)
        // (GCC would go through memory, and wait for it.)
        const __m512 one = _mm512_castps128_ps512((__m128)part[0]);
        const __m512 two = _mm512_insertf32x4(one, (__m128)part[1], 1);
        const __m512 three = _mm512_insertf32x4(two, (__m128)part[2], 2);
        return (WideFloat)_mm512_insertf32x4(three, (__m128)part[3], 3);
#else
        WideFloat x;
        std::memcpy(&x, part, sizeof x);
        return x;
#endif
    }

    SOFTGRAD_INLINE static Quad quad_of(WideFloat x, Index q) {
#if defined(__AVX2__) && !defined(__AVX512F__)
        return reinterpret_cast<Quad>(q == 0 ? lower_floats(x) : upper_floats(x));
#else
        Quad part[quads];
        std::memcpy(part, &x, sizeof x);
        return part[q];
#endif
    }

    // Each quad's own 4 x 4 block.
    SOFTGRAD_INLINE static void transpose_quads(WideFloat (&x)[width]) {
#if defined(__AVX512F__)
#define SOFTGRAD_IN_QUADS(a, b, c, d)                                                           \
    a, b, c, d, a + 4, b + 4, c + 4, d + 4, a + 8, b + 8, c + 8, d + 8, a + 12, b + 12, c + 12, \
        d + 12
#elif defined(__AVX2__)
#define SOFTGRAD_IN_QUADS(a, b, c, d) a, b, c, d, a + 4, b + 4, c + 4, d + 4
#else
#define SOFTGRAD_IN_QUADS(a, b, c, d) a, b, c, d
#endif
        constexpr int n = wide_lanes;
        const WideFloat a = __builtin_shufflevector(x[0], x[1], SOFTGRAD_IN_QUADS(0, n, 1, n + 1));
        const WideFloat b =
            __builtin_shufflevector(x[0], x[1], SOFTGRAD_IN_QUADS(2, n + 2, 3, n + 3));
        const WideFloat c = __builtin_shufflevector(x[2], x[3], SOFTGRAD_IN_QUADS(0, n, 1, n + 1));
        const WideFloat d =
            __builtin_shufflevector(x[2], x[3], SOFTGRAD_IN_QUADS(2, n + 2, 3, n + 3));
        x[0] = __builtin_shufflevector(a, c, SOFTGRAD_IN_QUADS(0, 1, n, n + 1));
        x[1] = __builtin_shufflevector(a, c, SOFTGRAD_IN_QUADS(2, 3, n + 2, n + 3));
        x[2] = __builtin_shufflevector(b, d, SOFTGRAD_IN_QUADS(0, 1, n, n + 1));
        x[3] = __builtin_shufflevector(b, d, SOFTGRAD_IN_QUADS(2, 3, n + 2, n + 3));
#undef SOFTGRAD_IN_QUADS
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
