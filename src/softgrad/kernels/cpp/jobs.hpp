// What the caller hands to the kernels: the only header, beside the C++ library's, that both the
// portable part and the builds for one instruction set include.
#pragma once

#include <cstdint>

namespace softgrad {

enum class Storage { float64, float32, float16, bfloat16 };

inline constexpr std::int64_t size_of(Storage storage) {
    return storage == Storage::float64 ? 8 : storage == Storage::float32 ? 4 : 2;
}

// An array seen as rows of entries, anywhere in memory. Strides are in bytes and may be negative.
struct Matrix {
    static constexpr int most_axes = 8;
    char* data = nullptr;
    std::int64_t entry_stride = 0;
    // The axes that number the rows, the last one running fastest; joined where they can be.
    int axes = 0;
    std::int64_t extent[most_axes];
    std::int64_t stride[most_axes];

    explicit operator bool() const { return data != nullptr; }

    std::int64_t offset_of(std::int64_t row) const {
        if (axes == 1) return row * stride[0];
        std::int64_t offset = 0;
        for (int axis = axes - 1; axis >= 0; --axis) {
            offset += row % extent[axis] * stride[axis];
            row /= extent[axis];
        }
        return offset;
    }
    char* row(std::int64_t number) const { return data + offset_of(number); }
    // The distance from each row to the next, where it is the same for all; else 0.
    std::int64_t row_stride() const { return axes == 1 ? stride[0] : 0; }
};

struct Entries {
    Matrix at;
    Storage storage;
    explicit operator bool() const { return bool(at); }
};

// Class labels, one a row: integers of any width, signed or not.
struct Labels {
    Matrix at;
    int bytes = 0;
    bool is_signed = false;
};

inline constexpr int most_parameters = 4;
inline constexpr int fenchel_young = -2;  // the number of the loss that activations supply

enum class Work {
    forward,      // output := a(z)
    pullback,     // output := J^T g
    pushforward,  // output := J v
    bend,         // output := (sum_k g_k Hessian of a_k) v
    loss,         // values, gradient (output), Hessian's diagonal (second_output)
    look,         // nothing is computed: only whether the targets lie within their limits
    loss_product,  // output := (Hessian of the loss by the logits) v
};

inline constexpr bool is_of_loss(Work work) {
    return work == Work::loss || work == Work::look || work == Work::loss_product;
}

struct Job {
    Work work;
    int activation;                          // its number in the table of kernels
    int loss;  // likewise; Fenchel-Young's is that of the activation
    double activation_parameters[most_parameters];
    double loss_parameters[most_parameters];
    std::int64_t rows;
    std::int64_t classes;
    Entries logits;
    Entries output;  // may be the logits
    Entries second_output;
    Entries cotangent;  // g
    Entries tangent;  // v
    // Targets: one of the two.
    Entries target;
    Labels labels;
    double lowest_target;  // of targets one number an entry; NaN is let pass
    double highest_target;
    bool checks_target;
    bool has_labels;
    bool has_ignored_label;
    std::int64_t ignored_label;
    const double* class_weight;  // one a class, for labels; null for 1
    double smoothing;
    double heads_weight, tails_weight;  // what the two sides of each coin count
    bool is_gauss_newton;  // the product is with J^T H J by the output alone
    Matrix keep;  // bytes, 0 for masked out
    Entries row_weight;  // one a row, null for 1
    double scale;  // of all rows
    Entries values;  // one a row

    // Of a loss: whether its targets are one an entry, not labels.
    bool has_target_entries() const { return work == Work::loss && !has_labels; }
};

enum class Outcome { done, target_out_of_range, out_of_memory };

// A row that is long enough to be shared by threads: its blocks, and the bytes of what they have in
// common; none of rows that are not.
struct SharedRow {
    std::int64_t blocks;
    std::int64_t bytes_of_state;
};
struct RowPart {
    std::int64_t row;
    std::int64_t first, last;  // of its blocks
    void* state;
};

// Its steps. Parts of one step may run in any order, on any thread.
enum class RowStep { raise, join, write };

// The kernels of one instruction set.
struct KernelTable {
    // A part of a job: rows [begin, end).
    Outcome (*run)(const Job&, std::int64_t begin, std::int64_t end);
    // How many rows fill a tile: parts are whole multiples of it, so that no result depends on how
    // a job is divided among threads.
    std::int64_t (*rows_of_a_tile)(const Job&);
    SharedRow (*shared_row)(const Job&);
    // Not done, if the step is to join: the row has to be run as others are.
    bool (*run_row_step)(const Job&, RowStep, const RowPart&);
    // The numbers of an activation and a loss by their names in the catalogue; -1 if there is none.
    int (*activation)(const char* name);
    int (*loss)(const char* name);
    // Whether there are stages for all of a job.
    bool (*serves)(const Job&);
};

}  // namespace softgrad
