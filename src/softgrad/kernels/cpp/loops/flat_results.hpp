// Where results of short rows in the order of memory go, as many rows at a time as a register has lanes.
#pragma once

#include "../arithmetic/line_writer.hpp"
#include "flat_rows.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// Some rows from `first` on; those that are `left_out`, if that is not null, are not to be written.
struct FlatGroup {
    Index first, count;
    const bool* left_out;

    bool is_whole() const { return count == wide_lanes && !left_out; }
};

class FlatOutput {
public:
    // Results that nobody wants are put into the room for pieces.
    FlatOutput(const Job& job, const Entries& to, Workspace& workspace)
        : to_(to),
          classes_(job.classes),
          room_(reinterpret_cast<float*>(workspace.take(packs(job)))),
          may_stream_(!to || LineWriter::serves(to.at.data)) {}

    static Index packs(const Job& job) { return job.classes; }
    explicit operator bool() const { return bool(to_); }
    bool may_stream() const { return may_stream_; }

    // Whole groups, whose vectors leave one after the other: by value, so that a loop keeps it.
    SOFTGRAD_INLINE LineWriter lines(const FlatGroup& group) {
        lines_.start(at(group.first));
        return lines_;
    }
    SOFTGRAD_INLINE void keep(const LineWriter& lines) { lines_ = lines; }
    void finish() { lines_.finish(); }

    // Any groups: their entries in the order of memory, and what is to be done after they are there.
    SOFTGRAD_INLINE float* room_for(const FlatGroup& group) const {
        return to_ && group.is_whole() ? at(group.first) : room_;
    }
    SOFTGRAD_INLINE void put(const FlatGroup& group) const {
        if (!to_ || group.is_whole()) return;
        for (Index r = 0; r < group.count; ++r) {
            if (group.left_out && group.left_out[r]) continue;
            std::memcpy(to_.at.row(group.first + r), room_ + r * classes_,
                        static_cast<std::size_t>(classes_) * sizeof(float));
        }
    }

private:
    float* at(Index row) const { return reinterpret_cast<float*>(to_.at.row(row)); }

    const Entries& to_;
    Index classes_;
    float* room_;
    bool may_stream_;
    LineWriter lines_;
};

// The results of a loop over the vectors of a group: put one by one where the loop says so.
class ToMemory {
public:
    ToMemory(FlatOutput& output, const FlatGroup& group)
        : output_(output), group_(group), to_(output.room_for(group)) {}
    SOFTGRAD_INLINE void put(WideFloat x) {
        store_unaligned(to_, x);
        to_ += wide_lanes;
    }
    SOFTGRAD_INLINE void finish() const { output_.put(group_); }

private:
    FlatOutput& output_;
    const FlatGroup& group_;
    float* to_;
};
class PastCaches {
public:
    PastCaches(FlatOutput& output, const FlatGroup& group)
        : output_(output), wanted_(output), lines_(wanted_ ? output.lines(group) : LineWriter()) {}
    SOFTGRAD_INLINE void put(WideFloat x) {
        if (wanted_) lines_.put(x);
    }
    SOFTGRAD_INLINE void finish() const {
        if (wanted_) output_.keep(lines_);
    }

private:
    FlatOutput& output_;
    bool wanted_;
    LineWriter lines_;
};

// The gradient and the diagonal of the Hessian, whichever is wanted.
class FlatResults {
public:
    struct OfEntries {
        WideFloat gradient, bend;
    };

    FlatResults(const Job& job, Workspace& workspace)
        : gradient_(job, job.output, workspace),
          bend_(job, job.second_output, workspace),
          streams_(is_worth_streaming(job) && gradient_.may_stream() && bend_.may_stream()) {}
    static Index packs(const Job& job) { return 2 * FlatOutput::packs(job); }

    bool are_wanted() const { return gradient_ || bend_; }
    bool are_curved() const { return bool(bend_); }

    // What `make` says of each vector of entries, its rows, and the places of the entries.
    template <bool curved, class Make>
    SOFTGRAD_INLINE void put(const FlatEntries& at, const FlatGroup& group, const Make& make) {
        if (streams_ && group.is_whole()) return put_to<PastCaches, curved>(at, group, make);
        finish();
        put_to<ToMemory, curved>(at, group, make);
    }
    // Writes what waits: also before others write the rows that were left out.
    void finish() {
        if (!streams_) return;
        gradient_.finish();
        bend_.finish();
    }

private:
    template <class To, bool curved, class Make>
    SOFTGRAD_INLINE void put_to(const FlatEntries& at, const FlatGroup& group, const Make& make) {
        To gradient(gradient_, group), bend(curved ? bend_ : gradient_, group);
        WideFloat place = Singles::lane_numbers();
        for (Index i = 0; i < at.vectors; ++i) {
            const OfEntries found = make(i, at.row_of(i), place);
            gradient.put(found.gradient);
            if (curved) bend.put(found.bend);
            place += wide(wide_lanes);
        }
        gradient.finish();
        if (curved) bend.finish();
    }

    FlatOutput gradient_, bend_;
    bool streams_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
