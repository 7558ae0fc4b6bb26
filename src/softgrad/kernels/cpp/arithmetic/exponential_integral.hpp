// The exponential integral E1 and its entire part Ein, the potential of complementary log-log.
//
// Ein(x) = integral of (1 - e^-s) / s over [0, x] = log x + gamma + E1(x) (DLMF 6.2.3, 6.2.7).
#pragma once

#include "exponential_minus_one.hpp"

namespace softgrad::SOFTGRAD_INSTRUCTION_SET {

namespace exponential_integral_constants {
inline constexpr double euler_gamma = 0.5772156649015329;
// e^x E1(x) as the quotient of two polynomials that meets it at 26 points of [0.45, 800]: relative
// error 2.7e-17. (Interpolants of a Stieltjes function have positive coefficients.)
inline constexpr double over[] = {
    7.536065166553683,  532.9246012204788, 8920.738241853149, 57517.16444351678,
    175219.39850667166, 281470.4912133154, 254395.8120477064, 134332.1853553602,
    42140.32483760699,  7815.481849499969, 827.5078002697719, 45.576026636413246,
    0.9999999999999998,
};
inline constexpr double under[] = {
    1.3929718119357928, 161.34833897886037,
    3959.2673002711704, 36349.336396098966,
    156857.2696800384,  358896.46832129086,
    467543.1973706598,  362051.41816512274,
    170618.06332428215, 49252.02696787602,
    8600.413623121607,  872.0838269062576,
    46.57602663641303,  1.0,
};
// Nodes of Gauss's rule on [0, 1] with 12 nodes (DLMF 3.5.v), and their weights over themselves.
inline constexpr double nodes[] = {
    0.009219682876640375, 0.04794137181476257, 0.11504866290284765, 0.2063410228566913,
    0.3160842505009099,   0.43738329574426554, 0.5626167042557345,  0.6839157494990901,
    0.7936589771433087,   0.8849513370971523,  0.9520586281852375,  0.9907803171233597,
};
inline constexpr double weights_over_nodes[] = {
    2.5584034189526474,  1.1153135793497322,  0.6956983440934192,   0.4923098274650177,
    0.3693517411391598,  0.2848154561886573,  0.2214181021722333,   0.1707027047625151,
    0.12799415906208578, 0.09044470686288843, 0.056162153689610674, 0.02380716268338935,
};
}  // namespace exponential_integral_constants

// E1(x) for 0.45 <= x <= 750.
SOFTGRAD_INLINE Pack far_exponential_integral(Pack x) {
    using namespace exponential_integral_constants;
    return Precise::exp(-x) * (polynomial(x, over) / polynomial(x, under));
}

// Ein(e^y), about e^y far left and y + gamma far right.
SOFTGRAD_INLINE Pack entire_integral_of_exp(Pack y) {
    using namespace exponential_integral_constants;
    const Pack x = Precise::exp(smallest(splat(2.0), y));
    Pack total = {};
    for (int i = 0; i < 12; ++i) {
        total -= weights_over_nodes[i] * exponential_minus_one(-nodes[i] * x);
    }
    const Pack far = Precise::exp(smallest(splat(6.6), largest(splat(2.0), y)));
    return select(y <= 2.0, total, (y + euler_gamma) + far_exponential_integral(far));
}

// E1(e^y), about -y - gamma far left and exp(-e^y - y) far right.
SOFTGRAD_INLINE Pack exponential_integral_of_exp(Pack y) {
    using namespace exponential_integral_constants;
    const Pack x = Precise::exp(smallest(splat(6.6), y));
    const Pack right = far_exponential_integral(largest(splat(0.45), x));
    const Pack left = (entire_integral_of_exp(smallest(Pack{}, y)) - y) - euler_gamma;
    return select(y > 6.6, Pack{}, select(x < 0.45, left, right));
}

}  // namespace softgrad::SOFTGRAD_INSTRUCTION_SET
