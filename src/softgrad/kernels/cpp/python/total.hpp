// The sum of the values of rows, whatever their number.
#pragma once

#include "arrays.hpp"

namespace softgrad {

// In float64 and by halves, so that its error grows with the logarithm of how many there are.
double total_of(const ArrayView& values);

}  // namespace softgrad
