// A tile of short rows side by side, one a lane: strands of as many rows as a vector has numbers,
// a vector for each class. Raised powers take the place of the logits, and results that of those.
#pragma once

#include <memory>

#include "../arithmetic/line_writer.hpp"
#include "../stages/workspace.hpp"
#include "tiling.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

template <class N>
class ShortRowsTile {
public:
    using Vector = typename N::Vector;
    static constexpr Index most_strands = 32;
    static constexpr Index most_rows = most_strands * N::count;

    // Whether rows are short, or stand in columns.
    static bool serves(const Job& job);
    static Index rows_at_a_time(const Job& job);
    static Index packs(const Job& job);

    ShortRowsTile(const Job& job, bool negates, Workspace& workspace);

    // Rows of a part of the job that ends with row `end`: beyond it, another thread may be writing.
    // What the last strand lacks is filled up with the last row.
    void load(Index first, Index rows, Index end);
    // Those of one an entry, in numbers of this kind.
    void load_targets(Index first, Index rows, Index end);
    // All but those that are `left_out`, if that is not null.
    void store(Index first, Index rows, const bool* left_out);
    // Writes what waits for the rest of its cache line: at last, and before others write rows.
    void finish();
    // Fetches what the tile after this one will read, a part for each strand while that is
    // computed; and the cache lines that this one's results share with others.
    SOFTGRAD_INLINE void fetch(Index first, Index rows, Index strand) const {
        const Index next = first + rows;
        if (!ahead_.step || next + rows > job_.rows) return;
        const char* at =
            job_.logits.at.data + next * job_.logits.at.stride[0] + strand * ahead_.strand;
        for (Index i = 0; i < ahead_.end; i += ahead_.step) __builtin_prefetch(at + i);
    }
    void fetch_edges(Index first, Index rows) const;

    Vector* entries(Index strand) { return entries_ + strand * job_.classes; }
    // The largest of each row's entries.
    Vector top(Index strand) const {
        const Vector* z = entries_ + strand * job_.classes;
        Vector found = all_of<N>(-infinity), other = found;
        Index k = 0;
        for (; k + 2 <= job_.classes; k += 2) {
            found = largest(z[k], found);  // NaN is ignored
            other = largest(z[k + 1], other);
        }
        if (k < job_.classes) found = largest(z[k], found);
        return largest(other, found);
    }
    // What else a strand comes to: of labels the diagonal of the Hessian, which is stored too.
    Vector* bends(Index strand) { return bends_ + strand * job_.classes; }
    Vector* targets(Index strand) { return targets_ + strand * job_.classes; }

private:
    static constexpr Index arrays = 4;

    template <class T>
    void load_as(const Entries& entries, Index first, Index rows, Index end, Vector* to);
    template <class T>
    void load_strand(const char* row, Index stride, Vector* to);
    template <class T>
    void load_by_number(const Matrix& from, Index first, Index rows, Vector* to);
    template <class T>
    void store_as(const Entries& to, Index first, Index rows, const bool* left_out, Vector* from);
    template <class T>
    void store_columns(const Entries& to, Index first, Index strands, const Vector* from);
    template <class T>
    void store_rows(char* to, Index strands, const Vector* from) const;
    template <class T>
    void store_by_number(const Entries& to, Index first, Index rows, const bool* left_out,
                         const Vector* from) const;

    // What is fetched ahead for a strand, in bytes.
    struct Ahead {
        Index strand, step, end;
    };

    const Job& job_;
    Ahead ahead_{};
    bool negates_;
    bool streams_;
    Vector *entries_, *bends_, *targets_;
    char* rows_;  // results in the order of rows
    // Of streamed columns of the one result and the other.
    std::unique_ptr<LineWriter[]> lines_[2];
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
