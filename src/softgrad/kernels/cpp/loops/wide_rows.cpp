#include "wide_rows.hpp"

#include "exponential_passes.hpp"
#include "wide_tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_wide_rows(const Job& job, const ActivationStages& activation, const LossStages* loss) {
    const bool is_softmax = activation.sign_of_exponent > 0 && activation.has_temperature;
    const bool has_work = (job.work == Work::forward && !activation.gives_logarithms) ||
                          (job.work == Work::loss && job.has_labels && job.smoothing == 0.0 &&
                           loss && loss->psi_brief && (job.output || job.second_output));
    return is_softmax && has_work && !job.keep && job.logits.storage != Storage::float64 &&
           (has_fma || job.activation_parameters[0] == 1.0) && WideTile::serves(job);
}

Index wide_rows_at_a_time(const Job& job) { return WideTile::rows_at_a_time(job); }

Index packs_of_wide_rows(const Job& job) { return WideTile::packs(job); }

namespace {

// What is known of a strand's rows before the last pass over their entries: of its two halves.
struct Half {
    Pack inverse;   // 1 / (1 + t), for exponentials that are not raised
    Pack rest;      // t
    Pack top_q;     // t / (1 + t)
    Pack gradient;  // the factor of the exponentials
    Pack p, q;      // of the label
    Pack first, second;
};

}  // namespace

static Half sums_of(Pack all) {
    Half half;
    half.rest = all - 1.0;
    half.inverse = 1.0 / all;
    half.top_q = half.rest * half.inverse;
    return half;
}

class WideRows {
public:
    WideRows(const Job& job, const ActivationStages& activation, const LossStages* loss,
             WideTile& tile)
        : job_(job), loss_(loss), tile_(tile) {
        const double temperature = job.activation_parameters[0];
        slope_ = activation.sign_of_exponent / temperature;
        const double inverse = 1.0 / temperature;
        temperature_.inverse_high = static_cast<float>(inverse);
        temperature_.inverse_low = static_cast<float>(inverse - temperature_.inverse_high);
    }

    // False if a row has to go through another loop: nothing has been written then.
    template <bool is_one>
    bool run(Index first, Index count, Index end) {
        tile_.load(first, end);
        if (job_.work == Work::loss && !load_row_data(first, count)) return false;
        WideFloat tops[WideTile::most_strands];
        for (Index s = 0; s < tile_.strands(); ++s) tops[s] = tile_.top(s);
        for (Index s = 0; s < tile_.strands(); ++s) {
            if (any_infinite(tops[s])) return false;
        }
        Pack all[2 * WideTile::most_strands];
        for (Index s = 0; s < tile_.strands(); ++s) {
            tile_.template exponentials<is_one>(s, tops[s], temperature_, all + 2 * s);
        }
        for (Index s = 0; s < tile_.strands(); ++s) finish_strand(s, tops[s], all + 2 * s);
        tile_.store(first);
        if (job_.values) store_values(first, count);
        return true;
    }

private:
    static bool any_infinite(WideFloat x) {
        Pack low = lower_half(x), high = upper_half(x);
        return any((absolute(low) == infinity) | (absolute(high) == infinity));
    }

    bool load_row_data(Index first, Index count) {
        const TileRows rows{first, count, first + count};
        if (!load_labels(job_.labels, rows, job_.classes, 1, label_)) return false;
        for (Index r = count; r < tile_.rows(); ++r) label_[r] = 0.0;
        for (Index r = 0; r < tile_.rows(); ++r) weight_[r] = job_.scale;
        if (job_.row_weight) {
            for (Index r = 0; r < count; ++r) {
                const char* at = job_.row_weight.at.row(first + r);
                weight_[r] *= load_one<float>(at);
                if (weight_[r] == 0.0) return false;  // such a row is not looked at
            }
        }
        if (job_.class_weight) {
            for (Index r = 0; r < count; ++r) {
                weight_[r] *= job_.class_weight[static_cast<Index>(label_[r])];
            }
        }
        for (Index r = 0; r < tile_.rows(); ++r) {
            label_logit_[r] = tile_.logit(r, static_cast<Index>(label_[r]));
            if (label_logit_[r] == -infinity) return false;
        }
        return true;
    }

    // A number for each row of half a strand, or of the one row in all lanes.
    Pack numbers(const double* rows, Index s, Index half) const {
        if (!tile_.lanes_are_rows()) return splat(rows[s]);
        return load_unaligned<Pack>(rows + s * wide_lanes + half * lanes);
    }

    void keep(double* rows, Index s, Index half, Pack x) const {
        if (tile_.lanes_are_rows()) {
            store_unaligned(rows + s * wide_lanes + half * lanes, x);
        } else {
            rows[s] = x[0];
        }
    }

