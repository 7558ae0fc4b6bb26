// Some wide floats worked on at once, operation by operation, so that none waits for the result of
// the operation before.
#pragma once

#include "wide_float.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <int count>
struct Wides {
    WideFloat part[count];

    static constexpr Index lanes_of_all = count * wide_lanes;

    SOFTGRAD_INLINE static Wides of(float x) {
        Wides all;
        for (int i = 0; i < count; ++i) all.part[i] = wide(x);
        return all;
    }
    SOFTGRAD_INLINE static Wides load(const float* from) {
        Wides loaded;
        for (int i = 0; i < count; ++i) {
            loaded.part[i] = load_unaligned<WideFloat>(from + i * wide_lanes);
        }
        return loaded;
    }
};

template <int count>
SOFTGRAD_INLINE Wides<count> square_root(Wides<count> x) {
    for (int i = 0; i < count; ++i) x.part[i] = square_root(x.part[i]);
    return x;
}

// What a comparison gives.
template <int count>
struct WideMasks {
    WideMask part[count];
};

#define SOFTGRAD_WIDES_OPERATOR(sign)                                            \
    template <int count>                                                         \
    SOFTGRAD_INLINE Wides<count> operator sign(Wides<count> a, Wides<count> b) { \
        for (int i = 0; i < count; ++i) a.part[i] = a.part[i] sign b.part[i];    \
        return a;                                                                \
    }                                                                            \
    template <int count>                                                         \
    SOFTGRAD_INLINE Wides<count> operator sign(Wides<count> a, float b) {        \
        for (int i = 0; i < count; ++i) a.part[i] = a.part[i] sign b;            \
        return a;                                                                \
    }                                                                            \
    template <int count>                                                         \
    SOFTGRAD_INLINE Wides<count> operator sign(float a, Wides<count> b) {        \
        for (int i = 0; i < count; ++i) b.part[i] = a sign b.part[i];            \
        return b;                                                                \
    }
SOFTGRAD_WIDES_OPERATOR(+)
SOFTGRAD_WIDES_OPERATOR(-)
SOFTGRAD_WIDES_OPERATOR(*)
SOFTGRAD_WIDES_OPERATOR(/)
#undef SOFTGRAD_WIDES_OPERATOR

template <int count>
SOFTGRAD_INLINE Wides<count> operator-(Wides<count> x) {
    for (int i = 0; i < count; ++i) x.part[i] = -x.part[i];
    return x;
}

template <int count>
SOFTGRAD_INLINE Wides<count> multiply_add(Wides<count> a, Wides<count> b, Wides<count> c) {
    for (int i = 0; i < count; ++i) a.part[i] = multiply_add(a.part[i], b.part[i], c.part[i]);
    return a;
}
template <int count>
SOFTGRAD_INLINE Wides<count> multiply_add(Wides<count> a, Wides<count> b, float c) {
    for (int i = 0; i < count; ++i) a.part[i] = multiply_add(a.part[i], b.part[i], wide(c));
    return a;
}
template <int count>
SOFTGRAD_INLINE Wides<count> multiply_add(Wides<count> a, float b, Wides<count> c) {
    for (int i = 0; i < count; ++i) a.part[i] = multiply_add(a.part[i], wide(b), c.part[i]);
    return a;
}
template <int count>
SOFTGRAD_INLINE Wides<count> multiply_add(Wides<count> a, float b, float c) {
    for (int i = 0; i < count; ++i) a.part[i] = multiply_add(a.part[i], wide(b), wide(c));
    return a;
}

#define SOFTGRAD_WIDES_COMPARISON(sign)                                              \
    template <int count>                                                             \
    SOFTGRAD_INLINE WideMasks<count> operator sign(Wides<count> a, Wides<count> b) { \
        WideMasks<count> mask;                                                       \
        for (int i = 0; i < count; ++i) mask.part[i] = a.part[i] sign b.part[i];     \
        return mask;                                                                 \
    }                                                                                \
    template <int count>                                                             \
    SOFTGRAD_INLINE WideMasks<count> operator sign(Wides<count> a, float b) {        \
        return a sign Wides<count>::of(b);                                           \
    }
SOFTGRAD_WIDES_COMPARISON(<)
SOFTGRAD_WIDES_COMPARISON(>)
SOFTGRAD_WIDES_COMPARISON(<=)
SOFTGRAD_WIDES_COMPARISON(>=)
SOFTGRAD_WIDES_COMPARISON(==)
SOFTGRAD_WIDES_COMPARISON(!=)
#undef SOFTGRAD_WIDES_COMPARISON

template <int count>
SOFTGRAD_INLINE WideMasks<count> is_nan(Wides<count> x) {
    return x != x;
}

