// Memory for the tiles of one thread: taken once, grown when needed, aligned for packs.
#pragma once

#include <cstdlib>
#include <new>

#include "tile.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class Workspace {
public:
    Workspace() = default;
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;
    ~Workspace() { std::free(memory_); }

    // Starts over with room for `packs` packs; what was taken before is gone.
    void reserve(Index packs) {
        used_ = 0;
        if (packs <= capacity_) return;
        std::free(memory_);
        capacity_ = 0;
        const std::size_t bytes = static_cast<std::size_t>(packs) * sizeof(Pack);
        memory_ = static_cast<Pack*>(
            std::aligned_alloc(alignof(Pack) > 64 ? alignof(Pack) : 64, (bytes + 63) / 64 * 64));
        if (!memory_) throw std::bad_alloc();
        capacity_ = packs;
    }

    Pack* take(Index packs) {
        Pack* taken = memory_ + used_;
        used_ += packs;
        return taken;
    }

    static Workspace& of_this_thread() {
        static thread_local Workspace workspace;
        return workspace;
    }

private:
    Pack* memory_ = nullptr;
    Index capacity_ = 0;
    Index used_ = 0;
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
