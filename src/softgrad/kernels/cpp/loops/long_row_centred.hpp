// A vector beside a long row of probabilities.
#pragma once

#include "long_row.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

// A vector g less its mean under p, entry by entry. Where one probability is more than 1/2, g is
// taken from its entry there first: what is left of it at that entry is a difference of numbers
// that nearly agree.
template <class N, class T>
class Centred {
    using Vector = typename N::Vector;

public:
    Centred(const LongRow<N, T>& row, const char* g, Index likeliest)
        : row_(row),
          g_(g),
          centre_(likeliest < 0 ? 0.0 : number_at(likeliest)),
          centres_(all_of<N>(centre_)) {}

    void find_mean(double sum) {
        set_mean(row_.sum_of([&](Vector e, Index i) __attribute__((always_inline)) {
            return e * from_centre(i);
        }) / sum);
    }
    // That of what `from_centre` gives, where a class that is no entry has the probability `missing`.
    void set_mean(double mean, double missing = 0.0) {
        mean_ = mean - missing * centre_;
        means_ = all_of<N>(mean_);
    }
    double mean() const { return mean_; }

    SOFTGRAD_INLINE Vector from_centre(Index i) const { return row_.numbers(g_, i) - centres_; }
    SOFTGRAD_INLINE Vector operator()(Index i) const { return from_centre(i) - means_; }
    double at(Index entry) const { return number_at(entry) - centre_ - mean_; }

private:
    double number_at(Index entry) const {
        return load_one<T>(g_ + entry * static_cast<Index>(sizeof(T)));
    }

    const LongRow<N, T>& row_;
    const char* g_;
    double centre_, mean_ = 0.0;
    Vector centres_, means_{};
};

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
