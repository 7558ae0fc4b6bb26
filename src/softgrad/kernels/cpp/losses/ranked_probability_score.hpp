// sum_k (P_k - T_k)^2 with P_k = p_0 + ... + p_k and T_k = t_0 + ... + t_k; its gradient is
// 2 sum_{k >= i} (P_k - T_k), its Hessian 2 (n - max(i, j)).
//
// P_k - T_k is summed from the start up to the largest p, and from the end beyond it: both sums
// leave out the largest p, whose difference from 1 the others add up to.
#pragma once

#include "../stages/exponentials.hpp"
#include "../stages/separable.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct RankedProbabilityScore {
    template <class P>
    static void evaluate(Tile& tile) {
        for (Index s = 0; s < tile.shape.strands; ++s) evaluate_strand<P>(tile, s);
    }

    // Twice the sums from each entry on of the sums up to each entry.
    template <class P>
    static void product(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            Pack* x = tile.gradient + start;
            Pack up_to = {}, after = {};
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack within = up_to + sums_from_the_start(kept(tile, start + k, x[k]), shape);
                x[k] = kept(tile, start + k, within);
                up_to = shape.lanes_are_rows ? within : splat(within[lanes - 1]);
            }
            for (Index k = shape.packs - 1; k >= 0; --k) {
                const Pack from_here = after + sums_to_the_end(x[k], shape);
                x[k] = kept(tile, start + k, 2.0 * from_here);
                after = shape.lanes_are_rows ? from_here : splat(from_here[0]);
            }
        }
    }

    // Where an entry is raised by what all are lowered by in proportion to w, sums up to an entry
    // before it change by those of w, sums beyond it by what of w is left: their squares add up.
    static void steps(const Tile& tile, Index start, const Pack*, const Pack*, const Pack* w,
                      Pack* to) {
        const Shape& shape = tile.shape;
        const auto counted = [&](Index k, Pack x) { return kept(tile, start + k, x); };
        Pack up_to = {}, squares_before = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack within = up_to + sums_from_the_start(counted(k, w[k]), shape);
            const Pack square = counted(k, within * within);
            to[k] = squares_before + earlier_sums(square, shape);  // one less would cancel
            const Pack squares = squares_before + sums_from_the_start(square, shape);
            up_to = shape.lanes_are_rows ? within : splat(within[lanes - 1]);
            squares_before = shape.lanes_are_rows ? squares : splat(squares[lanes - 1]);
        }
        Pack after = {}, squares_after = {};
        for (Index k = shape.packs - 1; k >= 0; --k) {
            const Pack x = counted(k, w[k]);
            const Pack beyond = after + later_sums(x, shape);
            const Pack from_here = after + sums_to_the_end(x, shape);
            const Pack squares =
                squares_after + sums_to_the_end(counted(k, beyond * beyond), shape);
            to[k] = counted(k, 2.0 * (to[k] + squares));
            after = shape.lanes_are_rows ? from_here : splat(from_here[0]);
            squares_after = shape.lanes_are_rows ? squares : splat(squares[0]);
        }
    }

    static constexpr LossStages stages(const char* name) {
        LossStages made{name,
                        Form::output,
                        false,
                        true,
                        true,
                        false,
                        false,
                        SOFTGRAD_STAGES(evaluate),
                        SOFTGRAD_STAGES(product)};
        made.steps = steps;
        return made;
    }

private:
    template <class P>
    static void evaluate_strand(Tile& tile, Index s) {
        const Shape& shape = tile.shape;
        const Index start = s * shape.packs;
        Pack* gaps = tile.gradient + start;
        for (Index k = 0; tile.hessian && k < shape.packs; ++k) tile.hessian[start + k] = Pack{};
        const Pack largest_at = number_of_largest(tile, start);
        Total<P> sum;
        Pack up_to = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack d = difference(tile, start + k);
            sum.add(d);
            const Pack within = up_to + sums_from_the_start(d, shape);
            gaps[k] = within;
            up_to = shape.lanes_are_rows ? within : splat(within[lanes - 1]);
        }
        // It is 0, but for targets that do not sum to 1.
        Pack total = rounded(sum.across(shape));
        constexpr double rounding = P::precise ? 0x1p-49 : 0x1p-20;
        total = where(~(absolute(total) <= rounding), total);

        Pack after = {}, gaps_after = {}, squares = {};
        for (Index k = shape.packs - 1; k >= 0; --k) {
            const Pack d = difference(tile, start + k);
            const Pack from_here = after + sums_to_the_end(d, shape);
            const Mask before = shape.entry_numbers(k) < largest_at;
            // Without the entry itself, summed anew, for subtracting it would cancel.
            const Pack beyond = after + later_sums(d, shape);
            const Pack gap = kept(tile, start + k, select(before, gaps[k], total - beyond));
            squares = multiply_add(gap, gap, squares);
            const Pack slope = gaps_after + sums_to_the_end(gap, shape);
            gaps[k] = kept(tile, start + k, 2.0 * slope);
            after = shape.lanes_are_rows ? from_here : splat(from_here[0]);
            gaps_after = shape.lanes_are_rows ? slope : splat(slope[0]);
        }
        tile.value[s] += shape.across(squares);
    }

    SOFTGRAD_INLINE static Pack difference(const Tile& tile, Index e) {
        return kept(tile, e, point_at(tile, e, true, true, false).minus_target());
    }

    // The number of the first entry with the largest p.
    static Pack number_of_largest(const Tile& tile, Index start) {
        const Shape& shape = tile.shape;
        Pack top = splat(-1.0);
        for (Index k = 0; k < shape.packs; ++k) {
            top = largest(kept(tile, start + k, tile.heads.p[start + k]), top);
        }
        top = shape.across_maximum(top);
        Pack found = splat(infinity);
        for (Index k = 0; k < shape.packs; ++k) {
            const Mask is_top = kept(tile, start + k, tile.heads.p[start + k]) == top;
            found = smallest(select(is_top, shape.entry_numbers(k), splat(infinity)), found);
        }
        return -shape.across_maximum(-found);
    }

    // Within a pack whose lanes are entries, each lane with those before it, after it, or both.
    SOFTGRAD_INLINE static Pack sums_from_the_start(Pack x, const Shape& shape) {
        if (shape.lanes_are_rows) return x;
        for (Index l = 1; l < lanes; ++l) x[l] += x[l - 1];
        return x;
    }
    SOFTGRAD_INLINE static Pack earlier_sums(Pack x, const Shape& shape) {
        Pack earlier = {};
        if (shape.lanes_are_rows) return earlier;
        for (Index l = 1; l < lanes; ++l) earlier[l] = earlier[l - 1] + x[l - 1];
        return earlier;
    }
    SOFTGRAD_INLINE static Pack sums_to_the_end(Pack x, const Shape& shape) {
        if (shape.lanes_are_rows) return x;
        for (Index l = lanes - 2; l >= 0; --l) x[l] += x[l + 1];
        return x;
    }
    SOFTGRAD_INLINE static Pack later_sums(Pack x, const Shape& shape) {
        Pack later = {};
        if (shape.lanes_are_rows) return later;
        for (Index l = lanes - 2; l >= 0; --l) later[l] = later[l + 1] + x[l + 1];
        return later;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
