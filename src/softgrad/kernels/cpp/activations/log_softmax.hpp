// log of softmax, as the output; losses of probabilities meet it through softmax itself.
#pragma once

#include "../stages/softmax_family.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct LogSoftmax {
    static constexpr int sign = 1;
    static Exponent exponent(const double* parameters) { return Exponent::of(parameters[0]); }

    // Under Form::output p is the logarithm, and what softmax gives stands in the tails.
    template <class P>
    static void forward(Tile& tile) {
        if (tile.form == Form::log) return softmax_forward<P, LogSoftmax>(tile);
        const Side output = tile.heads;
        tile.heads = {tile.tails.p, tile.tails.q, output.p, nullptr, nullptr};
        softmax_forward<P, LogSoftmax>(tile);
        tile.heads = output;
    }

    // The probabilities of softmax, whose logarithm the output is.
    template <class Derivative>
    static void with_probabilities(Tile& tile, Derivative derivative) {
        const Side output = tile.heads;
        const Form form = tile.form;
        if (form == Form::output)
            tile.heads = {tile.tails.p, tile.tails.q, nullptr, nullptr, nullptr};
        tile.form = Form::log;
        derivative();
        tile.heads = output;
        tile.form = form;
    }

    template <class P>
    static void pullback(Tile& tile) {
        with_probabilities(tile, [&] { normalised_pullback<P>(tile); });
    }

    // J v = a (v - p.v), where an entry cannot occur 0.
    template <class P>
    static void pushforward(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Pack* p = tile.tails.p + s * shape.packs;
            const Pack* z = tile.z + s * shape.packs;
            Pack* v = tile.gradient + s * shape.packs;
            Pack at_pivot = {}, mean = {};
            for (Index k = 0; k < shape.packs; ++k) at_pivot += where(p[k] > 0.5, v[k]);
            at_pivot = shape.across(at_pivot);
            for (Index k = 0; k < shape.packs; ++k) {
                v[k] -= at_pivot;
                mean = multiply_add(p[k], v[k], mean);
            }
            mean = shape.across(mean);
            for (Index k = 0; k < shape.packs; ++k) {
                v[k] = where(alive(z[k], p[k], tile.neutral), tile.slope * (v[k] - mean));
            }
        }
    }

    // -U J_p v with U the sum of g over the entries that can occur: all curvature is that of the
    // logsumexp.
    template <class P>
    static void bend(Tile& tile) {
        const Shape& shape = tile.shape;
        for (Index s = 0; s < shape.strands; ++s) {
            const Index start = s * shape.packs;
            Pack sum = {};
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack z = tile.z[start + k], p = tile.tails.p[start + k];
                sum += where(alive(z, p, tile.neutral), tile.left[start + k]);
            }
            sum = shape.across(sum);
            Pack* v = tile.gradient + start;
            centre(v, tile.tails.p + start, shape);
            for (Index k = 0; k < shape.packs; ++k) v[k] *= -(tile.slope * tile.slope) * sum;
        }
    }

    static constexpr ActivationStages stages(const char* name) {
        ActivationStages made{name,
                              Kind::classes,
                              -infinity,
                              SOFTGRAD_STAGES(forward),
                              SOFTGRAD_STAGES(pullback),
                              SOFTGRAD_STAGES(pushforward),
                              SOFTGRAD_STAGES(bend),
                              Stages{}};
        made.sign_of_exponent = sign;
        made.has_temperature = true;
        made.gives_logarithms = true;
        return made;
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
