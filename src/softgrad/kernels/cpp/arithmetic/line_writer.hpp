// Results of float32 that leave past the caches as whole cache lines, however they lie in memory: what
// is left of a line waits until the next results have filled it.
#pragma once

#include "streaming.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class LineWriter {
public:
    static constexpr Index line = 64 / sizeof(float);

    // `room` has place for the most that comes at a time, and two lines more; it begins a line.
    explicit LineWriter(float* room) : room_(room) {}

    static bool serves(const void* at) {
        return reinterpret_cast<std::uintptr_t>(at) % sizeof(float) == 0;
    }

    // Where the results that belong to `at` are to be put. What is not next to those before goes
    // on a line of its own.
    SOFTGRAD_INLINE float* room_for(float* at) {
        if (__builtin_expect(at != to_ + held_, false)) {
            finish();
            const auto into_line = reinterpret_cast<std::uintptr_t>(at) / sizeof(float) % line;
            foreign_ = held_ = static_cast<Index>(into_line);
            to_ = at - held_;
        }
        return room_ + held_;
    }

    // After `count` numbers were put there.
    SOFTGRAD_INLINE void put(Index count) {
        const Index have = held_ + count;
        if (have < line) {
            held_ = have;
            return;
        }
        Index i = 0;
        if (__builtin_expect(foreign_ > 0, false)) {
            put_partly(foreign_, line);
            foreign_ = 0;
            i = line;
        }
        for (; i + line <= have; i += line) {
            for (Index j = 0; j < line; j += wide_lanes) {
                stream_whole(reinterpret_cast<char*>(to_ + i + j),
                             load_unaligned<WideFloat>(room_ + i + j));
            }
        }
        for (Index j = 0; j < line; j += wide_lanes) {
            store_unaligned(room_ + j, load_unaligned<WideFloat>(room_ + i + j));
        }
        to_ += i;
        held_ = have - i;
    }

    // Writes what waits.
    void finish() {
        if (held_ > foreign_) put_partly(foreign_, held_);
        foreign_ = held_;
    }

private:
    void put_partly(Index begin, Index end) {
        std::memcpy(to_ + begin, room_ + begin,
                    static_cast<std::size_t>(end - begin) * sizeof(float));
    }

    float* room_;
    float* to_ = nullptr;  // the line whose first numbers wait, `held_` of them
    Index held_ = 0;
    Index foreign_ = 0;  // of those, not to be written
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
