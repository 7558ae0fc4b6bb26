#include "float_copies.hpp"

#include "../arithmetic/wide_float.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

RunOfFloats floats_of(const Job& job, const ActivationStages& activation) {
    if (job.logits.storage == Storage::float64 || job.work == Work::bend || is_of_loss(job.work) ||
        activation.kind == Kind::classes || !activation.brief_runs.value) {
        return nullptr;
    }
    const BriefRuns runs = activation.runs_in_floats(job.activation_parameters);
    return job.work == Work::forward ? runs.value : runs.product;
}

const Entries& vector_of(const Job& job) {
    return job.work == Work::pullback ? job.cotangent : job.tangent;
}

static constexpr Index most = 1024;  // entries of a block

// Entries are walked along their rows; down the columns where these stand side by side, or are so
// few that a row is little at a time.
static bool goes_down_columns(const Job& job) {
    constexpr Index few = 16;
    const Entries& vector = vector_of(job);
    const bool plain = job.logits.at.axes == 1 && job.output.at.axes == 1 &&
                       (!vector || vector.at.axes == 1) && (!job.keep || job.keep.axes == 1);
    const bool side_by_side = job.logits.at.row_stride() == size_of(job.logits.storage);
    return plain && (side_by_side || (job.classes <= few && job.classes < job.rows));
}

// Of columns as many rows as make a part for a thread, but not less than is read at a time.
Index rows_of_float_copies(const Job& job) {
    if (!goes_down_columns(job)) return job.classes < most ? most / job.classes : 1;
    constexpr Index least = 64, entries = 16384;
    const Index fitting = entries / job.classes;
    return fitting < least ? least : fitting < most ? fitting : most;
}

namespace {

// A part of a row, or of a column.
struct Segment {
    Index line;
    Index start;
    Index count;
};

template <class T>
class FloatCopies {
public:
    FloatCopies(const Job& job, RunOfFloats run)
        : job_(job), run_(run), by_columns_(goes_down_columns(job)) {}

    void run(Index begin, Index end) {
        if (by_columns_) {
            for (Index j = 0; j < job_.classes; ++j) add_line(j, begin, end);
        } else {
            for (Index r = begin; r < end; ++r) add_line(r, 0, job_.classes);
        }
        finish();
    }

private:
    static constexpr Index size = sizeof(T);

    void add_line(Index line, Index start, Index end) {
        while (start < end) {
            const Index left = end - start, room = most - filled_;
            const Index count = left < room ? left : room;
            segment_[segments_++] = {line, start, count};
            filled_ += count;
            start += count;
            if (filled_ == most) finish();
        }
    }

    // What has been gathered so far.
    void finish() {
        load(job_.logits, z_);
        const bool is_product = job_.work != Work::forward;
        if (is_product) load(vector_of(job_), vector_);
        run_({z_, vector_, z_, filled_, false, job_.activation_parameters});
        if (job_.keep) cut();
        store();
        filled_ = segments_ = 0;
    }

    Index stride_of(const Matrix& at) const { return by_columns_ ? at.stride[0] : at.entry_stride; }
    char* place_of(const Matrix& at, const Segment& s) const {
        char* const line = by_columns_ ? at.data + s.line * at.entry_stride : at.row(s.line);
        return line + s.start * stride_of(at);
    }

    void load(const Entries& from, float* to) const {
        const Index stride = stride_of(from.at);
        for (const Segment* s = segment_; s < segment_ + segments_; ++s) {
            const char* at = place_of(from.at, *s);
            Index i = 0;
            if (stride == size) {
                for (; i + wide_lanes <= s->count; i += wide_lanes, at += wide_lanes * size) {
                    store_unaligned(to + i, load_wide<T>(at));
                }
            }
            for (; i < s->count; ++i, at += stride) to[i] = static_cast<float>(load_one<T>(at));
            to += s->count;
        }
    }

    void store() const {
        const Index stride = stride_of(job_.output.at);
        const float* from = z_;
        for (const Segment* s = segment_; s < segment_ + segments_; ++s) {
            char* at = place_of(job_.output.at, *s);
            Index i = 0;
            if (stride == size) {
                for (; i + wide_lanes <= s->count; i += wide_lanes, at += wide_lanes * size) {
                    store_unaligned(at, stored_wide<T>(load_unaligned<WideFloat>(from + i)));
                }
            }
            for (; i < s->count; ++i, at += stride) {
                store_one<T>(at, static_cast<double>(from[i]));
            }
            from += s->count;
        }
    }

    // A masked entry gives 0, or its logarithm.
    void cut() {
        const bool is_logarithm =
            job_.work == Work::forward && activations_by_entry[job_.activation].gives_logarithms;
        const float absent = is_logarithm ? static_cast<float>(-infinity) : 0.0f;
        const Index stride = stride_of(job_.keep);
        float* x = z_;
        for (const Segment* s = segment_; s < segment_ + segments_; ++s) {
            const char* kept = place_of(job_.keep, *s);
            for (Index i = 0; i < s->count; ++i, ++x, kept += stride) *x = *kept ? *x : absent;
        }
    }

    const Job& job_;
    RunOfFloats run_;
    bool by_columns_;
    Index segments_ = 0, filled_ = 0;
    Segment segment_[most];
    alignas(64) float z_[most];
    alignas(64) float vector_[most];
};

}  // namespace

void run_float_copies(const Job& job, RunOfFloats run, Index begin, Index end) {
    switch (job.logits.storage) {
        case Storage::float16: return FloatCopies<Float16>(job, run).run(begin, end);
        case Storage::bfloat16: return FloatCopies<BFloat16>(job, run).run(begin, end);
        default: return FloatCopies<float>(job, run).run(begin, end);
    }
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
