// Weights normalised to sum to 1: what a vector of changes of the logits makes of p and of log p, and
// of a loss's slopes. a, b, c as in normalised.hpp.
#pragma once

#include "normalised.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// J v = p (a v - p.(a v)); of log p, without the factor p.
template <class P>
void normalised_pushforward(Tile& tile) {
    for (Index s = 0; s < tile.shape.strands; ++s) {
        const Index start = s * tile.shape.packs;
        const Slopes slopes = Slopes::of(tile, start);
        const Pack *p = tile.heads.p + start, *z = tile.z + start;
        Pack* v = tile.gradient + start;
        for (Index k = 0; k < tile.shape.packs; ++k) v[k] *= slopes.first(k);
        if (tile.form == Form::output) {
            centre(v, p, tile.shape, missing_of(tile, s));
            continue;
        }
        const Pack mean = mean_from_pivot(v, p, tile.shape, missing_of(tile, s));
        for (Index k = 0; k < tile.shape.packs; ++k) {
            v[k] = where(alive(z[k], p[k], tile.neutral), v[k] - mean);
        }
    }
}

// (diag(b c) - (a c)(a p)^T - (a p)(a c)^T) v with c = p (u - p.u), u in tile.left.
template <class P>
void bend_of_output(Tile& tile, Index s) {
    const Shape& shape = tile.shape;
    const Index start = s * shape.packs;
    const Slopes slopes = Slopes::of(tile, start);
    const Pack* p = tile.heads.p + start;
    Pack *u = tile.left + start, *v = tile.gradient + start;
    centre(u, p, shape, missing_of(tile, s));
    Pack of_p = {}, of_u = {};
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack slope_v = slopes.first(k) * v[k];
        of_p = multiply_add(p[k], slope_v, of_p);
        of_u = multiply_add(u[k], slope_v, of_u);
    }
    of_p = shape.across(of_p);
    of_u = shape.across(of_u);
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack a = slopes.first(k);
        const Pack curved = slopes.second(k) * (u[k] * v[k]);
        v[k] = curved - (a * u[k]) * of_p - (a * p[k]) * of_u;
    }
}

// diag(c (u - p U)) v - U a p (a v - p.(a v)) with U the sum of u over the entries that can occur.
template <class P>
void bend_of_log(Tile& tile, Index s) {
    const Shape& shape = tile.shape;
    const Index start = s * shape.packs;
    const Slopes slopes = Slopes::of(tile, start);
    const Pack *p = tile.heads.p + start, *q = tile.heads.q + start, *z = tile.z + start;
    Pack *u = tile.left + start, *v = tile.gradient + start;
    const Pack sum = centre_log<P>(u, p, q, z, tile.neutral, shape);
    for (Index k = 0; k < shape.packs; ++k) {
        if (slopes.a) u[k] *= slopes.c[k] * v[k];
        v[k] *= slopes.first(k);
    }
    centre(v, p, shape, missing_of(tile, s));
    for (Index k = 0; k < shape.packs; ++k) {
        const Pack spread = -sum * (slopes.first(k) * v[k]);
        v[k] = slopes.a ? u[k] + spread : spread;
    }
}

template <class P>
void normalised_bend(Tile& tile) {
    for (Index s = 0; s < tile.shape.strands; ++s) {
        if (tile.form == Form::output) bend_of_output<P>(tile, s);
        if (tile.form == Form::log) bend_of_log<P>(tile, s);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
