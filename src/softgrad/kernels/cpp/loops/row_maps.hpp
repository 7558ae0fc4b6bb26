// Rows of weights alone (weighted_rows.hpp), and rows by their length: the output, and the product of a
// cotangent with its derivative. Rows with gaps are copied, for an activation gives the same bits in any memory.
#pragma once

#include "entry_rows.hpp"
#include "weighted_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

inline bool serves_row_maps(const Job& job) {
    const auto is_float = [](const Entries& x) { return !x || x.storage == Storage::float32; };
    return (job.work == Work::forward || job.work == Work::pullback) && !job.keep &&
           is_float(job.logits) && is_float(job.cotangent) && is_float(job.output);
}

// Of weights over their sum.
class ShareMaps {
public:
    static constexpr Index arrays = WeightedRows::arrays;

    ShareMaps(const Job& job, const ActivationStages& activation, Workspace& workspace)
        : classes_(job.classes), rows_(job, activation, workspace, packs_of_block) {}

    void weigh(const float* z, Index count) const { rows_.weigh(z, count); }

    // False if the chain has to look at the row.
    bool prepare(Index r, const float*, const char* ahead) {
        share_ = rows_.share(r, ahead);
        return share_.inverse != 0.0f;
    }
    const float* output(Index r, const float*, float*) const { return rows_.weights(r); }
    const float* product(Index r, const float* z, const float* g, float*, const char* ahead) const {
        rows_.centre(r, share_, g, ahead);
        return rows_.multiplied(r, z, classes_);
    }

private:
    Index classes_;
    WeightedRows rows_;
    Share share_ = {};
};

// Of z / sqrt(sum z^2 + e), where no entry has more than half of that sum.
class LengthMaps {
public:
    static constexpr Index arrays = 0;

    LengthMaps(const Job& job, const ActivationStages&, Workspace&)
        : classes_(job.classes), epsilon_(job.activation_parameters[0]) {}

    static bool serves(const ActivationStages& activation) {
        static const ActivationStages& own =
            activations_of_rows[activations_of_rows.number_of("l2_normalise")];
        return &activation == &own;
    }

    void weigh(const float*, Index) const {}

    bool prepare(Index, const float* z, const char*) {
        WideFloat top = {};
        const double squares =
            summed<false>(classes_, [&](Index k, Index count) __attribute__((always_inline)) {
                const WideFloat x = loaded(z + k, count), square = x * x;
                top = largest(square, top);
                return square;
            });
        const double most = lane_maximum(largest(lower_half(top), upper_half(top)));
        const double total = squares + epsilon_;
        inverse_ = 1.0 / __builtin_sqrt(total);
        return total > least_sum && total < most_sum && 2.0 * most < total;
    }
    const float* output(Index, const float* z, float* to) const {
        const WideFloat inverse = wide(static_cast<float>(inverse_));
        each_vector(classes_, [&](Index k, Index count) {
            put(to + k, inverse * loaded(z + k, count), count);
        });
        return to;
    }
    // (g - f sum f g) / rho
    const float* product(Index, const float* z, const float* g, float* to, const char*) const {
        const double along =
            summed<false>(classes_, [&](Index k, Index count) __attribute__((always_inline)) {
                return loaded(z + k, count) * loaded(g + k, count);
            });
        const WideFloat inverse = wide(static_cast<float>(inverse_));
        const WideFloat back = wide(static_cast<float>(-along * inverse_ * inverse_));
        each_vector(classes_, [&](Index k, Index count) {
            const WideFloat x = multiply_add(back, loaded(z + k, count), loaded(g + k, count));
            put(to + k, inverse * x, count);
        });
        return to;
    }

private:
    Index classes_;
    double epsilon_, inverse_ = 0.0;
};

template <class Maps>
class RowMaps {
public:
    static constexpr Index arrays = Maps::arrays + 3;

    RowMaps(const Job& job, const ActivationStages& activation, Workspace& workspace)
        : job_(job),
          writes_rows_(in_one_run(job.output, job)),
          streams_(writes_rows_ && is_worth_streaming(job)),
          maps_(job, activation, workspace) {
        for (float** array : {&z_, &g_, &to_}) {
            *array = reinterpret_cast<float*>(workspace.take(packs_of_block));
        }
    }

    bool run(Chain& chain, Index begin, Index end) {
        const Index most = entry_rows_at_a_time(job_);
        for (Index first = begin; first < end; first += most) {
            const Index rows = end - first < most ? end - first : most;
            const float* z = read(job_.logits, first, rows, z_);
            const float* g = job_.cotangent ? read(job_.cotangent, first, rows, g_) : nullptr;
            maps_.weigh(z, rows * job_.classes);
            for (Index r = 0; r < rows; ++r) {
                const float* own = z + r * job_.classes;
                const Index next = first + most + r;
                if (!maps_.prepare(r, own, ahead(job_.logits, next, end))) {
                    if (!chain.run_all({first + r, 1, end})) return false;
                    continue;
                }
                const float* const row = g ? maps_.product(r, own, g + r * job_.classes, to_,
                                                           ahead(job_.cotangent, next, end))
                                           : maps_.output(r, own, to_);
                writes_rows_ ? write(first + r, row) : scatter(first + r, row);
            }
        }
        finish_streams();
        return true;
    }

private:
    const float* read(const Entries& from, Index first, Index rows, float* to) const {
        if (in_one_run(from, job_)) return reinterpret_cast<const float*>(from.at.row(first));
        for (Index r = 0; r < rows; ++r) {
            const char* at = from.at.row(first + r);
            for (Index k = 0; k < job_.classes; ++k, at += from.at.entry_stride) {
                to[r * job_.classes + k] = load_one<float>(at);
            }
        }
        return to;
    }
    // The row to read while another is computed, if there is one: for longer than hardware looks ahead.
    const char* ahead(const Entries& from, Index row, Index end) const {
        return from.at.row(row < end && in_one_run(from, job_) ? row : 0);
    }
    void write(Index row, const float* from) const {
        char* const to = job_.output.at.row(row);
        const Index bytes = job_.classes * static_cast<Index>(sizeof(float));
        StreamedRun(to, bytes, streams_).put_bytes(to, reinterpret_cast<const char*>(from), bytes);
    }
    void scatter(Index row, const float* from) const {
        char* at = job_.output.at.row(row);
        for (Index k = 0; k < job_.classes; ++k, at += job_.output.at.entry_stride) {
            store_one<float>(at, static_cast<double>(from[k]));
        }
    }

    const Job& job_;
    bool writes_rows_, streams_;
    Maps maps_;
    float *z_, *g_, *to_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
