// Where the results of some short rows in the order of memory go, a group of rows at a time.
#pragma once

#include "../arithmetic/line_writer.hpp"
#include "../stages/workspace.hpp"
#include "tiling.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class FlatOutput {
public:
    // Results nobody wants are put into the room.
    FlatOutput(const Job& job, const Entries& to, Workspace& workspace)
        : to_(to), classes_(job.classes), room_(take_room(job, workspace)), lines_(room_) {
        streams_ = to && is_worth_streaming(job) && LineWriter::serves(to.at.data);
    }

    static Index packs(const Job& job) { return job.classes + 2 * lines_at_ends; }
    explicit operator bool() const { return bool(to_); }

    // Where a vector of rows from `first` on shall be put, of which so many are there; `left_out`
    // are not to be written.
    SOFTGRAD_INLINE float* room_for(Index first, Index count, const bool* left_out) {
        if (__builtin_expect(left_out != nullptr, false)) return room_in_pieces();
        if (!to_) return room_;
        if (streams_) return lines_.room_for(at(first));
        return count == wide_lanes ? at(first) : room_;
    }
    SOFTGRAD_INLINE void put(Index first, Index count, const bool* left_out) {
        if (!to_) return;
        if (__builtin_expect(left_out != nullptr, false)) {
            for (Index r = 0; r < count; ++r) {
                if (!left_out[r]) copy(room_ + r * classes_, first + r, 1);
            }
        } else if (streams_) {
            lines_.put(count * classes_);
        } else if (count < wide_lanes) {
            copy(room_, first, count);
        }
    }
    void finish() {
        if (streams_) lines_.finish();
    }

private:
    static constexpr Index lines_at_ends = 64 / pack_bytes;

    static float* take_room(const Job& job, Workspace& workspace) {
        return reinterpret_cast<float*>(workspace.take(packs(job)));
    }
    float* room_in_pieces() {
        finish();
        return room_;
    }
    float* at(Index row) const { return reinterpret_cast<float*>(to_.at.row(row)); }
    void copy(const float* from, Index row, Index rows) const {
        std::memcpy(to_.at.row(row), from,
                    static_cast<std::size_t>(rows * classes_) * sizeof(float));
    }

    const Entries& to_;
    Index classes_;
    float* room_;
    LineWriter lines_;
    bool streams_;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
