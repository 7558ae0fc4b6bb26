// What differs between compilers and instruction sets, and nothing else.
//
// Everything under arithmetic/, stages/ and loops/ is compiled once for each instruction set. It
// lives in a namespace of its own per build (SOFTGRAD_INSTRUCTION_SET), because two inline
// functions of one name but different machine code would otherwise be merged by the linker, and
// the baseline build could end up running AVX-512 code.
#pragma once

#include <cstdint>
#include <cstring>
#include <limits>

#ifndef SOFTGRAD_INSTRUCTION_SET
#define SOFTGRAD_INSTRUCTION_SET baseline
#endif

#if !defined(__GNUC__)
#error "the kernels use the vector extensions of GCC and Clang"
#endif

#if defined(__x86_64__) || defined(__i386__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define SOFTGRAD_INLINE inline __attribute__((always_inline))

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

using Index = std::int64_t;

inline constexpr double infinity = std::numeric_limits<double>::infinity();
inline constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

#if defined(__AVX512F__)
inline constexpr int pack_bytes = 64;
#elif defined(__AVX2__)
inline constexpr int pack_bytes = 32;
#else
inline constexpr int pack_bytes = 16;
#endif

#if defined(__FMA__) || defined(__aarch64__)
inline constexpr bool has_fma = true;
#else
inline constexpr bool has_fma = false;
#endif

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
