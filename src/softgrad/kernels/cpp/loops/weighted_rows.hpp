// Rows of weights f(z) / sum f(z) in float32 (activations/spherical_softmax.hpp and kin), some at a
// time: the weights as probabilities, and the way back to the logits.
#pragma once

#include "chain.hpp"
#include "row_vectors.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Between these a sum of weights and its inverse are float32 numbers far from the ends.
inline constexpr double least_sum = 0x1p-60, most_sum = 0x1p60;
// Where the others of a row come to less, its sum has lost their digits.
inline constexpr double least_share = 0x1p-24;

// The inverse of a row's sum, or 0 where the chain has to look at it; and whether some p may be more
// than 1/2.
struct Share {
    float inverse;
    bool has_large;
};

class WeightedRows {
public:
    static constexpr Index arrays = 3;

    // With room for so many entries in packs.
    WeightedRows(const Job& job, const ActivationStages& activation, Workspace& workspace,
                 Index packs)
        : parameters_(job.activation_parameters),
          classes_(job.classes),
          stages_(activation.weights) {
        for (float** array : {&weight_, &q_, &factor_}) {
            *array = reinterpret_cast<float*>(workspace.take(packs));
        }
    }

    // The weights, after `share` of a row its p, and 1 - p.
    float* weights(Index r) const { return weight_ + r * classes_; }
    float* complements(Index r) const { return q_ + r * classes_; }
    // By which derivatives of the weights are multiplied.
    float* factors(Index r) const { return factor_ + r * classes_; }

    void weigh(const float* z, Index count) const {
        stages_.value({z, nullptr, weight_, count, false, parameters_});
    }
    // So many entries from row r on, where the factors were.
    const float* multiplied(Index r, const float* z, Index count) const {
        stages_.product({z, factors(r), factors(r), count, false, parameters_});
        return factors(r);
    }

    double sum_of(Index r) const {
        const float* weight = weights(r);
        return summed<false>(classes_, [&](Index k, Index count) __attribute__((always_inline)) {
            return loaded(weight + k, count);
        });
    }

    // From the weights of a row to p and 1 - p.
    Share share(Index r, const char* ahead) const {
        float *p = weights(r), *q = complements(r);
        WideFloat top = {};
        const double all =
            summed<false>(classes_, [&](Index k, Index count) __attribute__((always_inline)) {
                const WideFloat weight = loaded(p + k, count);
                top = largest(weight, top);
                return weight;
            });
        const double most = lane_maximum(largest(lower_half(top), upper_half(top)));
        const double inverse = 1.0 / all, others = (all - most) * inverse;
        const WideFloat factor = wide(static_cast<float>(inverse));
        const WideFloat top_q = wide(static_cast<float>(others));
        each_vector(classes_, [&](Index k, Index count) {
            __builtin_prefetch(ahead + k * static_cast<Index>(sizeof(float)));
            const WideFloat share = factor * loaded(p + k, count);
            put(p + k, share, count);
            put(q + k, share > 0.5f ? top_q : 1.0f - share, count);
        });
        const bool is_plain = all > least_sum && all < most_sum && others > least_share;
        return {is_plain ? static_cast<float>(inverse) : 0.0f, others < 0.5000001};
    }

    // The factors of a row from the derivatives h by its p: (h - sum p h) / S, and at the one entry
    // of p > 1/2 (h (1 - p) - what the others add to that sum) / S.
    void centre(Index r, Share share, const float* first, const char* ahead) const {
        const float *p = weights(r), *q = complements(r);
        float* const to = factors(r);
        const float inverse = share.inverse;
        const auto term = [&](Index k, Index count) __attribute__((always_inline)) {
            return loaded(p + k, count) * loaded(first + k, count);
        };
        const WideFloat mean = wide(static_cast<float>(summed<true>(classes_, term)));
        if (!share.has_large) {
            return each_vector(classes_, [&](Index k, Index count) {
                __builtin_prefetch(ahead + k * static_cast<Index>(sizeof(float)));
                put(to + k, inverse * (loaded(first + k, count) - mean), count);
            });
        }
        const auto other = [&](Index k, Index count) __attribute__((always_inline)) {
            return loaded(p + k, count) > 0.5f ? WideFloat{} : term(k, count);
        };
        const WideFloat rest = wide(static_cast<float>(summed<true>(classes_, other)));
        each_vector(classes_, [&](Index k, Index count) {
            const WideFloat slope = loaded(first + k, count);
            const WideFloat large = multiply_add(slope, loaded(q + k, count), -rest);
            const WideFloat centred = loaded(p + k, count) > 0.5f ? large : slope - mean;
            put(to + k, inverse * centred, count);
        });
    }

private:
    const double* parameters_;
    Index classes_;
    const FloatStages& stages_;
    float *weight_, *q_, *factor_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
