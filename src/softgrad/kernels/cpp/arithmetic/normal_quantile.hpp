// The inverse of the normal distribution function, in both tails.
//
// y = -Phi^-1(r) for the smaller r of the two tail probabilities: near the centre
// y / d - sqrt(2 pi) is d^2 times a rational function of d^2, with d = 1/2 - r; outside,
// sqrt(-2 log r) - y is one of sqrt(-2 log r). The division of the range follows Wichura 1988,
// AS 241; the coefficients are tools/fit_special.py's.
#pragma once

#include "normal.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace quantile_constants {
inline constexpr double square_of_centre = 0.160625;
// (y / d - sqrt(2 pi)) / d^2 in 0.160625 - d^2, to 2.4e-16 for d^2 up to that.
inline constexpr double centre_over[] = {
    0.0010675515571541155, 0.032496715328502075, 0.37228168302878684, 2.000165000077491,
    5.1189799019975615,    5.6015950607301965,   1.892705165400231,   0.02196810076223372,
};
inline constexpr double centre_under[] = {
    0.00024421847027447603, 0.008644290543553236, 0.11975980068866138, 0.8243051046872049,
    2.9583810719130046,     5.317421293852477,    4.173847573799471,   1.0,
};
// sqrt(-2 log r) - y, to 7.0e-17 for 2.1 <= sqrt(-2 log r) <= 5.
inline constexpr double near_over[] = {
    3030.9299754940334, 24050.874719804015, 35095.251565634906, 15101.953483039635,
    3054.2092963541413, 264.8114375869269,  6.057984636759373,  0.005870426662482939,
};
inline constexpr double near_under[] = {
    845.4931282629759, 10629.16180189551, 25440.953967734622, 19394.955583774816,
    6113.65785905733,  965.78425532998,   62.395385187011705, 1.0,
};
// The same, to 1.2e-16 for 5 <= sqrt(-2 log r) <= 39.
inline constexpr double far_over[] = {
    5462904859.7080555, 15305680843.388794,    7813805095.543112,  1749011145.062746,
    214333256.62252256, 13049663.817974305,    341342.21653976315, 3262.401432983822,
    8.143093187399248,  0.0007481564981321304,
};
inline constexpr double far_under[] = {
    1748915023.0170035, 9144201523.363174, 9235331243.4127,   3269431576.675812, 596676509.9461012,
    60421386.68163,     3025410.652013214, 65340.03238359375, 512.6104352471959, 1.0,
};
}  // namespace quantile_constants

// The x with Phi(x) = p, for 0 < p < 1 and q = 1 - p.
SOFTGRAD_INLINE Pack normal_quantile(Pack p, Pack q) {
    using namespace quantile_constants;
    const Mask below = p < q;
    const Pack r = select(below, p, q);
    const Pack d = 0.5 - r;  // exact for r > 1/4, and needed to full accuracy only there
    const Mask is_central = d <= 0.4;

    const Pack square = d * d;
    const Pack v = square_of_centre - square;
    const Pack curvature = polynomial(v, centre_over) / polynomial(v, centre_under);
    const Pack centre = d * multiply_add(square, curvature, splat(normal_constants::root_2_pi));

    const Pack w = square_root(-2.0 * logarithm(r));
    const Mask is_near = w < 5.0;
    const Pack over = select(is_near, polynomial(w, near_over), polynomial(w, far_over));
    const Pack under = select(is_near, polynomial(w, near_under), polynomial(w, far_under));
    const Pack y = select(is_central, centre, w - over / under);
    return select(below, -y, y);
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
