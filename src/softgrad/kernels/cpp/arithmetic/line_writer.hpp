// Results of float32 that leave past the caches as whole cache lines, however they lie in memory: of
// each vector, what does not fill a line waits for the next.
#pragma once

#include "lane_moves.hpp"
#include "streaming.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class LineWriter {
public:
    static bool serves(const void* at) {
        return wide_lanes == line && reinterpret_cast<std::uintptr_t>(at) % sizeof(float) == 0;
    }

    // The next vectors belong to `at`, one after the other.
    void start(float* at) {
        if (at == to_ + held_) return;
        finish();
        held_ = static_cast<Index>(reinterpret_cast<std::uintptr_t>(at) / sizeof(float) % line);
        written_ = held_;
        to_ = at - held_;
        for (Index l = 0; l < wide_lanes; ++l) {
            lane_[l] = static_cast<std::uint32_t>(l + wide_lanes - held_);
        }
    }

    SOFTGRAD_INLINE void put(WideFloat x) {
        const WideFloat all = picked(waiting_, x, lane_);
        waiting_ = x;
        if (__builtin_expect(written_ > 0, false)) {
            put_some(all, line);
        } else {
            stream_whole(reinterpret_cast<char*>(to_), all);
        }
        to_ += line;
    }

    // Writes what waits.
    void finish() { put_some(picked(waiting_, WideFloat{}, lane_), held_); }

private:
    static constexpr Index line = 64 / sizeof(float);

    // Of a line, as far as `end`, what is ours and is not there yet.
    void put_some(WideFloat all, Index end) {
        const auto* from = reinterpret_cast<const float*>(&all);
        for (Index i = written_; i < end; ++i) to_[i] = from[i];
        written_ = end < line ? end : 0;
    }

    float* to_ = nullptr;  // the line whose first numbers wait, `held_` of them
    Index held_ = 0;
    Index written_ = 0;  // of those, not to be written again
    WideFloat waiting_ = {};
    WideBits lane_ = {};
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
