// exp(z / T) of a whole row, multiplied by one power of two that is chosen for the row.
//
// Softmax does not need exp(z - max z): any factor that all entries share will do. Reduced as it
// is, z = n ln 2 + r (Cody and Waite) loses nothing, where z - max z would be rounded; the row's
// power of two then only shifts n. So no rounding error has to be carried along.
#pragma once

#include "exponential.hpp"
#include "numbers.hpp"
#include "table_exponential.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N>
struct PowerConstants;

template <>
struct PowerConstants<Singles> : ReductionConstants<float> {
    // n * ln2_high is exact for all n of a row that is not too far out.
    static constexpr float ln2_high = has_fma ? 0x1.62e4p-1f : 0x1.62ep-1f;
    static constexpr float ln2_low = has_fma ? 0x1.7f7d1cp-20f : 0x1.0bfbe8p-15f;
    static constexpr double farthest = has_fma ? 11000.0 : 1400.0;
    // Results are about 2^raised at the largest logit, so that quotients of them are rounded to
    // subnormal numbers once; they are 0 then from `lowest` below it.
    static constexpr int raised = 64;
    static constexpr float lowest = -130.0f;
};

template <>
struct PowerConstants<Doubles> : ReductionConstants<double> {
    static constexpr double farthest = has_fma ? 0x1p20 : 5000.0;
    static constexpr int raised = 512;
    static constexpr double lowest = -1060.0;
};

// exp(r) - 1 - r over r^2 for |r| <= ln(2) / 2: minimax fits to the relative error of exp(r)
// (Lawson's iteration at 60 digits), 2^-28.3 and 2^-57.9.
SOFTGRAD_INLINE WideFloat exponential_tail(WideFloat r, WideFloat r2) {
    const WideFloat low = multiply_add(wide(0x1.55549p-3f), r, wide(0x1.fffffcp-2f));
    const WideFloat high = multiply_add(wide(0x1.123a8ep-7f), r, wide(0x1.5558f6p-5f));
    return multiply_add(multiply_add(wide(0x1.6a2314p-10f), r2, high), r2, low);
}
SOFTGRAD_INLINE Pack exponential_tail(Pack r, Pack) {
    return polynomial(r, exponential_constants::precise);
}

// The reciprocal of a temperature, in two numbers.
struct InverseTemperature {
    double high;
    double low;
};

// The powers of one row, or of one row in each lane. Brief ones are for what is stored in 16 bits.
template <class N, bool is_one, bool is_brief = false>
class RaisedPowers {
    using Vector = typename N::Vector;
    using Constants = PowerConstants<N>;

public:
    // Whether what is too large for a number becomes infinite, or NaN, and not some number. (That the
    // table's polynomial is 0 for no float32 number was seen by trying all of them.)
    static constexpr bool overflows = TableExponential::pays && std::is_same_v<N, Singles>;

    // Of rows with these largest logits, or about as large ones; a ghost's is among them.
    RaisedPowers(Vector top, InverseTemperature inverse) : formula_(inverse) {
        const Vector high = all_of<N>(inverse.high);
        exponent_ = Reduction<Vector, Constants>(is_one ? top : top * high).n();
        formula_.raise(all_of<N>(Constants::raised) - exponent_);
        const Vector below = all_of<N>(Constants::lowest);
        lowest_ = top + (is_one ? below : below / high);
    }

    // Of which rows this is not so: too far out for the reduction, infinite, or without a number.
    static auto is_too_far(Vector top, InverseTemperature inverse) {
        const Vector x = is_one ? top : top * static_cast<typename N::Number>(inverse.high);
        return ~(largest(x, -x) <= all_of<N>(Constants::farthest));
    }

    // exp(z / T) 2^(raised - n(top)), within 1.1 ULP; NaN passes.
    SOFTGRAD_INLINE Vector operator()(Vector z) const { return formula_(largest(lowest_, z)); }

    // n(top): powers of two rows, or of two parts of one, differ by the difference of theirs.
    Vector exponent() const { return exponent_; }

private:
    class ByPolynomial {
    public:
        explicit ByPolynomial(InverseTemperature inverse)
            : high_(all_of<N>(inverse.high)), low_(all_of<N>(inverse.low)) {}
        void raise(Vector by) {
            round_ = by + all_of<N>(Constants::round_to_integer + Constants::bias);
        }
        SOFTGRAD_INLINE Vector operator()(Vector z) const {
            const Vector x = is_one ? z : z * high_;
            const Reduction<Vector, Constants> reduced(x, round_);
            Vector r = reduced.r;
            if constexpr (!is_one) {
                r += multiply_add(z, low_, multiply_add(z, high_, -x));
            }
            const Vector r2 = r * r;
            const Vector mantissa = all_of<N>(1.0) + multiply_add(r2, exponential_tail(r, r2), r);
            using Bits = typename N::Bits;
            const Bits power = reinterpret_cast<Bits>(reduced.shifted) << Constants::digits;
            return mantissa * reinterpret_cast<Vector>(power);
        }

    private:
        Vector high_, low_, round_;
    };

    class ByTable {
    public:
        explicit ByTable(InverseTemperature inverse)
            : power_(is_one ? 1.0 : inverse.high + inverse.low) {}
        void raise(Vector by) { raised_ = TableExponential::raised(by); }
        SOFTGRAD_INLINE Vector operator()(Vector z) const {
            return is_brief ? power_.brief(z, raised_) : power_(z, raised_);
        }

    private:
        TableExponential power_;
        WideFloat raised_;
    };

    std::conditional_t<overflows, ByTable, ByPolynomial> formula_;
    Vector exponent_, lowest_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
