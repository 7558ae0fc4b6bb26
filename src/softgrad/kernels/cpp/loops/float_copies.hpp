// Maps entry by entry in float32 arithmetic (stages/float_run.hpp) of what is no run of float32
// numbers: memory with gaps or repeats in it, masks, numbers of 16 bits. Copied into a run in cache,
// a block at a time, so that an entry is the same to the last bit however it is stored.
#pragma once

#include "../jobs.hpp"
#include "../stages/stages.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

using RunOfFloats = void (*)(const FloatRun&);

// The function that does a job in float32 arithmetic; null where there is none.
RunOfFloats floats_of(const Job& job, const ActivationStages& activation);

// What a job multiplies by the first derivative.
const Entries& vector_of(const Job& job);

Index rows_of_float_copies(const Job& job);

// Rows [begin, end).
void run_float_copies(const Job& job, RunOfFloats run, Index begin, Index end);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
