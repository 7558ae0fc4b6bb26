// The kernels of one instruction set: which stages a job takes, and how a part of it is run.
#include <new>

#include "coin_products.hpp"
#include "coin_rows.hpp"
#include "entry_pairs.hpp"
#include "entry_rows.hpp"
#include "flat.hpp"
#include "float_copies.hpp"
#include "long_row_hessians.hpp"
#include "long_row_products.hpp"
#include "long_rows.hpp"
#include "on_powers.hpp"
#include "row_pairs.hpp"
#include "short_row_hessians.hpp"
#include "short_rows.hpp"
#include "spelled_labels.hpp"
#include "targets_fit.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Maps by entry are numbered first, then those of rows.
static const ActivationStages& activation_of(const Job& job) {
    const int entries = activations_by_entry.count;
    return job.activation < entries ? activations_by_entry[job.activation]
                                    : activations_of_rows[job.activation - entries];
}

static const LossStages* loss_of(const Job& job) {
    return is_of_loss(job.work) && job.loss != fenchel_young ? &losses[job.loss] : nullptr;
}

static OnPowers on_powers(const Job& job) {
    return OnPowers::of(job, activation_of(job), loss_of(job));
}

static int activation_number(const char* name) {
    const int number = activations_by_entry.number_of(name);
    if (number >= 0) return number;
    const int of_rows = activations_of_rows.number_of(name);
    return of_rows < 0 ? -1 : activations_by_entry.count + of_rows;
}

static int loss_number(const char* name) {
    return std::strcmp(name, "fenchel_young") == 0 ? fenchel_young : losses.number_of(name);
}

// Where slopes have no bound, losses on log p and the squares of steps are left to the definition.
static bool is_too_steep(const Job& job, const ActivationStages& activation) {
    if (!activation.is_steep || !activation.is_steep(job.activation_parameters)) return false;
    if (job.work == Work::loss_product) return losses[job.loss].form == Form::log;
    return job.second_output && losses[job.loss].steps;
}

static bool serves(const Job& job) {
    const ActivationStages& activation = activation_of(job);
    switch (job.work) {
        case Work::forward: return bool(activation.forward);
        case Work::pullback: return bool(activation.pullback);
        case Work::pushforward: return bool(activation.pushforward);
        case Work::bend: return bool(activation.bend);
        case Work::loss_product:
            if (job.loss == fenchel_young) return activation.fenchel_young || activation.has_ghost;
            if (is_too_steep(job, activation)) return false;
            return !job.is_gauss_newton || losses[job.loss].has_bend_by_output;
        case Work::loss:
        case Work::look: break;
    }
    if (job.loss == fenchel_young) return bool(activation.fenchel_young);
    return losses[job.loss].evaluate && !is_too_steep(job, activation);
}

static Tiling tiling_of(const Job& job) {
    const bool in_pieces = Chain::works_in_pieces(job, activation_of(job), loss_of(job));
    return Tiling::of(job, job.rows, in_pieces);
}

// Which loop runs a job.
enum class Loop {
    flat,
    float_copies,
    short_rows,
    long_rows,
    long_row_products,
    long_row_hessians,
    short_row_hessians,
    coin_rows,
    coin_products,
    entry_pairs,
    row_pairs,
    spelled_labels,
    chain,
};

static Loop loop_as_given(const Job& job) {
    const ActivationStages& activation = activation_of(job);
    if (serves_flat(job, activation)) return Loop::flat;
    if (floats_of(job, activation)) return Loop::float_copies;
    if (serves_coin_rows(job, activation, loss_of(job))) return Loop::coin_rows;
    if (serves_coin_products(job, activation, loss_of(job))) return Loop::coin_products;
    if (serves_entry_pairs(job, activation, loss_of(job))) return Loop::entry_pairs;
    if (serves_row_pairs(job, activation, loss_of(job))) return Loop::row_pairs;
    const OnPowers on = on_powers(job);
    if (!SoftmaxWork::serves(job, on.activation, on.loss)) return Loop::chain;
    if (job.work != Work::loss && job.work != Work::forward) {
        if (serves_long_row_products(job, on.activation)) return Loop::long_row_products;
        if (serves_short_row_hessians(job, on.activation, on.loss)) return Loop::short_row_hessians;
        if (serves_long_row_hessians(job, on.activation, on.loss)) return Loop::long_row_hessians;
        return Loop::chain;
    }
    const bool are_short = !on.takes_rows_only() && serves_short_rows(job);
    // Of targets an entry short rows are served in float32 and float64.
    if (are_short && job.has_target_entries() && size_of(job.logits.storage) == 2) {
        return Loop::chain;
    }
    return are_short ? Loop::short_rows : serves_long_rows(job) ? Loop::long_rows : Loop::chain;
}

