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

    template <class P>
    static void pushforward(Tile& tile) {
        with_probabilities(tile, [&] { normalised_pushforward<P>(tile); });
    }

    template <class P>
    static void bend(Tile& tile) {
        with_probabilities(tile, [&] { normalised_bend<P>(tile); });
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
