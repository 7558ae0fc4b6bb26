// A sum of single numbers with twice the digits.
#pragma once

#include "error_free.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

struct RunningSum {
    double high = 0.0, low = 0.0;

    void add(double x) {
        const double sum = high + x, seen = sum - high;
        low += (high - (sum - seen)) + (x - seen);
        high = sum;
    }
    void add(RunningSum x) {
        add(x.high);
        low += x.low;
    }
    void add(Pair lanes_of) {
        for (Index l = 0; l < lanes; ++l) add(RunningSum{lanes_of.high[l], lanes_of.low[l]});
    }
    RunningSum times(double power_of_two) const {
        return {high * power_of_two, low * power_of_two};
    }
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
