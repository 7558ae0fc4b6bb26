// The general loop: a tile is loaded, goes through the stages of an activation and a loss one after
// the other, and is stored. Every pair and every map runs through it; what runs faster elsewhere
// (loops/softmax_work.hpp) gives the same.
#pragma once

#include "../stages/element_wise.hpp"
#include "../stages/workspace.hpp"
#include "tiling.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class Chain {
public:
    Chain(const Job& job, const ActivationStages& activation, const LossStages* loss,
          const Tiling& tiling);

    // Tiles take their memory anew for each part of a job.
    void prepare(Workspace& workspace);
    Index packs_of_workspace() const;

    // Whether no entry of a row looks at another, so that a tile may hold a piece of one row.
    static bool works_in_pieces(const Job& job, const ActivationStages& activation,
                                const LossStages* loss);

    // One tile, with all pieces of its row; false where a label or a target is out of range.
    bool run(const TileRows& rows);

    // As many tiles as the rows take.
    bool run_all(const TileRows& rows);

private:
    bool load_rows(const TileRows& rows);  // logits, row weights, labels
    void finish_rows(const TileRows& rows);  // values, gradient and Hessian, weighted and stored
    bool by_label() const;
    bool reaches_far_out() const;
    bool run_piece(const TileRows& rows);
    void run_map(const TileRows& rows);
    bool run_product(const TileRows& rows);
    void multiply_by_hessian(const TileRows& rows);
    void multiply_by_hessian_of_loss();
    void multiply_diagonal(const TileRows& rows);
    void load_vector(const Entries& from, const TileRows& rows, Pack* to);
    Entries piece_of(const Entries& entries) const;
    bool load_row_labels(const TileRows& rows);
    bool load_targets(const TileRows& rows);
    void evaluate_loss();
    void evaluate_by_form();
    void silence_what_cannot_occur();
    void take_slopes_off();
    void weigh_heads();
    void add_tails();
    void weigh(Pack* entries) const;

    const Job& job_;
    const ActivationStages& activation_;
    const LossStages* loss_;
    const Tiling tiling_;
    const bool is_diagonal_;  // whether a product is entry by entry with the Hessian's diagonal
    bool precise_;
    bool masked_;
    Index first_entry_ = 0;  // of the piece at work
    Tile tile_{};
    Pack* factor_ = nullptr;  // the weight of each row
    Pack* kept_gradient_ = nullptr;  // of heads, while tails are at work; before, the target
    Pack* kept_hessian_ = nullptr;
    Pack* product_ = nullptr;  // of the Hessian and a vector
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
