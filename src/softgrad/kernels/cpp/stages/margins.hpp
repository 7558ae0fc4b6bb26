// Losses that are hinges of margins (rivals.hpp), with the derivatives of both.
#pragma once

#include "rivals.hpp"
#include "stages.hpp"
#include "true_class.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A hinge of margins. H has static functions of a violation: loss, and its derivatives slope and
// bend. With w_c = t_c bend the Hessian is the sum of w_c (e_rival - e_c)(e_rival - e_c)^T.
template <class H>
struct Hinges {
    template <class P>
    static void evaluate(Tile& tile) {
        for (Index s = 0; s < tile.shape.strands; ++s) {
            if (tile.shape.classes == 1) {
                binary(tile, s);
            } else {
                of_classes(tile, s);
            }
        }
    }

    template <class P>
    static void product(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            Pack* x = tile.gradient + start;
            if (shape.classes == 1) {
                for (Index k = 0; k < shape.packs; ++k) x[k] *= tile.hessian[start + k];
                continue;
            }
            const Margins margins(tile, start);
            const Pack at_first = margins.value_at(margins.rivals.first_at, x);
            const Pack at_second = margins.value_at(margins.rivals.second_at, x);
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack rival = select(margins.is_first(k), at_second, at_first);
                const Pack bend = H::bend(margins.violation(k));
                x[k] = margins.weighted(k, bend) * (rival - x[k]);
            }
            margins.pull(x, -1.0);
        }
    }

    static constexpr LossStages stages(const char* name) {
        return {name,
                Form::output,
                false,
                true,
                false,
                false,
                false,
                SOFTGRAD_STAGES(evaluate),
                SOFTGRAD_STAGES(product),
                steps};
    }

    static void steps(const Tile& tile, Index start, const Pack* own, const Pack* factor,
                      const Pack* step, Pack* to) {
        const Index packs = tile.shape.packs;
        if (tile.shape.classes == 1) {
            for (Index k = 0; k < packs; ++k) to[k] = tile.hessian[start + k] * own[k] * own[k];
            return;
        }
        const Margins margins(tile, start);
        const auto weight = [&](Index k) {
            return margins.weighted(k, H::bend(margins.violation(k)));
        };
        const Pack first_at = margins.rivals.first_at, second_at = margins.rivals.second_at;
        const Pack first = margins.value_at(first_at, step);
        const Pack second = margins.value_at(second_at, step);
        const Pack own_first = margins.value_at(first_at, own);
        const Pack factor_first = margins.value_at(first_at, factor);
        Pack others = {}, raised = {}, of_first = {};
        for (Index k = 0; k < packs; ++k) {
            const Pack w = weight(k), gap = step[k] - first;
            const Pack rise = own_first + factor_first * step[k];
            const Mask is_first = margins.is_first(k);
            others += where(~is_first, w * gap * gap);
            raised += where(~is_first, w * rise * rise);
            of_first += where(is_first, w);
        }
        others = tile.shape.across(others);
        raised = tile.shape.across(raised);
        of_first = tile.shape.across(of_first);
        for (Index k = 0; k < packs; ++k) {
            const Pack w = weight(k), gap = step[k] - first, a = factor[k];
            const Mask is_first = margins.is_first(k), is_second = margins.number(k) == second_at;
            const Pack rise = own[k] + a * first, beside = a * (first - second);
            const Pack plain = a * a * (others - w * gap * gap) + w * rise * rise;
            const Pack top = select(is_first, own[k] + a * second, select(is_second, rise, beside));
            to[k] = select(is_first, raised, plain) + of_first * top * top;
        }
    }

private:
    // The violations of a row of several scores.
    struct Margins {
        const Tile& tile;
        const Index start;
        const double margin;
        const Rivals rivals;

        Margins(const Tile& a_tile, Index a_start)
            : tile(a_tile),
              start(a_start),
              margin(a_tile.parameters_of_loss[0]),
              rivals(Rivals::of(a_tile, a_start)) {}

        SOFTGRAD_INLINE Pack number(Index k) const { return tile.shape.entry_numbers(k); }
        SOFTGRAD_INLINE Mask is_first(Index k) const { return number(k) == rivals.first_at; }

        SOFTGRAD_INLINE Pack violation(Index k) const {
            const Pack rival = rivals.of_entry(number(k));
            const Pack gap = margin_gap(rival, tile.heads.p[start + k], margin);
            return positive_part(select(rival == -infinity, rival, gap));
        }
        // The share of the target times x.
        SOFTGRAD_INLINE Pack weighted(Index k, Pack x) const {
            return kept(tile, start + k, counted(tile.target[start + k], x));
        }
        Pack value_at(Pack entry, const Pack* x) const {
            Pack found = {};
            for (Index k = 0; k < tile.shape.packs; ++k) found += where(number(k) == entry, x[k]);
            return tile.shape.across(found);
        }
        // From weights w to the sum of w_c (e_rival + own e_c): the rival is the largest score, and
        // of that itself the second largest.
        void pull(Pack* w, double own) const {
            const Shape& shape = tile.shape;
            Pack of_first = {}, of_others = {};
            for (Index k = 0; k < shape.packs; ++k) {
                of_first += where(is_first(k), w[k]);
                of_others += where(~is_first(k), w[k]);
            }
            of_first = shape.across(of_first);
            of_others = shape.across(of_others);
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack raised =
                    where(is_first(k), of_others) + where(number(k) == rivals.second_at, of_first);
                w[k] = raised + own * w[k];
            }
        }
    };

    // A row of one score r: the violations of "yes" and "no" are max(0, m - r) and max(0, m + r).
    static void binary(Tile& tile, Index s) {
        const double margin = tile.parameters_of_loss[0];
        Pack sum = {};
        for (Index k = 0; k < tile.shape.packs; ++k) {
            const Index e = s * tile.shape.packs + k;
            const Pack r = tile.heads.p[e], t = tile.target[e];
            const Pack yes = positive_part(margin - r), no = positive_part(margin + r);
            sum += kept(tile, e, counted(t, H::loss(yes)) + counted(1.0 - t, H::loss(no)));
            const Pack pull = counted(1.0 - t, H::slope(no)) - counted(t, H::slope(yes));
            tile.gradient[e] = kept(tile, e, pull);
            if (!tile.hessian) continue;
            const Pack bend = counted(1.0 - t, H::bend(no)) + counted(t, H::bend(yes));
            tile.hessian[e] = kept(tile, e, bend);
        }
        tile.value[s] += tile.shape.across(sum);
    }

    static void of_classes(Tile& tile, Index s) {
        const Shape& shape = tile.shape;
        const Index start = s * shape.packs;
        const Margins margins(tile, start);
        Pack sum = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack violation = margins.violation(k);
            sum += margins.weighted(k, H::loss(violation));
            tile.gradient[start + k] = margins.weighted(k, H::slope(violation));
            if (tile.hessian) {
                tile.hessian[start + k] = margins.weighted(k, H::bend(violation));
            }
        }
        tile.value[s] += shape.across(sum);
        margins.pull(tile.gradient + start, -1.0);
        if (tile.hessian) margins.pull(tile.hessian + start, 1.0);
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
