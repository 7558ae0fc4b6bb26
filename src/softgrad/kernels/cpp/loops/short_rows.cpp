#include "short_rows.hpp"

#include "short_rows_dense.hpp"
#include "short_rows_flat.hpp"
#include "short_rows_tile.hpp"
#include "short_rows_turned.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

bool serves_short_rows(const Job& job) {
    return in_numbers_of(job.logits.storage,
                         [&](auto kind) { return ShortRowsTile<decltype(kind)>::serves(job); });
}

Index short_rows_at_a_time(const Job& job) {
    return in_numbers_of(job.logits.storage, [&](auto kind) {
        return ShortRowsTile<decltype(kind)>::rows_at_a_time(job);
    });
}

Index packs_of_short_rows(const Job& job) {
    const Index flat = !serves_short_rows_flat(job)                ? 0
                       : job.work == Work::loss && !job.has_labels ? packs_of_flat_dense(job)
                                                                   : packs_of_short_rows_flat(job);
    return flat + in_numbers_of(job.logits.storage, [&](auto kind) {
               return ShortRowsTile<decltype(kind)>::packs(job);
           });
}

bool run_short_rows(const SoftmaxWork& work, Chain& chain, Index begin, Index end) {
    if (serves_flat_dense(work)) return run_flat_dense(work, chain, begin, end);
    if (work.has_dense()) return run_short_rows_dense(work, chain, begin, end);
    if (serves_short_rows_flat(work.job)) return run_short_rows_flat(work, chain, begin, end);
    return in_numbers_of(work.job.logits.storage, [&](auto kind) {
        return run_turned<decltype(kind)>(work, chain, begin, end);
    });
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
