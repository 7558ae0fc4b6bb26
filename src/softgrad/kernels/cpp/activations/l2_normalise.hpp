// f = z / rho with rho = sqrt(sum z^2 + e). With P = I - f f^T,
//
//     J                 P / rho, which is symmetric
//     sum u_k Hess f_k  -(s P + f w^T + w f^T) / rho^2  for s = f.u and w = P u
//
// At most one f_k^2 exceeds 1/2, and only there 1 - f_k^2 would cancel: it is (the other squares) /
// (all squares). 1 / rho and that are computed anew from the logits by each stage.
#pragma once

#include "../stages/exponentials.hpp"
#include "../stages/stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct RowLength {
    Pack size;  // the largest |z|
    Pack unit;  // z times this is at most 4: a power of two, so that nothing is rounded
    Pack inverse;  // f / (unit z)
    Pack slope;  // 1 / rho; 0 where nothing changes: beside an infinity, or at z = 0 with e = 0
    Pack rest;  // 1 - f^2 at the entry where f^2 > 1/2

    template <class P>
    static RowLength of(const Pack* z, const Shape& shape, double epsilon) {
        RowLength row;
        Pack size = {};
        for (Index k = 0; k < shape.packs; ++k) size = largest(absolute(z[k]), size);
        row.size = shape.across_maximum(size);
        const Pack least = largest(square_root(splat(epsilon)), splat(0x1p-1022));
        const Pack bound = smallest(largest(row.size, least), splat(0x1p1022));
        row.unit = pack_of((2046 - (bits_of(bound) >> 52)) << 52);

        Pack top = {};
        Total<P> others;
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack x = z[k] * row.unit, square = x * x;
            others.add(smallest(top, square));  // NaN comes through
            top = largest(square, top);
        }
        const Pack row_top = shape.across_maximum(top);
        others.add(where(top != row_top, top));
        const Pack surplus = shape.across(where(top == row_top, splat(1.0))) - 1.0;
        const Pair squares = add(others.across(shape), surplus * row_top);
        const Pair rest = add(squares, epsilon * row.unit * row.unit);
        const Pack total = rounded(add(rest, row_top));
        row.inverse = where(total != 0.0, 1.0 / square_root(total));
        row.slope = where(row.size < infinity, row.inverse * row.unit);
        row.rest = where(row.size < infinity, rounded(rest) / total);
        return row;
    }
};

// Where f_k^2 is taken as more than 1/2; a little more, so that rounding never finds two.
SOFTGRAD_INLINE Mask is_pivot(Pack f) { return f * f > 0.5 + 0x1p-20; }

// P u in place of u; returns f.u.
SOFTGRAD_INLINE Pack project(Pack* u, const Pack* f, Pack rest, const Shape& shape) {
    Pack others = {}, at_pivot = {};
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack along = f[k] * u[k];
        others += where(~is_pivot(f[k]), along);
        at_pivot += where(is_pivot(f[k]), along);
    }
    others = shape.across(others);
    const Pack all = others + shape.across(at_pivot);
    for (Index k = 0; k < shape.packs; ++k) {
        u[k] = select(is_pivot(f[k]), rest * u[k] - f[k] * others, u[k] - f[k] * all);
    }
    return all;
}

