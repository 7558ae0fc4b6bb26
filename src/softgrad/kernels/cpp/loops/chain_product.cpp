// The chain for a product with the second derivative of a loss: with r(z) what the loss lives on, g
// and H its derivatives by r, and J that of r,
//     J^T (H (J v)) + (sum_k g_k Hessian of r_k) v.
// Entry by entry it is the Hessian's diagonal times v, and of a Fenchel-Young loss J v.
#include "chain.hpp"
#include "store.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool Chain::run_product(const TileRows& rows) {
    if (!load_rows(rows) || !load_targets(rows)) return false;
    precise_ = job_.logits.storage == Storage::float64 || reaches_far_out();
    activation_.forward.in(precise_)(tile_);
    Pack* const slopes = tile_.gradient;
    if (loss_) {
        multiply_by_hessian(rows);
    } else {
        tile_.gradient = product_;
        load_vector(job_.tangent, rows, product_);
        activation_.pushforward.in(precise_)(tile_);
    }
    tile_.gradient = slopes;
    weigh(product_);
    store_entries(job_.output, rows, tile_.shape, product_);
    return true;
}

void Chain::multiply_by_hessian(const TileRows& rows) {
    const bool by_logits = tile_.form == Form::logits;
    evaluate_by_form();
    Pack* const slopes = tile_.gradient;
    load_vector(job_.tangent, rows, product_);
    tile_.gradient = product_;
    if (!by_logits) activation_.pushforward.in(precise_)(tile_);
    multiply_by_hessian_of_loss();
    if (by_logits) return;

    const Tile whole = tile_;
    tile_.hessian = tile_.left = tile_.right = nullptr;
    activation_.pullback.in(precise_)(tile_);
    if (!job_.is_gauss_newton) {
        Pack* const bent = whole.hessian;  // which has been used
        load_vector(job_.tangent, rows, bent);
        tile_.gradient = bent;
        tile_.left = slopes;
        activation_.bend.in(precise_)(tile_);
        for (Index e = 0; e < tile_.entries(); ++e) product_[e] += bent[e];
    }
    tile_ = whole;
}

void Chain::multiply_by_hessian_of_loss() {
    if (loss_->product) return loss_->product.in(precise_)(tile_);
    const Shape& shape = tile_.shape;
    Pack* const u = tile_.gradient;
    for (Index s = 0; s < shape.strands; ++s) {
        const Index start = s * shape.packs, end = start + shape.packs;
        Pack of_left = {}, of_right = {};
        for (Index e = start; tile_.left && e < end; ++e) {
            of_left = multiply_add(tile_.left[e], u[e], of_left);
            of_right = multiply_add(tile_.right[e], u[e], of_right);
        }
        of_left = shape.across(of_left);
        of_right = shape.across(of_right);
        for (Index e = start; e < end; ++e) {
            u[e] = carried(u[e], tile_.hessian[e]);
            if (tile_.left) u[e] += tile_.left[e] * of_right + tile_.right[e] * of_left;
        }
    }
}

void Chain::multiply_diagonal(const TileRows& rows) {
    load_vector(job_.tangent, rows, product_);
    for (Index e = 0; e < tile_.entries(); ++e) {
        product_[e] = carried(product_[e], tile_.hessian[e]);
    }
    weigh(product_);
    store_entries(piece_of(job_.output), rows, tile_.shape, product_);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
