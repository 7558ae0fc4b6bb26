// Losses sum_c t_c psi(-log p_c). A file supplies a struct L with static functions of
// (TrueClass, parameters), templates on the precision: psi, its derivatives psi_first and
// psi_second by L = -log p, and their sum psi_by_output without that addition. On log-probabilities
// the gradient is -psi' t, the Hessian psi'' t.
#pragma once

#include <type_traits>

#include "../arithmetic/precision.hpp"
#include "stages.hpp"
#include "total.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// t psi, where a target of 0 counts nothing even if psi is infinite, and NaN stays NaN.
SOFTGRAD_INLINE Pack counted(Pack t, Pack psi) {
    return where(~((t == 0.0) & (psi == psi)), t * psi);
}

// Whether psi looks at p and 1 - p, or like cross-entropy at L alone: a file says so.
template <class L, class = void>
inline constexpr bool needs_probabilities = true;
template <class L>
inline constexpr bool needs_probabilities<L, std::void_t<decltype(L::of_logarithm_alone)>> = false;

// Whether psi(L) = L: a file says so, too.
template <class L, class = void>
inline constexpr bool is_identity = false;
template <class L>
inline constexpr bool is_identity<L, std::enable_if_t<L::psi_is_identity>> = true;

// Whether psi'' + psi' comes without that addition.
template <class L, class = void>
inline constexpr bool has_bend_by_output = false;
template <class L>
inline constexpr bool
    has_bend_by_output<L, std::void_t<decltype(&L::template psi_by_output<Brief>)>> = true;

// With targets one an entry in float32: by a loss's own formulas, in doubles (dense_loop.hpp).
template <class L>
struct DenseTrueClass {
    static constexpr bool through_log = true, first_is_target = is_identity<L>;
    static constexpr double least_value = 0.0;
    using Vector = Pack;
    static bool serves(const double*) { return true; }
    SOFTGRAD_INLINE static DenseTerm<Pack> at(const DensePoint<Pack>& r, const double* parameters) {
        const TrueClass c{r.nll, r.p, r.q};
        return {counted(r.t, L::template psi<Brief>(c, parameters)),
                counted(r.t, L::template psi_first<Brief>(c, parameters))};
    }
};

template <class L>
struct TrueClassLoss {
    static constexpr bool needs_p = needs_probabilities<L>;

    template <class P>
    SOFTGRAD_INLINE static Pack bend_of(const Tile& tile, const TrueClass& c,
                                        const Parameters& parameters) {
        if constexpr (has_bend_by_output<L>) {
            if (tile.by_output) return L::template psi_by_output<P>(c, parameters);
        }
        return L::template psi_second<P>(c, parameters);
    }

    // psi of the label alone: it is computed once a row, not at every entry. (Not of coins, whose
    // other entries are right answers too.)
    template <class P>
    static void evaluate_labels(Tile& tile, Index s) {
        const Parameters parameters(tile.parameters_of_loss);
        const Side& side = tile.heads;
        const Index start = s * tile.shape.packs;
        const Pack label = tile.label[s];
        Pack log = {}, p = {}, q = {}, found = {};
        for (Index k = 0; k < tile.shape.packs; ++k) {
            const Mask here = tile.shape.entry_numbers(k) == label;
            log += where(here, side.log[start + k]);
            if (needs_p) p += where(here, side.p[start + k]);
            if (needs_p) q += where(here, side.q[start + k]);
            // A label that is masked out counts nothing, and so does -1, which is nowhere.
            found += where(here, kept(tile, start + k, splat(1.0)));
        }
        const TrueClass c{-tile.shape.across(log), tile.shape.across(p), tile.shape.across(q)};
        const Pack t = tile.shape.across(found);
        tile.value[s] += counted(t, L::template psi<P>(c, parameters));
        const Pack slope = -counted(t, L::template psi_first<P>(c, parameters));
        const Pack bend = tile.hessian ? counted(t, bend_of<P>(tile, c, parameters)) : t;
        for (Index k = 0; k < tile.shape.packs; ++k) {
            const Mask here = tile.shape.entry_numbers(k) == label;
            tile.gradient[start + k] = where(here, slope);
            if (tile.hessian) tile.hessian[start + k] = where(here, bend);
        }
    }

    template <class P>
    static void evaluate(Tile& tile) {
        const Parameters parameters(tile.parameters_of_loss);
        const Side& side = tile.heads;
        for (Index s = 0; s < tile.shape.strands; ++s) {
            if (tile.label) {
                evaluate_labels<P>(tile, s);
                continue;
            }
            Total<P> sum;
            for (Index k = 0; k < tile.shape.packs; ++k) {
                const Index e = s * tile.shape.packs + k;
                const TrueClass c{-side.log[e], needs_p ? side.p[e] : Pack{},
                                  needs_p ? side.q[e] : Pack{}};
                const Pack t = tile.target[e];
                const Pack value = L::template psi<P>(c, parameters);
                const Pack slope = L::template psi_first<P>(c, parameters);
                const Pack bend = tile.hessian ? bend_of<P>(tile, c, parameters) : t;
                sum.add(kept(tile, e, counted(t, value)));
                tile.gradient[e] = kept(tile, e, -counted(t, slope));
                if (tile.hessian) tile.hessian[e] = kept(tile, e, counted(t, bend));
            }
            tile.value[s] += sum.rounded_across(tile.shape);
        }
    }

    template <class P>
    static void psi_of_rows(Index count, const TrueClass* c, const double* given, Psi* psi) {
        const Parameters parameters(given);
        for (Index i = 0; i < count; ++i) {
            psi[i] = {L::template psi<P>(c[i], parameters),
                      L::template psi_first<P>(c[i], parameters),
                      L::template psi_second<P>(c[i], parameters)};
        }
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made{name,    Form::log, true,  needs_p,
                        needs_p, true,      false, SOFTGRAD_STAGES(evaluate)};
        made.of_entries = true;
        made.has_bend_by_output = has_bend_by_output<L>;
        made.psi_brief = psi_of_rows<Brief>;
        made.psi_precise = psi_of_rows<Precise>;
        made.psi_is_identity = made.is_linear_in_log = is_identity<L>;
        made.take_dense<L, DenseTrueClass<L>>();
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
