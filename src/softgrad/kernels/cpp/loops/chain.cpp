#include "chain.hpp"

#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool Chain::works_in_pieces(const Job& job, const ActivationStages& activation,
                            const LossStages* loss) {
    if (!is_of_loss(job.work) || activation.kind == Kind::classes) return false;
    // The share that smoothing gives each value depends on how many there are.
    if (job.smoothing != 0.0 && activation.kind == Kind::values) return false;
    return !loss || loss->of_entries;
}

static bool counts_padding(const Job& job, const Tiling& tiling) {
    return !tiling.shape.lanes_are_rows &&
           (job.classes % lanes != 0 || tiling.shape.classes % lanes != 0);
}

Chain::Chain(const Job& job, const ActivationStages& activation, const LossStages* loss,
             const Tiling& tiling)
    : job_(job),
      activation_(activation),
      loss_(loss),
      tiling_(tiling),
      is_diagonal_(job.work == Work::loss_product && activation.kind != Kind::classes &&
                   (!loss || loss->of_entries)),
      precise_(job.logits.storage == Storage::float64),
      masked_(bool(job.keep) || counts_padding(job, tiling)) {
    tile_.parameters_of_activation = job.activation_parameters;
    tile_.parameters_of_loss = job.loss_parameters;
    tile_.neutral = activation.neutral;
    tile_.on_classes = activation.kind == Kind::classes;
    tile_.form = loss ? loss->form : Form::output;
    const bool as_logarithm = activation.gives_logarithms && tile_.form == Form::output;
    tile_.has_complement =
        activation.kind != Kind::values && !activation.gives_values && !as_logarithm;
    tile_.by_output = job.is_gauss_newton && tile_.form == Form::log;
    tile_.slope = 1.0;
    tile_.steps = loss && tile_.on_classes ? loss->steps : nullptr;
    if (activation.sign_of_exponent) {
        // Softmax-plus-one has a parameter too, but no temperature.
        const bool has_temperature = activation.has_temperature;
        const double temperature = has_temperature ? job.activation_parameters[0] : 1.0;
        tile_.slope = activation.sign_of_exponent / temperature;
    }
}

// Arrays of entries, in the order in which `prepare` takes them.
Index Chain::packs_of_workspace() const {
    constexpr Index most_arrays = 23;
    const Shape& shape = tiling_.shape;
    return shape.strands * shape.packs * most_arrays + shape.strands * 4;
}

void Chain::prepare(Workspace& workspace) {
    const Shape& shape = tiling_.shape;
    const Index entries = shape.strands * shape.packs;
    const bool is_loss = is_of_loss(job_.work);
    // A product that takes the Hessian apart.
    const bool is_product = job_.work == Work::loss_product && !is_diagonal_;
    const bool of_rows = activation_.kind == Kind::classes;
    const bool second = bool(job_.second_output) || is_diagonal_;
    const auto array = [&](bool wanted) { return wanted ? workspace.take(entries) : nullptr; };

    tile_.z = array(true);
    const bool slopes = !of_rows || activation_.has_slopes;
    const bool derivatives = job_.work != Work::forward;
    const bool curved = second || is_product || job_.work == Work::bend;
    const bool fenchel_young = is_loss && !is_product && !loss_;
    tile_.heads.p = array(of_rows || !is_loss || (loss_ && loss_->needs_p));
    // Of exponentials, the gradient by p alone does without 1 - p.
    const bool q_of_pullback = derivatives && (second || fenchel_young || tile_.form == Form::log ||
                                               !activation_.sign_of_exponent);
    tile_.heads.q = array((of_rows && q_of_pullback) || (loss_ && loss_->needs_q));
    tile_.heads.log = array((loss_ && loss_->needs_log) || (of_rows && fenchel_young));
    tile_.heads.first = array(slopes && derivatives);
    tile_.heads.second = array(slopes && (curved || (of_rows && derivatives)));
    const bool two_sided = loss_ && loss_->two_sided && activation_.kind == Kind::coins;
    if (two_sided) {
        tile_.tails = {array(loss_->needs_p), array(loss_->needs_q), array(loss_->needs_log),
                       array(true), array(second)};
    } else if (second && loss_ && loss_->of_positive_values) {
        tile_.tails.second = array(activation_.log_bends && !job_.is_gauss_newton);
    } else if (of_rows && activation_.has_slopes) {
        tile_.tails.second = array(derivatives);
    } else if (of_rows && activation_.gives_logarithms) {
        tile_.tails.p = array(true);
        tile_.tails.q = array(derivatives);
    }
    tile_.target = array(is_loss);
    tile_.gradient = array(derivatives);
    tile_.hessian = array(second || is_product);
    product_ = array(job_.work == Work::loss_product);
    const bool pair = loss_ && loss_->has_pair && ((second && of_rows) || is_product);
    tile_.left = array(pair || job_.work == Work::bend);
    tile_.right = array(pair);
    kept_gradient_ = array(two_sided);
    kept_hessian_ = array(two_sided && second);
    tile_.keep = masked_ ? reinterpret_cast<Mask*>(array(true)) : nullptr;
    tile_.value = workspace.take(shape.strands);
    factor_ = workspace.take(shape.strands);
    tile_.missing = activation_.has_ghost ? workspace.take(shape.strands) : nullptr;
    tile_.label = workspace.take(shape.strands);
}

