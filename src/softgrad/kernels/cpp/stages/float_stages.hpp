// Activations entry by entry in float32 arithmetic: twice as many numbers a register as in doubles,
// and straight from memory to memory. One function a work, each over a run of entries.
#pragma once

#include "../arithmetic/platform.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct FloatRun {
    const float* z;
    const float* vector;  // g or v, for products with the derivative
    float* to;  // may be either of them
    Index count;
    bool streams;  // past the caches
    const double* parameters;
    const char* next = nullptr;  // as many bytes to be fetched in the meantime
};

// What there is of every activation: the same in doubles from float32 to float32 (brief_run.hpp).
struct BriefRuns {
    void (*value)(const FloatRun&) = nullptr;
    void (*product)(const FloatRun&) = nullptr;
    void (*complement)(const FloatRun&) = nullptr;  // of coins, 1 - a
};

struct FloatStages {
    // Whether these are the functions for the activation's parameters.
    bool (*serves)(const double* parameters) = nullptr;
    void (*value)(const FloatRun&) = nullptr;
    void (*product)(const FloatRun&) = nullptr;  // the vector times the first derivative
    void (*complement)(const FloatRun&) = nullptr;  // of coins, 1 - a; null where doubles serve
};

// Whether a hyper-parameter is a float32 number: entries are then compared with what it is.
inline bool is_float(double x) { return static_cast<double>(static_cast<float>(x)) == x; }

// Those that the struct F of an activation names by a struct InFloats in it (float_run.hpp); others
// have none.
template <class F, class = void>
struct FloatsOf {
    static constexpr FloatStages stages = {};
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
