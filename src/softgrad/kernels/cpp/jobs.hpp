// What the caller hands to a row kernel, and the table of row kernels of one instruction set.
// The only header that both the portable part and the per-instruction-set builds include.
#pragma once

#include <cstdint>

namespace softgrad {

template <class T>
struct SoftmaxJob {
    const T* logits;
    T* output;  // may be `logits`
    std::int64_t rows;
    std::int64_t classes;
    double temperature;
};

enum class TargetKind { label_int32, label_int64, distribution };

template <class T>
struct CrossEntropyJob {
    SoftmaxJob<T> softmax;  // its output receives the gradient
    TargetKind target_kind;
    const void* target;
    const T* weights;  // one a row, or null
    T* values;         // one a row
    T* scratch;        // one row, needed for a distribution if the gradient overwrites the logits
};

template <class T>
struct RowKernels {
    void (*softmax)(const SoftmaxJob<T>&);
    void (*cross_entropy)(const CrossEntropyJob<T>&);
};

struct KernelTable {
    RowKernels<float> float32;
    RowKernels<double> float64;
};

}  // namespace softgrad
