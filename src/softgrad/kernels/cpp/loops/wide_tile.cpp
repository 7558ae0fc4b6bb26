#include "wide_tile.hpp"

#include "../arithmetic/transpose.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

static constexpr Index larger_than_caches = Index{1} << 24;

static bool in_columns(const Entries& entries, const Job& job) {
    const Index size = size_of(entries.storage);
    return entries.at.row_stride() == size && (entries.at.entry_stride != size || job.classes == 1);
}

static bool in_rows(const Entries& entries) {
    return entries.at.entry_stride == size_of(entries.storage);
}

static bool side_by_side(const Job& job) {
    return job.rows >= wide_lanes && (job.classes <= few_classes || in_columns(job.logits, job));
}

static bool is_dense(const Entries& entries, const Job& job) {
    return in_rows(entries) &&
           entries.at.row_stride() == job.classes * size_of(entries.storage);
}

bool WideTile::serves(const Job& job) {
    const auto fits = [&](const Entries& entries) {
        if (!entries) return true;
        if (!side_by_side(job)) return in_rows(entries);
        return in_columns(entries, job) || (is_dense(entries, job) && job.classes >= 2);
    };
    // A few rows are not worth the tile.
    return job.rows * job.classes >= 64 && fits(job.logits) && fits(job.output) &&
           fits(job.second_output);
}

static Index strands_of(const Job& job) {
    if (!side_by_side(job)) return 1;
    const Index room = packs_of_a_tile * (in_columns(job.logits, job) ? 3 : 1) / job.classes;
    const Index most = job.rows / wide_lanes;
    Index strands = room < 1 ? 1 : room;
    if (strands > WideTile::most_strands) strands = WideTile::most_strands;
    return strands < most ? strands : most;
}

Index WideTile::rows_at_a_time(const Job& job) {
    return side_by_side(job) ? strands_of(job) * wide_lanes : 1;
}

static Index wides_of(const Job& job) {
    return side_by_side(job) ? job.classes : (job.classes + wide_lanes - 1) / wide_lanes;
}

// Blocks of short rows are stored over the end of their strand.
Index WideTile::packs(const Job& job) { return 3 * (strands_of(job) * wides_of(job) + lanes); }

WideTile::WideTile(const Job& job, Workspace& workspace)
    : job_(job),
      lanes_are_rows_(side_by_side(job)),
      wides_(wides_of(job)),
      strands_(strands_of(job)),
      rows_(rows_at_a_time(job)),
      // Over the logits themselves there is nothing to read.
      streams_(job.output.at.data != job.logits.at.data &&
               job.rows * job.classes * size_of(job.logits.storage) > larger_than_caches) {
    const Index each = strands_ * wides_ + lanes;
    next_ = nullptr;
    step_ = 0;
    z_ = reinterpret_cast<WideFloat*>(workspace.take(each));
    e_ = reinterpret_cast<WideFloat*>(workspace.take(each));
    h_ = reinterpret_cast<WideFloat*>(workspace.take(each));
}

// `lanes` numbers from each of `lanes` rows, transposed.
template <class T>
SOFTGRAD_INLINE void load_square(const char* row, Index bytes, FloatPack (&block)[lanes]) {
    for (Index l = 0; l < lanes; ++l) block[l] = load_floats<T>(row + l * bytes);
    transpose(block);
}

template <class T>
static void load_strand(const char* row, Index bytes, Index classes, WideFloat* to) {
    const auto block = [&](Index j, Index wanted) __attribute__((always_inline)) {
        FloatPack low[lanes], high[lanes];
        const char* at = row + j * static_cast<Index>(sizeof(T));
        load_square<T>(at, bytes, low);
        load_square<T>(at + lanes * bytes, bytes, high);
        for (Index l = 0; l < lanes; ++l) {
            if (l < wanted) to[j + l] = joined(low[l], high[l]);
        }
    };
    if (classes < lanes) return block(0, classes);
    for (Index j = 0; j + lanes <= classes; j += lanes) block(j, lanes);
    // The last block overlaps the one before it.
    if (classes % lanes != 0) block(classes - lanes, lanes);
}

template <class T>
static void store_strand(char* row, Index bytes, Index classes, const WideFloat* from) {
    const auto block = [&](Index j) __attribute__((always_inline)) {
        FloatPack low[lanes], high[lanes];
        for (Index l = 0; l < lanes; ++l) {
            const WideFloat x = from[j + l];  // of short rows, beyond the strand: it is overwritten
            low[l] = lower_floats(x);
            high[l] = upper_floats(x);
        }
        transpose(low);
        transpose(high);
        char* at = row + j * static_cast<Index>(sizeof(T));
        for (Index l = 0; l < lanes; ++l) store_floats<T>(at + l * bytes, low[l]);
        for (Index l = 0; l < lanes; ++l) store_floats<T>(at + (lanes + l) * bytes, high[l]);
    };
    if (classes < lanes) return block(0);
    for (Index j = 0; j + lanes <= classes; j += lanes) block(j);
    if (classes % lanes != 0) block(classes - lanes);
}

