// What differs between compilers and instruction sets, and nothing else.
//
// The row kernels are compiled once for each instruction set. Everything they inline lives in a
// namespace of its own per build (SOFTGRAD_INSTRUCTION_SET), because two inline functions of one
// name but different machine code would otherwise be merged by the linker, and the baseline build
// could end up running AVX-512 code.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#ifndef SOFTGRAD_INSTRUCTION_SET
#define SOFTGRAD_INSTRUCTION_SET baseline
#endif

#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
#define SOFTGRAD_HAS_FMA 1
#else
#define SOFTGRAD_HAS_FMA 0
#endif

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

using Index = std::int64_t;

template <class T>
inline constexpr T infinity = std::numeric_limits<T>::infinity();
template <class T>
inline constexpr T not_a_number = std::numeric_limits<T>::quiet_NaN();

// The unsigned integer as wide as T, to build powers of two from their exponent bits.
template <class T>
struct BitsOf;
template <>
struct BitsOf<float> {
    using type = std::uint32_t;
};
template <>
struct BitsOf<double> {
    using type = std::uint64_t;
};

template <class To, class From>
inline To reinterpret_bits(From from) {
    static_assert(sizeof(To) == sizeof(From));
    To to;
    std::memcpy(&to, &from, sizeof to);
    return to;
}

// a * b + c: rounded once where the instruction set can, twice elsewhere.
template <class T>
inline T multiply_add(T a, T b, T c) {
#if SOFTGRAD_HAS_FMA
    if constexpr (sizeof(T) == sizeof(float)) {
        return __builtin_fmaf(a, b, c);
    } else {
        return __builtin_fma(a, b, c);
    }
#else
    return a * b + c;
#endif
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