// A NaN in x passes.
template <int count>
SOFTGRAD_INLINE Wides<count> largest(Wides<count> bound, Wides<count> x) {
    for (int i = 0; i < count; ++i) x.part[i] = largest(bound.part[i], x.part[i]);
    return x;
}
template <int count>
SOFTGRAD_INLINE Wides<count> smallest(Wides<count> bound, Wides<count> x) {
    for (int i = 0; i < count; ++i) x.part[i] = smallest(bound.part[i], x.part[i]);
    return x;
}
template <int count>
SOFTGRAD_INLINE Wides<count> largest(float bound, Wides<count> x) {
    for (int i = 0; i < count; ++i) x.part[i] = largest(wide(bound), x.part[i]);
    return x;
}
template <int count>
SOFTGRAD_INLINE Wides<count> smallest(float bound, Wides<count> x) {
    for (int i = 0; i < count; ++i) x.part[i] = smallest(wide(bound), x.part[i]);
    return x;
}

template <int count>
SOFTGRAD_INLINE Wides<count> absolute(Wides<count> x) {
    for (int i = 0; i < count; ++i) {
        const WideBits size = reinterpret_cast<WideBits>(x.part[i]) & 0x7fffffffu;
        x.part[i] = reinterpret_cast<WideFloat>(size);
    }
    return x;
}
template <int count>
SOFTGRAD_INLINE Wides<count> with_sign_of(Wides<count> size, Wides<count> sign) {
    for (int i = 0; i < count; ++i) {
        const WideBits bit = reinterpret_cast<WideBits>(sign.part[i]) & 0x80000000u;
        const WideBits rest = reinterpret_cast<WideBits>(size.part[i]) & 0x7fffffffu;
        size.part[i] = reinterpret_cast<WideFloat>(rest | bit);
    }
    return size;
}

// 2^n from n + 127 in the last bits.
template <int count>
SOFTGRAD_INLINE Wides<count> from_last_bits(Wides<count> x) {
    for (int i = 0; i < count; ++i) {
        x.part[i] = reinterpret_cast<WideFloat>(reinterpret_cast<WideBits>(x.part[i]) << 23);
    }
    return x;
}
// 1 / power for a power of two between 2^-126 and 2^126.
template <int count>
SOFTGRAD_INLINE Wides<count> inverse_of_power(Wides<count> power) {
    for (int i = 0; i < count; ++i) {
        power.part[i] =
            reinterpret_cast<WideFloat>(0x7f000000u - reinterpret_cast<WideBits>(power.part[i]));
    }
    return power;
}

template <int count>
SOFTGRAD_INLINE WideMasks<count> operator|(WideMasks<count> a, WideMasks<count> b) {
    for (int i = 0; i < count; ++i) a.part[i] |= b.part[i];
    return a;
}
template <int count>
SOFTGRAD_INLINE WideMasks<count> operator&(WideMasks<count> a, WideMasks<count> b) {
    for (int i = 0; i < count; ++i) a.part[i] &= b.part[i];
    return a;
}
template <int count>
SOFTGRAD_INLINE WideMasks<count> operator~(WideMasks<count> a) {
    for (int i = 0; i < count; ++i) a.part[i] = ~a.part[i];
    return a;
}
template <int count>
SOFTGRAD_INLINE bool any(WideMasks<count> mask) {
    WideMask found = mask.part[0];
    for (int i = 1; i < count; ++i) found |= mask.part[i];
    return any(found);
}
template <int count>
SOFTGRAD_INLINE Wides<count> select(WideMasks<count> mask, Wides<count> yes, Wides<count> no) {
    for (int i = 0; i < count; ++i) yes.part[i] = mask.part[i] ? yes.part[i] : no.part[i];
    return yes;
}

// 0 where the mask is off, whatever x is there.
template <int count>
SOFTGRAD_INLINE Wides<count> where(WideMasks<count> mask, Wides<count> x) {
    for (int i = 0; i < count; ++i) {
        const WideBits bits = reinterpret_cast<WideBits>(mask.part[i]);
        x.part[i] = reinterpret_cast<WideFloat>(reinterpret_cast<WideBits>(x.part[i]) & bits);
    }
    return x;
}
// -1, 0 or 1; 0 and NaN are their own signs.
template <int count>
SOFTGRAD_INLINE Wides<count> sign_of(Wides<count> x) {
    using Some = Wides<count>;
    return select(x > 0.0f, Some::of(1.0f), select(x < 0.0f, Some::of(-1.0f), x));
}

// c[I] + x c[I + 1] + ... up to c[N - 1].
template <int I = 0, int count, int N>
SOFTGRAD_INLINE Wides<count> polynomial(Wides<count> x, const float (&c)[N]) {
    if constexpr (I == N - 2) {
        return multiply_add(x, c[N - 1], c[I]);
    } else {
        return multiply_add(polynomial<I + 1>(x, c), x, c[I]);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
