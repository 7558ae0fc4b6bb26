// Memory of this thread for one strand of a sparse map: its candidates and what is made of them.
#pragma once

#include "workspace.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

class SparseRoom {
public:
    explicit SparseRoom(const Shape& shape) : packs_(shape.packs) {
        static thread_local Workspace workspace;
        workspace.reserve(arrays * packs_);
        memory_ = workspace.take(arrays * packs_);
    }
    Pack* logits() const { return memory_; }
    Pack* places() const { return memory_ + packs_; }
    Pack* distances() const { return memory_ + 2 * packs_; }
    Pack* probabilities() const { return memory_ + 3 * packs_; }
    Pack* weights() const { return memory_ + 4 * packs_; }
    Pack* results() const { return memory_ + 5 * packs_; }
    Pack* settled() const { return memory_ + 6 * packs_; }
    Pack* heights() const { return memory_ + 7 * packs_; }
    Pack* low_heights() const { return memory_ + 8 * packs_; }
    Index* occupied() const { return reinterpret_cast<Index*>(memory_ + 9 * packs_); }

private:
    static constexpr Index arrays = 10;
    Index packs_;
    Pack* memory_;
};

// A probability or a weight above this is larger than all others together. (At 1/2, rounding could
// put two equal ones above it.)
inline constexpr double majority = 0.6;

// Packs as the numbers in them: a vector type may alias that of its elements.
SOFTGRAD_INLINE const double* numbers_of(const Pack* packs) {
    return reinterpret_cast<const double*>(packs);
}
SOFTGRAD_INLINE double* numbers_of(Pack* packs) { return reinterpret_cast<double*>(packs); }

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
