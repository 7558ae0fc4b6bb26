// What a chain reads of a job: logits, labels and weights, targets.
#include "chain.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Labels, and the weights that they bring; false where one is out of range.
bool Chain::load_row_labels(const TileRows& rows) {
    const Shape& shape = tile_.shape;
    double* labels = reinterpret_cast<double*>(tile_.label);
    double* factors = reinterpret_cast<double*>(factor_);
    // Where lanes are rows, row r stands in place r; the rows that the last strand lacks have the
    // label of none.
    const Index step = shape.lanes_are_rows ? 1 : lanes;
    if (shape.lanes_are_rows) tile_.label[shape.strands - 1] = splat(-1.0);
    const bool all_count = !job_.has_ignored_label;
    if (!load_labels(job_.labels, rows, all_count ? job_.classes : 0, step, labels)) return false;
    if (job_.has_ignored_label || job_.class_weight) {
        for (Index r = 0; r < rows.count; ++r) {
            const double label = labels[r * step];  // of any size before it is looked at
            if (job_.has_ignored_label && label == static_cast<double>(job_.ignored_label)) {
                labels[r * step] = -1.0;
                factors[r * step] = 0.0;
            } else if (label < 0.0 || label >= static_cast<double>(job_.classes)) {
                return false;
            } else if (job_.class_weight) {
                factors[r * step] *= job_.class_weight[static_cast<Index>(label)];
            }
        }
    }
    if (!shape.lanes_are_rows) {
        for (Index s = 0; s < shape.strands; ++s) {
            tile_.label[s] = splat(labels[s * lanes]);
            factor_[s] = splat(factors[s * lanes]);
        }
    }
    return true;
}

Entries Chain::piece_of(const Entries& entries) const {
    Entries piece = entries;
    if (piece) piece.at.data += first_entry_ * piece.at.entry_stride;
    return piece;
}

bool Chain::load_rows(const TileRows& rows) {
    tile_.shape = tiling_.shape_of(rows.count);
    const Index left = job_.classes - first_entry_;
    if (left < tile_.shape.classes) {
        tile_.shape.classes = left;
        tile_.shape.packs = (left + lanes - 1) / lanes;
    }
    const Shape& shape = tile_.shape;
    load_entries(piece_of(job_.logits), rows, shape, activation_.neutral, tile_.z);
    if (masked_) {
        load_mask(piece_of({job_.keep, Storage::float16}).at, rows, shape, tile_.keep);
        for (Index e = 0; e < tile_.entries(); ++e) {
            tile_.z[e] = select(tile_.keep[e], tile_.z[e], splat(activation_.neutral));
        }
    }
    if (!is_of_loss(job_.work)) return true;

    for (Index s = 0; s < shape.strands; ++s) factor_[s] = splat(job_.scale);
    if (job_.row_weight) {
        load_row_numbers(job_.row_weight, rows, shape, factor_);
        for (Index s = 0; s < shape.strands; ++s) factor_[s] *= job_.scale;
    }
    if (job_.has_labels && !load_row_labels(rows)) return false;
    if (!job_.row_weight && !job_.has_ignored_label && !job_.class_weight) return true;
    // What counts nothing is not looked at: it may be NaN.
    for (Index s = 0; s < shape.strands; ++s) {
        const Mask silent = factor_[s] == 0.0;
        if (!any(silent)) continue;
        for (Index k = 0; k < shape.packs; ++k) {
            Pack& z = tile_.z[s * shape.packs + k];
            const Pack neutral = splat(activation_.neutral);
            const Mask here = tile_.keep ? silent & tile_.keep[s * shape.packs + k] : silent;
            z = select(here & (shape.entry_numbers(k) < static_cast<double>(shape.classes)), Pack{},
                       select(silent, neutral, z));
        }
    }
    return true;
}

// False where one is out of range.
bool Chain::load_targets(const TileRows& rows) {
    const Shape& shape = tile_.shape;
    if (job_.has_labels) {
        for (Index s = 0; s < shape.strands; ++s) {
            for (Index k = 0; k < shape.packs; ++k) {
                const Pack number = shape.entry_numbers(k) + static_cast<double>(first_entry_);
                const Mask here = number == tile_.label[s];
                tile_.target[s * shape.packs + k] = where(here, splat(1.0));
            }
        }
    } else if (!load_target_entries(job_, piece_of(job_.target), rows, shape, tile_.target)) {
        return false;
    }
    if (job_.smoothing != 0.0) {
        for (Index s = 0; s < shape.strands; ++s) {
            Pack* t = tile_.target + s * shape.packs;
            Pack share = splat(0.5);
            if (activation_.kind != Kind::coins) {
                Pack count = {};
                for (Index k = 0; k < shape.packs; ++k) {
                    count += kept(tile_, s * shape.packs + k, splat(1.0));
                }
                count = shape.across(count);
                if (!shape.lanes_are_rows && !tile_.keep) count = splat(double(shape.classes));
                share = 1.0 / select(count > 0.0, count, splat(1.0));
            }
            for (Index k = 0; k < shape.packs; ++k) {
                t[k] = multiply_add(splat(1.0 - job_.smoothing), t[k], job_.smoothing * share);
            }
        }
    }
    if (tile_.keep) {
        for (Index e = 0; e < tile_.entries(); ++e) {
            tile_.target[e] = where(tile_.keep[e], tile_.target[e]);
        }
    }
    return true;
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
