// The activations entry by entry that have stages: those of the generator, and what it leaves.

#include "lists/activations.hpp"
#include "log_sigmoid.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static constexpr ActivationStages stages_by_entry[] = {
#include "lists/activations.inc"
    LogSigmoid::stages("log_sigmoid"),
};

const List<ActivationStages> activations_by_entry(stages_by_entry);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
