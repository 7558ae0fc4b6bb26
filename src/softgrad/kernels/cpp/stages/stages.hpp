// What a stage is, and what an activation and a loss supply: function pointers over a tile. A pair
// is a chain of them that is put together at run time.
#pragma once

#include <initializer_list>

#include "dense_loop.hpp"
#include "entry_floats.hpp"
#include "float_stages.hpp"
#include "positive_entries.hpp"
#include "tile.hpp"
#include "whole_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

using Stage = void (*)(Tile&);

// One stage in both precisions.
struct Stages {
    Stage brief = nullptr;
    Stage precise = nullptr;
    Stage in(bool precisely) const { return precisely ? precise : brief; }
    explicit operator bool() const { return brief != nullptr; }
};

// `Function<Brief>` and `Function<Precise>` of a stage that is a template.
#define SOFTGRAD_STAGES(...)                                           \
    ::softgrad::SOFTGRAD_INSTRUCTION_SET::Stages {                     \
        __VA_ARGS__<::softgrad::SOFTGRAD_INSTRUCTION_SET::Brief>,      \
            __VA_ARGS__<::softgrad::SOFTGRAD_INSTRUCTION_SET::Precise> \
    }

// A loss of the true class alone, for rows whose label is known: psi and two derivatives by
// L = -log p, of `count` packs of rows.
struct TrueClass {
    Pack nll;  // L = -log p >= 0, accurate when p is near 1
    Pack p;
    Pack q;    // 1 - p, accurate when p is near 1
};
struct Psi {
    Pack value;
    Pack first;
    Pack second;
};
using PsiStage = void (*)(Index count, const TrueClass*, const double* parameters, Psi*);

enum class Kind {
    values,   // entry by entry
    coins,    // entry by entry, each output a probability; has tails
    classes,  // of the whole row
};

struct ActivationStages {
    const char* name;  // of the catalogue
    Kind kind;
    double neutral;    // the logit of an entry that is not there
    // From z: every array of heads (and tails) that is not null. Under Form::log these belong to
    // log p; for an activation that gives logarithms, to the probability whose logarithm it is.
    Stages forward;
    // tile.gradient and tile.hessian (with left, right) from the loss's form to the logits.
    Stages pullback;
    // tile.gradient := J gradient, with the Jacobian of what the loss lives on.
    Stages pushforward;
    // tile.gradient := (sum_k left_k Hessian of entry k of that) gradient.
    Stages bend;
    // value, gradient and hessian of the Fenchel-Young loss by the logits; null without potential.
    Stages fenchel_young;
    // Whether that stage reads what forward made of the logits, rather than the logits.
    bool fenchel_young_reads_output = false;
    // Whether the output of a map of rows is no probability: it has no complement.
    bool gives_values = false;
    // Whether forward fills heads.first, heads.second and tails.second with slopes (tile.hpp).
    bool has_slopes = false;
    // exp((z - max z) / T) and kin: the sign of the logits, and 0 for every other map.
    int sign_of_exponent = 0;
    bool has_temperature = false;
    bool has_derivatives_of_softmax = false;  // of a temperature of 1, and an output of its own
    bool has_ghost = false;  // a class that is in every row without being an entry
    // Of positive values, whether forward can fill tails.second with a''/a under Form::log.
    bool log_bends = false;
    // Whether the output is a logarithm; of a map of rows, its probability stands in the tails.
    bool gives_logarithms = false;
    // Whether log p, or p itself, has slopes without bound where p -> 0: a product of two of them is no
    // number. Null where it has none.
    bool (*is_steep)(const double* parameters) = nullptr;
    // Of some activations entry by entry, for float32 and less.
    FloatStages floats = {};
    BriefRuns brief_runs = {};
    SidesStages sides = {};  // of some coins
    PositiveStage positives = nullptr;  // of positive values entry by entry
    FloatStages weights = {};  // of f(z) / sum f(z): f
    // Of one entry by entry: in float32 lanes what has a formula there for these parameters.
    BriefRuns runs_in_floats(const double* parameters) const {
        BriefRuns found = brief_runs;
        if (!floats.serves || !floats.serves(parameters)) return found;
        if (floats.value) found.value = floats.value;
        if (floats.product) found.product = floats.product;
        if (floats.complement) found.complement = floats.complement;
        return found;
    }
};

struct LossStages {
    const char* name;
    Form form;
    bool two_sided;  // on coins, summed over both sides of each
    bool needs_p, needs_q, needs_log;  // which arrays of a side it reads
    bool has_pair;  // whether its Hessian has a part left right^T + right left^T
    // From heads, target and label: adds to value; writes gradient and hessian (left, right).
    Stages evaluate;
    // tile.gradient := Hessian gradient, of a loss whose Hessian is no diagonal and pair; after
    // evaluate.
    Stages product = {};
    StepSquares steps = nullptr;  // for its diagonal behind a map of rows (tile.hpp)
    bool of_entries = false;  // a sum over entries that look at no other
    bool has_bend_by_output = true;  // of a loss on log p, its Hessian less diag(gradient)
    bool of_positive_values = false;  // on their logarithms (separable.hpp)
    // Of a loss of the true class alone; null for others.
    PsiStage psi_brief = nullptr;
    PsiStage psi_precise = nullptr;
    bool psi_is_identity = false;  // cross-entropy: derivatives need no logarithm
    bool is_squared_error = false;
    // Whether the gradient by log p is the negative target: by the logits of exponentials the Hessian
    // is the mass of the targets times the Jacobian.
    bool is_linear_in_log = false;
    // For targets one an entry: those that a loss names, and in float32 those made of its formulas.
    struct Dense {
        DenseStages own = {}, made = {};
        // Null where there are none with these parameters.
        const DenseStages* serving(const double* parameters) const {
            for (const DenseStages* stages : {&own, &made}) {
                if (stages->evaluate && stages->serves(parameters)) return stages;
            }
            return nullptr;
        }
    };
    Dense dense = {};
    DenseStagesIn<Doubles> dense_in_doubles = {};
    WholeRowStage whole_row = nullptr;  // of one number an entry that meets all others
    // Of losses by entries that live on the output: from float32 to float32.
    EntryStage entries = nullptr;
    EntryStage class_entries = nullptr;  // of those on its logarithm, for classes
    PositiveStage positives = nullptr;  // of those on the logarithms of positive values

    // Those of L::Dense, and in float32 those of its other formulas.
    template <class L, class Formulas>
    constexpr void take_dense() {
        dense = {DenseStagesOf<Singles, L>::stages, DenseLoop<Singles, Formulas>::stages};
        dense_in_doubles = DenseStagesOf<Doubles, L>::stages;
    }
};

// All stages of one kind, in the order of their numbers.
template <class Stage>
struct List {
    const Stage* first;
    int count;

    template <int length>
    constexpr explicit List(const Stage (&stages)[length]) : first(stages), count(length) {}
    const Stage& operator[](int number) const { return first[number]; }
    // The number of a name of the catalogue; -1 if it has no stages.
    int number_of(const char* name) const {
        for (int i = 0; i < count; ++i) {
            if (std::strcmp(first[i].name, name) == 0) return i;
        }
        return -1;
    }
};

extern const List<ActivationStages> activations_by_entry;
extern const List<ActivationStages> activations_of_rows;
extern const List<LossStages> losses;

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