template <class T>
void WideTile::load_as(Index first, Index end) {
    const Matrix& from = job_.logits.at;
    constexpr Index size = sizeof(T);
    const char* row = from.row(first);
    next_ = row;
    step_ = 0;
    if (!lanes_are_rows_) {
        if (first + 1 < job_.rows) {
            next_ = from.row(first + 1);
            step_ = wide_lanes * size;
        }
        Index k = 0;
        for (; (k + 1) * wide_lanes <= job_.classes; ++k) {
            z_[k] = load_wide<T>(row + k * wide_lanes * size);
        }
        if (k == wides_) return;
        WideFloat last = wide(-std::numeric_limits<float>::infinity());
        for (Index l = 0; l < job_.classes - k * wide_lanes; ++l) {
            last[l] = static_cast<float>(load_one<T>(row + (k * wide_lanes + l) * size));
        }
        z_[k] = last;
        return;
    }
    const Index bytes = from.row_stride();
    if (bytes == size) {
        for (Index j = 0; j < job_.classes; ++j, row += from.entry_stride) {
            for (Index s = 0; s < strands_; ++s) {
                z_[s * wides_ + j] = load_wide<T>(row + s * wide_lanes * size);
            }
        }
        return;
    }
    for (Index s = 0; s < strands_; ++s, row += wide_lanes * bytes) {
        // Blocks of short rows read into the rows that follow, where there are some.
        const bool last = end - first - (s + 1) * wide_lanes < lanes;
        if (job_.classes < lanes && last) {
            for (Index l = 0; l < wide_lanes; ++l) {
                for (Index j = 0; j < job_.classes; ++j) {
                    z_[s * wides_ + j][l] =
                        static_cast<float>(load_one<T>(row + l * bytes + j * size));
                }
            }
        } else {
            load_strand<T>(row, bytes, job_.classes, z_ + s * wides_);
        }
    }
}

template <class T>
void WideTile::store_as(const Entries& to, Index first, const WideFloat* from) {
    constexpr Index size = sizeof(T);
    char* row = to.at.row(first);
    if (!lanes_are_rows_) {
        Index k = 0;
        if (size == sizeof(float) && streams_ && reinterpret_cast<std::uintptr_t>(row) % 16 == 0) {
            for (; (k + 1) * wide_lanes <= job_.classes; ++k) {
                stream_wide(row + k * wide_lanes * size, from[k]);
            }
        }
        for (; (k + 1) * wide_lanes <= job_.classes; ++k) {
            store_wide<T>(row + k * wide_lanes * size, from[k]);
        }
        for (Index l = 0; l < job_.classes - k * wide_lanes; ++l) {
            store_one<T>(row + (k * wide_lanes + l) * size, static_cast<double>(from[k][l]));
        }
        return;
    }
    const Index bytes = to.at.row_stride();
    if (bytes == size) {
        for (Index j = 0; j < job_.classes; ++j, row += to.at.entry_stride) {
            for (Index s = 0; s < strands_; ++s) {
                store_wide<T>(row + s * wide_lanes * size, from[s * wides_ + j]);
            }
        }
        return;
    }
    for (Index s = 0; s < strands_; ++s, row += wide_lanes * bytes) {
        // Blocks of short rows run over into rows that are written afterwards: not the last ones.
        if (job_.classes < lanes && s + 1 == strands_) {
            for (Index l = 0; l < wide_lanes; ++l) {
                for (Index j = 0; j < job_.classes; ++j) {
                    store_one<T>(row + l * bytes + j * size,
                                 static_cast<double>(from[s * wides_ + j][l]));
                }
            }
        } else {
            store_strand<T>(row, bytes, job_.classes, from + s * wides_);
        }
    }
}

void WideTile::load(Index first, Index end) {
    switch (job_.logits.storage) {
        case Storage::float16: return load_as<Float16>(first, end);
        case Storage::bfloat16: return load_as<BFloat16>(first, end);
        default: return load_as<float>(first, end);
    }
}

void WideTile::store(Index first) {
    const auto put = [&](const Entries& to, const WideFloat* from) {
        if (!to) return;
        switch (to.storage) {
            case Storage::float16: return store_as<Float16>(to, first, from);
            case Storage::bfloat16: return store_as<BFloat16>(to, first, from);
            default: return store_as<float>(to, first, from);
        }
    };
    put(job_.output, e_);
    put(job_.second_output, h_);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
