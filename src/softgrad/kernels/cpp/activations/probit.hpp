// Phi(z), the normal distribution function, with derivative its density phi(z).
#pragma once

#include "../arithmetic/normal_divergence.hpp"
#include "../stages/coins.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct Probit {
    // Phi(z), phi(z), -z phi(z).
    template <class P>
    SOFTGRAD_INLINE static Jet heads(Pack z, const double*) {
        return {normal_cdf<P>(z), normal_pdf<P>(z), -moment<P>(z)};
    }
    template <class P>
    SOFTGRAD_INLINE static Jet tails(Pack z, const double*) {
        return {normal_cdf<P>(-z), -normal_pdf<P>(z), moment<P>(z)};
    }
    // log Phi, m, -m (z + m), with m = phi / Phi the inverse Mills ratio.
    template <class P>
    SOFTGRAD_INLINE static Jet log_heads(Pack z, const double*) {
        return {log_normal_cdf<P>(z), inverse_mills<P>(z), log_bend<P>(z)};
    }
    template <class P>
    SOFTGRAD_INLINE static Jet log_tails(Pack z, const double*) {
        return {log_normal_cdf<P>(-z), -inverse_mills<P>(-z), log_bend<P>(-z)};
    }
    // z Phi(z) + phi(z) - phi(Phi^-1(t)) - t z.
    template <class P>
    SOFTGRAD_INLINE static Pack excess(Pack z, Pack t, const double*) {
        return normal_divergence(z, t);
    }

private:
    // z phi(z).
    template <class P>
    SOFTGRAD_INLINE static Pack moment(Pack z) {
        constexpr double far = normal_constants::furthest;
        return normal_pdf_times<P>(z, smallest(splat(far), largest(splat(-far), z)));
    }
    // From -1 far left to -z phi(z) far right.
    template <class P>
    SOFTGRAD_INLINE static Pack log_bend(Pack z) {
        const Pack size = smallest(splat(1e8), absolute(z));
        const Pack excess = mills_excess(size);
        const Pack x = smallest(splat(normal_constants::furthest), largest(Pack{}, z));
        const Pack outside = normal_pdf_times<P>(x, (x + inverse_mills<P>(x)) / normal_cdf<P>(x));
        return -select(z < 0.0, (size + excess) * excess, outside);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