struct L2Normalise {
    template <class P>
    static void forward(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Pack* z = tile.z + s * shape.packs;
            Pack* f = tile.heads.p + s * shape.packs;
            const RowLength row = row_at<P>(tile, s);
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack near = (z[k] * row.unit) * row.inverse;
                // 1 - (1 - f) is f rounded once, so that f = 1 - tiny is 1.
                const Pack nearer = with_sign_of(1.0 - row.rest / (1.0 + absolute(near)), near);
                f[k] = select(is_pivot(near), nearer, near);
            }
            if (any(row.size == infinity)) settle_limits(f, z, shape);
        }
    }

    // One infinity takes all, several leave nothing defined.
    static void settle_limits(Pack* f, const Pack* z, const Shape& shape) {
        Pack infinities = {}, broken = {};
        for (Index k = 0; k < shape.packs; ++k) {
            infinities += where(absolute(z[k]) == infinity, splat(1.0));
            broken += where(is_nan(z[k]), splat(1.0));
        }
        infinities = shape.across(infinities);
        const Mask undefined = (infinities > 1.0) | (shape.across(broken) > 0.0);
        const Pack spoilt = where(undefined, splat(not_a_number));
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack limit = where(absolute(z[k]) == infinity, with_sign_of(splat(1.0), z[k]));
            f[k] = select(infinities > 0.0, limit, f[k]) + spoilt;
        }
    }

    template <class P>
    static void pullback(Tile& tile) {
        if (tile.form == Form::logits) return;
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            const Pack* f = tile.heads.p + start;
            Pack* g = tile.gradient + start;
            const RowLength row = row_at<P>(tile, s);
            const Pack along = project(g, f, row.rest, shape);
            if (tile.hessian) {
                if (tile.left) {
                    project(tile.left + start, f, row.rest, shape);
                    project(tile.right + start, f, row.rest, shape);
                }
                diagonal(tile, start, row, along);
            }
            for (Index k = 0; k < shape.packs; ++k) g[k] *= row.slope;
        }
    }

    // J^T H J + the curvature, given P g, P left and P right.
    SOFTGRAD_INLINE static void diagonal(Tile& tile, Index start, const RowLength& row,
                                         Pack along) {
        const Shape& shape = tile.shape;
        const Pack *f = tile.heads.p + start, *g = tile.gradient + start;
        Pack* h = tile.hessian + start;
        const auto left_out = [&](Index k) {
            return select(is_pivot(f[k]), row.rest, 1.0 - f[k] * f[k]);
        };
        if (tile.steps) {
            Pack* own = tile.heads.q + start;
            for (Index k = 0; k < shape.packs; ++k) own[k] = left_out(k);
            tile.steps(tile, start, own, f, f, h);
        }
        Pack all = {}, others = {};
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack spread = h[k] * f[k] * f[k];
            all += spread;
            others += where(~is_pivot(f[k]), spread);
        }
        all = shape.across(all);
        others = shape.across(others);
        for (Index k = 0; k < shape.packs; ++k) {
            const Pack square = f[k] * f[k];
            const Pack rest = left_out(k);
            const Pack elsewhere = select(is_pivot(f[k]), others, all - h[k] * square);
            const Pack carried = multiply_add(h[k] * rest, rest, square * elsewhere);
            Pack sum = tile.steps ? h[k] : carried;
            if (tile.left) sum += 2.0 * tile.left[start + k] * tile.right[start + k];
            sum -= multiply_add(along, rest, 2.0 * f[k] * g[k]);
            h[k] = sum * row.slope * row.slope;
        }
    }

    template <class P>
    static void pushforward(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            const RowLength row = row_at<P>(tile, s);
            project(tile.gradient + start, tile.heads.p + start, row.rest, shape);
            for (Index k = 0; k < shape.packs; ++k) tile.gradient[start + k] *= row.slope;
        }
    }

    template <class P>
    static void bend(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            const Pack* f = tile.heads.p + start;
            Pack *u = tile.left + start, *v = tile.gradient + start;
            const RowLength row = row_at<P>(tile, s);
            const Pack of_u = project(u, f, row.rest, shape);
            Pack across = {};
            for (Index k = 0; k < shape.packs; ++k) across = multiply_add(u[k], v[k], across);
            across = shape.across(across);
            const Pack of_v = project(v, f, row.rest, shape);
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack sum = of_u * v[k] + f[k] * across + u[k] * of_v;
                v[k] = -sum * row.slope * row.slope;
            }
        }
    }

    template <class P>
    static RowLength row_at(const Tile& tile, Index s) {
        const Pack* z = tile.z + s * tile.shape.packs;
        return RowLength::of<P>(z, tile.shape, tile.parameters_of_activation[0]);
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              0.0,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(pullback),
                              SOFTGRAD_STAGES(pushforward),
                              SOFTGRAD_STAGES(bend),
                              Stages{}};
        made.gives_values = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
