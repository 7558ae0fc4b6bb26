// From the packs of a tile to arrays in memory.
#pragma once

#include "load.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

void store_entries(const Entries& to, const TileRows& rows, const Shape& shape, const Pack* from);

// One number a row: lane 0 of its strand where lanes are classes.
void store_row_numbers(const Entries& to, const TileRows& rows, const Shape& shape,
                       const Pack* from);

// The number of one row.
void store_row_number(const Entries& to, Index row, double x);

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