void Chain::finish_rows(const TileRows& rows) {
    const Shape& shape = tile_.shape;
    if (job_.values && first_entry_ + shape.classes == job_.classes) {
        for (Index s = 0; s < shape.strands; ++s) {
            tile_.value[s] = where(factor_[s] != 0.0, factor_[s] * tile_.value[s]);
        }
        store_row_numbers(job_.values, rows, shape, tile_.value);
    }
    if (job_.output) store_entries(piece_of(job_.output), rows, shape, tile_.gradient);
    if (job_.second_output) store_entries(piece_of(job_.second_output), rows, shape, tile_.hessian);
}

bool Chain::run(const TileRows& rows) {
    if (job_.work == Work::loss_product && !is_diagonal_) return run_product(rows);
    if (!is_of_loss(job_.work)) {
        run_map(rows);
        return true;
    }
    for (Index s = 0; s < tiling_.shape_of(rows.count).strands; ++s) tile_.value[s] = Pack{};
    for (first_entry_ = 0; first_entry_ < job_.classes; first_entry_ += tiling_.shape.classes) {
        if (!run_piece(rows)) return false;
    }
    first_entry_ = 0;
    return true;
}

bool Chain::run_all(const TileRows& rows) {
    const Index last = rows.first + rows.count;
    for (Index first = rows.first; first < last; first += tiling_.rows) {
        const Index left = last - first;
        if (!run({first, left < tiling_.rows ? left : tiling_.rows, rows.end})) return false;
    }
    return true;
}

// Entry by entry, brief formulas are for outputs that float32 tells from 0 and infinity: far out
// the precise ones know what a loss is to make of those.
bool Chain::reaches_far_out() const {
    if (tile_.on_classes) return false;
    Pack furthest = {};
    for (Index e = 0; e < tile_.entries(); ++e) furthest = largest(absolute(tile_.z[e]), furthest);
    return any(furthest > 30.0);
}

bool Chain::run_piece(const TileRows& rows) {
    if (!load_rows(rows)) return false;
    precise_ = job_.logits.storage == Storage::float64 || reaches_far_out();
    const bool by_logits = !loss_ && !activation_.fenchel_young_reads_output;
    // Sparse maps take a label as it is, too.
    const bool wants_target = !by_logits || !by_label() || !tile_.on_classes;
    if (wants_target && !load_targets(rows)) return false;
    if (!by_logits) activation_.forward.in(precise_)(tile_);
    evaluate_loss();
    if (is_diagonal_) {
        multiply_diagonal(rows);
        return true;
    }
    if (job_.output) weigh(tile_.gradient);
    if (tile_.hessian) weigh(tile_.hessian);
    finish_rows(rows);
    return true;
}

// A masked entry neither gives nor takes.
void Chain::load_vector(const Entries& from, const TileRows& rows, Pack* to) {
    load_entries(piece_of(from), rows, tile_.shape, 0.0, to);
    for (Index e = 0; tile_.keep && e < tile_.entries(); ++e) to[e] = where(tile_.keep[e], to[e]);
}

void Chain::run_map(const TileRows& rows) {
    load_rows(rows);
    const Shape& shape = tile_.shape;
    activation_.forward.in(precise_)(tile_);
    Pack* result = tile_.heads.p;
    if (job_.work != Work::forward) {
        result = tile_.gradient;
        const Entries& vector = job_.work == Work::pullback ? job_.cotangent : job_.tangent;
        load_vector(vector, rows, tile_.gradient);
        if (job_.work == Work::bend) load_vector(job_.cotangent, rows, tile_.left);
        const Stages& stage = job_.work == Work::pullback      ? activation_.pullback
                              : job_.work == Work::pushforward ? activation_.pushforward
                                                               : activation_.bend;
        stage.in(precise_)(tile_);
    }
    if (tile_.keep) {
        const double absent =
            job_.work == Work::forward && activation_.gives_logarithms ? -infinity : 0.0;
        for (Index e = 0; e < tile_.entries(); ++e) {
            result[e] = select(tile_.keep[e], result[e], splat(absent));
        }
    }
    store_entries(job_.output, rows, shape, result);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