    void finish_strand(Index s, WideFloat top, Pack* all) {
        Half halves[2];
        const Pack tops[2] = {lower_half(top), upper_half(top)};
        bool peaked = false;
        for (Index h = 0; h < 2; ++h) {
            halves[h] = sums_of(all[h]);
            peaked |= any(halves[h].rest < 0x1p-10);
        }
        if (__builtin_expect(peaked, false)) {
            // Next to nothing is left beside the top: it is added up without it.
            Pack rest[2];
            tile_.rest(s, rest);
            for (Index h = 0; h < 2; ++h) {
                const Mask little = halves[h].rest < 0x1p-10;
                halves[h].rest = select(little, rest[h], halves[h].rest);
                halves[h].top_q = halves[h].rest * halves[h].inverse;
            }
        }
        if (job_.work == Work::forward) {
            tile_.scale(s, joined(halves[0].inverse, halves[1].inverse));
            return;
        }
        for (Index h = 0; h < 2; ++h) slopes(s, h, tops[h], halves[h]);
        if (job_.second_output) {
            tile_.hessian(s, joined(halves[0].inverse, halves[1].inverse),
                          joined(halves[0].top_q, halves[1].top_q),
                          joined(halves[0].first, halves[1].first),
                          joined(halves[0].second, halves[1].second));
            put(s, bend_, true);
        }
        if (job_.output) {
            tile_.scale(s, joined(halves[0].gradient, halves[1].gradient));
            put(s, at_label_, false);
        }
    }

    void slopes(Index s, Index h, Pack top, Half& half) {
        const Pack d = (numbers(label_logit_, s, h) - top) * slope_;
        half.p = brief_exponential(largest(splat(-700.0), d)) * half.inverse;
        half.q = select(d == 0.0, half.top_q, 1.0 - half.p);
        Psi psi{Pack{}, splat(1.0), Pack{}};
        if (job_.values || !loss_->psi_is_identity) {
            psi.value = log_one_plus(half.rest) - d;
            if (!loss_->psi_is_identity) {
                const TrueClass c{psi.value, half.p, half.q};
                loss_->psi_brief(1, &c, job_.loss_parameters, &psi);
            }
        }
        const Pack weight = numbers(weight_, s, h);
        const Pack slope = psi.first * slope_ * weight;
        half.gradient = half.inverse * slope;
        half.first = psi.first * (weight * (slope_ * slope_));
        half.second = psi.second * (weight * (slope_ * slope_));
        keep(value_, s, h, weight * psi.value);
        keep(at_label_, s, h, -(half.q * slope));
        keep(bend_, s, h, half.q * (half.first * half.p + half.second * half.q));
    }

    // What stands at the labels of a strand.
    void put(Index s, const double* at_label, bool in_hessian) {
        const Index rows = tile_.lanes_are_rows() ? wide_lanes : 1;
        for (Index r = s * rows; r < (s + 1) * rows; ++r) {
            const auto label = static_cast<Index>(label_[r]);
            tile_.put(r, label, static_cast<float>(at_label[r]), in_hessian);
        }
    }

    void store_values(Index first, Index count) {
        for (Index r = 0; r < count; ++r) {
            char* at = job_.values.at.row(first + r);
            switch (job_.values.storage) {
                case Storage::float64: store_one<double>(at, value_[r]); break;
                case Storage::float32: store_one<float>(at, value_[r]); break;
                case Storage::float16: store_one<Float16>(at, value_[r]); break;
                case Storage::bfloat16: store_one<BFloat16>(at, value_[r]); break;
            }
        }
    }

    const Job& job_;
    const LossStages* loss_;
    WideTile& tile_;
    double slope_;
    WideTemperature temperature_;
    double label_[WideTile::most_rows];
    double weight_[WideTile::most_rows];
    double label_logit_[WideTile::most_rows];
    double value_[WideTile::most_rows];
    double at_label_[WideTile::most_rows];
    double bend_[WideTile::most_rows];
};

bool run_wide_rows(const Job& job, const ActivationStages& activation, const LossStages* loss,
                   Chain& chain, const Tiling& tiling, Index begin, Index end) {
    WideTile tile(job, Workspace::of_this_thread());
    WideRows rows(job, activation, loss, tile);
    const bool is_one = job.activation_parameters[0] == 1.0;
    for (Index first = begin; first < end; first += tile.rows()) {
        const Index count = end - first < tile.rows() ? end - first : tile.rows();
        if (tile.holds(count) && (is_one ? rows.run<true>(first, count, end)
                                         : rows.run<false>(first, count, end))) {
            continue;
        }
        for (Index r = first; r < first + count; r += tiling.rows) {
            const Index left = first + count - r;
            if (!chain.run({r, left < tiling.rows ? left : tiling.rows, end})) return false;
        }
    }
    finish_streams();
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
