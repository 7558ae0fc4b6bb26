"""Where the fitted coefficients in softgrad/arrays come from.

`python tools/fit_special.py` prints them all.

Each approximation is a polynomial or rational function that meets the exact one at Chebyshev
nodes (of the variable given), found by solving the linear interpolation equations in mpmath at 60
digits and rounded to float64 at the end. Interpolation at such nodes is within a small factor of
the minimax error, and it takes no iteration that could fail. Printed beside each: the largest
relative error of the rounded coefficients, themselves evaluated exactly, on a grid 7 times finer.
"""

from collections.abc import Callable

from mpmath import mp, mpf

Function = Callable[[mpf], mpf]


def chebyshev_nodes(count: int, variable: Function) -> list[mpf]:
    """Nodes in (-1, 1), carried to the interval of the fit by `variable`."""
    return [variable(mp.cos(mp.pi * (2 * i + 1) / (2 * count))) for i in range(count)]


def between(low: object, high: object) -> Function:
    """The linear map from (-1, 1) onto (low, high)."""
    return lambda t: (mpf(low) + mpf(high)) / 2 + t * (mpf(high) - mpf(low)) / 2


def interpolate(
    exact: Function, numerator: int, denominator: int, variable: Function
) -> tuple[list[float], list[float]]:
    """Coefficients (constant first) of P / Q of these degrees with Q's leading coefficient 1."""
    nodes = chebyshev_nodes(numerator + denominator + 1, variable)
    rows: list[list[mpf]] = []
    right: list[mpf] = []
    for x in nodes:
        f = exact(x)
        rows.append([x**i for i in range(numerator + 1)] + [-f * x**i for i in range(denominator)])
        right.append(f * x**denominator)
    solution = [float(c) for c in mp.lu_solve(mp.matrix(rows), mp.matrix(right))]
    return solution[: numerator + 1], [*solution[numerator + 1 :], 1.0]


def worst_error(exact: Function, over: list[float], under: list[float], variable: Function) -> mpf:
    nodes = chebyshev_nodes(7 * (len(over) + len(under)), variable)
    return max(
        abs(mp.polyval(over[::-1], x) / mp.polyval(under[::-1], x) / exact(x) - 1) for x in nodes
    )


def report(
    name: str, exact: Function, numerator: int, denominator: int, variable: Function
) -> None:
    over, under = interpolate(exact, numerator, denominator, variable)
    print(f"{name}: relative error {mp.nstr(worst_error(exact, over, under, variable), 2)}")
    for part in [over, under] if denominator else [over]:
        print("    (" + ", ".join(repr(c) for c in part) + ",)")


def atanh_tail(s: mpf) -> mpf:
    """(atanh(r) / r - 1) / s for s = r^2: what log1p(x) = 2 atanh(x / (2 + x)) has beyond 2 r."""
    r = mp.sqrt(s)
    return (mp.atanh(r) / r - 1) / s


def upper_tail(a: mpf) -> mpf:
    return mp.erfc(a / mp.sqrt(2)) / 2


def mills_excess(a: mpf) -> mpf:
    """phi(a) / Phi(-a) - a."""
    return mp.npdf(a) / upper_tail(a) - a


def half_erf(s: mpf) -> mpf:
    """(Phi(x) - 1/2) / x for s = x^2."""
    x = mp.sqrt(s)
    return mp.erf(x / mp.sqrt(2)) / (2 * x)


def quantile_of_tail(r: mpf) -> mpf:
    """y with Phi(-y) = r, by Newton's method on log Phi from the leading asymptotic term."""
    y = mp.sqrt(-2 * mp.log(r)) * mpf("0.7")
    for _ in range(200):
        step = (mp.log(upper_tail(y)) - mp.log(r)) * upper_tail(y) / mp.npdf(y)
        y += step
        if abs(step) < mpf(10) ** -50 * (1 + abs(y)):
            return y
    raise ArithmeticError(f"no quantile for {r}")


SQUARE_OF_CENTRE = 0.160625


def central_quantile(v: mpf) -> mpf:
    """(y / d - sqrt(2 pi)) / d^2 for d = 1/2 - Phi(-y), v = SQUARE_OF_CENTRE - d^2.

    In v, not d^2, because all coefficients are positive that way.
    """
    square = mpf(SQUARE_OF_CENTRE) - v
    d = mp.sqrt(square)
    return (quantile_of_tail(mpf(1) / 2 - d) / d - mp.sqrt(2 * mp.pi)) / square


def tail_quantile(w: mpf) -> mpf:
    """w - y for w = sqrt(-2 log Phi(-y))."""
    return w - quantile_of_tail(mp.exp(-w * w / 2))


def geometrically(low: int, high: int) -> Function:
    """Nodes that crowd at the lower end of (low, high), as a logarithmic singularity at 0 wants."""
    return lambda t: mp.sqrt(mpf(low) * high) * (mpf(high) / low) ** (t / 2)


def half_line(scale: int) -> Function:
    """From (-1, 1) onto (0, 2000 * scale), half of the nodes below `scale`."""
    return lambda t: scale * (1 + t) / (1 - t + mpf(10) ** -3)


def fits() -> dict[str, tuple[Function, int, int, Function]]:
    """Exact function, degrees of numerator and denominator, and where the nodes lie."""
    centre = between(mpf(10) ** -12, SQUARE_OF_CENTRE)
    return {
        "ATANH_TAIL": (atanh_tail, 14, 0, between(0, "0.321")),
        "HALF_ERF": (half_erf, 8, 0, between(0, "0.5")),
        "MILLS_EXCESS": (mills_excess, 11, 12, half_line(4)),
        "CENTRE": (central_quantile, 7, 7, centre),
        "NEAR_TAIL": (tail_quantile, 7, 7, between("2.1", 5)),
        "FAR_TAIL": (tail_quantile, 9, 9, geometrically(5, 39)),
    }


if __name__ == "__main__":
    mp.dps = 60
    for name, fit in fits().items():
        report(name, *fit)