static std::int64_t rows_of(Loop loop, const Job& job) {
    switch (loop) {
        case Loop::flat: return flat_packs * lanes;
        case Loop::float_copies: return rows_of_float_copies(job);
        case Loop::short_rows: return short_rows_at_a_time(job);
        case Loop::coin_rows:
        case Loop::coin_products:
        case Loop::entry_pairs:
        case Loop::row_pairs: return entry_rows_at_a_time(job);
        case Loop::short_row_hessians: return short_row_hessians_at_a_time(job);
        case Loop::long_rows:
        case Loop::long_row_products:
        case Loop::long_row_hessians: return 1;
        default: return tiling_of(job).rows;
    }
}

static Loop loop_of(const Job& job) {
    const Loop loop = loop_as_given(job);
    if (loop != Loop::chain || !SpelledLabels::serve(job, loss_of(job))) return loop;
    const bool is_faster = loop_as_given(SpelledLabels::job_of(job)) != Loop::chain;
    return is_faster ? Loop::spelled_labels : loop;
}

static std::int64_t rows_of_a_tile(const Job& job) {
    if (job.work == Work::look) return tiling_of(job).rows;
    const Loop loop = loop_of(job);
    return loop == Loop::spelled_labels ? SpelledLabels::most_rows(job) : rows_of(loop, job);
}

// What a loop takes beside its chain.
static Index packs_of(Loop loop, const Job& job) {
    switch (loop) {
        case Loop::chain:
        case Loop::coin_products: return 0;
        case Loop::coin_rows: return packs_of_coin_rows();
        case Loop::entry_pairs: return packs_of_entry_pairs();
        case Loop::row_pairs: return packs_of_row_pairs();
        case Loop::short_rows: return packs_of_short_rows(job);
        case Loop::short_row_hessians: return packs_of_short_row_hessians(job);
        default: return packs_of_long_rows(job);
    }
}

static bool run_rows(const Job& job, Loop loop, Index begin, Index end) {
    if (loop == Loop::spelled_labels) {
        return SpelledLabels(job).each(begin, end, [](const Job& spelled, Index first, Index last) {
            return run_rows(spelled, loop_as_given(spelled), first, last);
        });
    }
    const ActivationStages& activation = activation_of(job);
    const LossStages* loss = loss_of(job);
    Chain chain(job, activation, loss, tiling_of(job));
    const Index of_loop = packs_of(loop, job);
    Workspace& workspace = Workspace::of_this_thread();
    workspace.reserve(chain.packs_of_workspace() + of_loop);
    chain.prepare(workspace);
    if (loop == Loop::coin_rows) return run_coin_rows(job, activation, *loss, chain, begin, end);
    if (loop == Loop::entry_pairs) {
        return run_entry_pairs(job, activation, *loss, chain, begin, end);
    }
    if (loop == Loop::row_pairs) return run_row_pairs(job, activation, loss, chain, begin, end);
    if (loop == Loop::coin_products) return run_coin_products(job, chain, begin, end);
    if (loop == Loop::chain) return chain.run_all({begin, end - begin, end});
    const SoftmaxWork work = on_powers(job).work(job);
    switch (loop) {
        case Loop::short_rows: return run_short_rows(work, chain, begin, end);
        case Loop::long_rows: return run_long_rows(work, chain, begin, end);
        case Loop::short_row_hessians: return run_short_row_hessians(work, chain, begin, end);
        case Loop::long_row_hessians: return run_long_row_hessians(work, chain, begin, end);
        default: return run_long_row_products(work, chain, begin, end);
    }
}

static Outcome run(const Job& job, Index begin, Index end) {
    try {
        if (job.work == Work::look) {
            return targets_fit(job, tiling_of(job), begin, end) ? Outcome::done
                                                                : Outcome::target_out_of_range;
        }
        const ActivationStages& activation = activation_of(job);
        switch (const Loop loop = loop_of(job)) {
            case Loop::flat: run_flat(job, activation, begin, end); break;
            case Loop::float_copies:
                run_float_copies(job, floats_of(job, activation), begin, end);
                break;
            default:
                if (!run_rows(job, loop, begin, end)) return Outcome::target_out_of_range;
        }
        return Outcome::done;
    } catch (const std::bad_alloc&) {
        return Outcome::out_of_memory;
    }
}

static SharedRow shared_row(const Job& job) {
    if (job.work == Work::look || loop_of(job) != Loop::long_rows) return {0, 0};
    return shared_long_row(on_powers(job).work(job));
}

static bool run_row_step(const Job& job, RowStep step, const RowPart& part) {
    try {
        const SoftmaxWork work = on_powers(job).work(job);
        switch (step) {
            case RowStep::raise: raise_shared_row(work, part); return true;
            case RowStep::join: return join_shared_row(work, part);
            case RowStep::write: write_shared_row(work, part); return true;
        }
    } catch (const std::bad_alloc&) {
    }
    return false;
}

extern const KernelTable kernels;
const KernelTable kernels = {
    run, rows_of_a_tile, shared_row, run_row_step, activation_number, loss_number, serves};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
