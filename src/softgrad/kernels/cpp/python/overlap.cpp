// Whether entries lie in one place: of one array, of two, and in a way that spoils what is read.
#include <cstdlib>

#include "arrays.hpp"

namespace softgrad {

static constexpr int most_dimensions = 64;  // of an array of NumPy's

// The bytes that an array spans.
struct Span {
    const char* begin;
    const char* end;
    explicit Span(const ArrayView& view) : begin(view.data), end(view.data + view.bytes) {
        for (int axis = 0; axis < view.dimensions; ++axis) {
            const std::int64_t reach = (view.shape[axis] - 1) * view.strides[axis];
            (reach < 0 ? begin : end) += reach;
        }
    }
};

// The axis of the shortest step that was not seen yet; view.dimensions if there is none.
static int shortest_step(const ArrayView& view, const bool (&seen)[most_dimensions]) {
    int shortest = view.dimensions;
    for (int axis = 0; axis < view.dimensions; ++axis) {
        if (seen[axis] || view.shape[axis] < 2) continue;
        if (shortest == view.dimensions ||
            std::abs(view.strides[axis]) < std::abs(view.strides[shortest])) {
            shortest = axis;
        }
    }
    return shortest;
}

bool overlaps_itself(const ArrayView& view) {
    if (view.c_contiguous || view.size == 0) return false;
    bool seen[most_dimensions] = {};
    std::int64_t reach = view.bytes;
    for (;;) {
        const int axis = shortest_step(view, seen);
        if (axis == view.dimensions) return false;
        const std::int64_t stride = std::abs(view.strides[axis]);
        if (stride < reach) return true;
        reach += stride * (view.shape[axis] - 1);
        seen[axis] = true;
    }
}

bool share_memory(const ArrayView& one, const ArrayView& other) {
    if (one.size == 0 || other.size == 0) return false;
    const Span a(one), b(other);
    return a.begin < b.end && b.begin < a.end;
}

bool conflict(const ArrayView& to, const ArrayView& from) {
    const bool same_places = to.data == from.data && to.bytes == from.bytes &&
                             same_shape(to, from) && same_strides(to, from);
    return !same_places && share_memory(to, from);
}

}  // namespace softgrad
