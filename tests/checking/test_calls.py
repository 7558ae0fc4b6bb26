"""How a derivative is called: every order, spelling and result of a right one is found right, and
the same of a wrong one is found wrong."""

import math

import numpy as np
import pytest

import softgrad as sg
from checking.derivatives import pull_back, sigmoid, softmax
from softgrad.errors import ParameterError

Z = np.random.default_rng(3).standard_normal((3, 5))


def back(x, g):
    """The slope of tanh, times g, with x the input."""
    return g * (1 - np.tanh(x) ** 2)


def of_output(y, g):
    return g * (1 - y**2)


#: Calls of a right derivative of tanh; `k` is 1, and for a wrong one another number.
SPELLINGS = {
    "(x)": lambda k: lambda x: k * back(x, 1.0),
    "(y)": lambda k: lambda y: k * of_output(y, 1.0),
    "(a) is the input": lambda k: lambda a: k * back(a, 1.0),
    "(x) is the output": lambda k: lambda x: k * of_output(x, 1.0),
    "(x, g)": lambda k: lambda x, g: k * back(x, g),
    "(g, x)": lambda k: lambda dA, Z: k * back(Z, dA),
    "(grad_output, input)": lambda k: lambda grad_output, input: k * back(input, grad_output),
    "(upstream, z)": lambda k: lambda upstream, z: k * back(z, upstream),
    "(u, w), the other way round": lambda k: lambda u, w: k * back(w, u),
    "(g, y)": lambda k: lambda dA, A: k * of_output(A, dA),
    "(y, g)": lambda k: lambda out, grad: k * of_output(out, grad),
    "(x, y)": lambda k: lambda incoming, outgoing: k * of_output(outgoing, 1.0) + 0 * incoming,
    "(y, x)": lambda k: lambda out, inp: k * of_output(out, 1.0) + 0 * inp,
    "(x, y, g)": lambda k: lambda x, y, g: k * of_output(y, g) + 0 * x,
    "(g, x, y)": lambda k: lambda dout, x, out: k * of_output(out, dout) + 0 * x,
    "(x, g=None)": lambda k: lambda x, g=None: k * back(x, 1.0 if g is None else g),
    "(x, *rest)": lambda k: lambda *given: k * back(*given),
    "(x, axis=-1)": lambda k: lambda x, axis=-1: k * back(x, 1.0),
    "a tuple of one": lambda k: lambda x, g: (k * back(x, g),),
    "a tuple with others": lambda k: lambda x, g: (k * back(x, g), g.sum(axis=0), g.sum()),
    "a dict": lambda k: lambda x, g: {"db": g.sum(axis=0), "dx": k * back(x, g)},
    "a list of rows": lambda k: lambda x, g: (k * back(x, g)).tolist(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_called_rightly(spelling):
    derivative = SPELLINGS[spelling]
    assert sg.check(np.tanh, derivative(1), Z), spelling
    assert sg.check(np.tanh, derivative(1.01), Z).verdict == "wrong"


def test_the_call_that_was_taken_is_said():
    def tanh_backward(dA, Z):
        return back(Z, dA)

    assert "called as tanh_backward(g, x)" in sg.check(np.tanh, tanh_backward, Z).explanation
    wrong = sg.check(np.tanh, lambda dA, Z: -tanh_backward(dA, Z), Z)
    assert "called as derivative(g, x)" in wrong.explanation.partition(" Write instead: ")[0]
    assert "called as" not in sg.check(np.tanh, back, Z, "vjp").explanation


def test_the_output_is_taken_where_the_input_is_wrong():
    report = sg.check(sigmoid, lambda a: a * (1 - a), Z)
    assert (report.verdict, report.qualification) == ("correct", "as a function of the output")
    assert sg.check(np.exp, np.exp, Z).qualification is None
    assert sg.check(np.exp, lambda y: y, Z).qualification == "as a function of the output"
    asked = sg.check(sigmoid, lambda a: a * (1 - a), Z, argument="input")
    assert asked.diagnosis == "evaluated-at-input"
    assert sg.check(softmax, lambda a: a * (1 - a), Z).diagnosis == "diagonal-only"


class Posted:
    """The signature of the question that started this project."""

    def compute(self, incoming):
        power = np.exp(incoming)
        return power / power.sum(axis=-1, keepdims=True)

    def delta(self, incoming, outgoing):
        return outgoing * (1 - outgoing)


@pytest.mark.parametrize("x", [Z, Z[0]], ids=["batch", "row"])
def test_the_output_as_second_argument_is_no_upstream_gradient(x):
    posted = Posted()
    report = sg.check(posted.compute, posted.delta, x)
    assert report.diagnosis == "diagonal-only"
    assert "called as delta(x, y)" in report.explanation


def test_words_for_input_and_output_are_not_exchanged():
    def delta(incoming, outgoing):
        return incoming * (1 - incoming) + 0 * outgoing

    assert sg.check(sigmoid, delta, Z).verdict == "wrong"


def test_an_upstream_gradient_by_name_is_not_given_the_input():
    assert sg.check(np.tanh, lambda dA, Z: 1 - np.tanh(dA) ** 2 + 0 * Z, Z).verdict == "wrong"
    assert sg.check(np.tanh, lambda x, g: x * (1 - np.tanh(g) ** 2), Z).verdict == "wrong"


class Keeping:
    """Layers of which the backward pass uses what the forward pass kept."""

    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, output_gradient, learning_rate):
        return of_output(self.y, output_gradient)

    def of_upstream(self, d):
        return of_output(self.y, d)

    def of_nothing(self):
        return of_output(self.y, 1.0)

    def wrong(self, grad):
        return 2 * self.of_upstream(grad)


def test_a_backward_pass_after_its_forward_pass():
    layer = Keeping()
    for right in (layer.backward, layer.of_upstream, layer.of_nothing):
        report = sg.check(layer.forward, right, Z)
        assert report
        assert "after the function" in report.explanation
    assert sg.check(layer.forward, layer.wrong, Z).diagnosis == "scaled"


def test_a_cache():
    def forward(x):
        y = np.tanh(x)
        return y, (x, y)

    assert sg.check(forward, lambda dout, cache: of_output(cache[1], dout), Z)
    assert sg.check(forward, lambda cache, dout: of_output(cache[1], dout), Z)
    assert sg.check(forward, lambda dout, cache: dout, Z).verdict == "wrong"
    assert sg.check(lambda x: (np.tanh(x), 1, 2), back, Z)


def test_a_function_that_returns_its_gradient_too():
    def loss_and_gradient(x):
        return np.sum(x**2), 2 * x

    assert sg.check(loss_and_gradient, x=Z)
    assert sg.check(lambda x: (np.sum(x**2), x), x=Z).diagnosis == "scaled"
    assert sg.check(lambda x: (x**2, 2 * x), x=3.0)


def test_a_number_stands_for_every_entry():
    assert sg.check(lambda x: 3 * x, lambda x: 3, Z)
    assert sg.check(np.mean, lambda x: 1 / x.size, Z)
    assert sg.check(lambda x: 3 * x, lambda x: 2, Z).diagnosis == "scaled"
    assert sg.check(lambda x: 3 * x, 3.0, Z)


def test_functions_of_one_number_are_called_entry_by_entry():
    def relu(x):
        return x if x > 0 else 0.0

    def slope(x):
        return 1.0 if x > 0 else 0.0

    def hyperbolic(x):
        return (math.exp(x) - math.exp(-x)) / (math.exp(x) + math.exp(-x))

    for x in (Z, Z[0].tolist()):
        report = sg.check(relu, slope, x)
        assert report
        assert "entry by entry" in report.explanation
        assert sg.check(hyperbolic, lambda x: 1 - math.tanh(x) ** 2, x)
        assert sg.check(hyperbolic, lambda y: 1 - y * y, x)
        assert sg.check(hyperbolic, lambda x: 1 - math.tanh(x), x).verdict == "wrong"
    assert sg.check(math.sin, math.cos, Z)
    assert sg.check(np.tanh, lambda x: 1 - math.tanh(x) ** 2, Z)
    assert sg.check(relu, lambda x, g: slope(x) * g, Z)


def test_what_is_made_for_one_row_is_tried_with_one():
    def jacobian(z):
        p = softmax(z).reshape(-1, 1)
        return np.diagflat(p) - p @ p.T

    report = sg.check(softmax, jacobian, Z)
    assert report.verdict == "correct"
    assert report.qualification == "for one row, of shape (5,)"
    assert sg.check(softmax, lambda z: -jacobian(z), Z).diagnosis == "sign-flipped"
    assert sg.check(softmax, lambda z, g: jacobian(z) @ g, Z)
    assert sg.check(softmax, lambda z: jacobian(z), Z[:1]).qualification is None


def test_what_is_made_for_columns_is_tried_with_one():
    weights = np.random.default_rng(5).standard_normal((4, 5))

    def twisted(x):
        return np.sin(weights @ x.reshape(5, 1))

    def backward(x, g):
        assert x.shape == (5, 1)
        return weights.T @ (np.cos(weights @ x) * g)

    assert sg.check(twisted, backward, Z[0])
    assert sg.check(twisted, lambda x, g: -backward(x, g), Z[0]).diagnosis == "sign-flipped"


def test_what_a_function_is_given_is_given_to_its_derivative():
    targets = np.random.default_rng(6).standard_normal(Z.shape)

    def loss(target, guess):
        return np.sum((guess - target) ** 2)

    def gradient(target, guess):
        return 2 * (guess - target)

    assert sg.check(lambda guess: loss(targets, guess), gradient, Z)
    assert sg.check(lambda q: loss(targets, q), lambda q, t: gradient(t, q), Z)
    wrong = sg.check(lambda guess: loss(targets, guess), lambda t, guess: t - guess, Z)
    assert wrong.diagnosis == "scaled"


@pytest.mark.parametrize(
    "derivative",
    [
        lambda: 1.0,
        lambda a, b, c, d, e: a,
        lambda x, y_true: x - y_true[0, 0, 0],
        lambda dout, cache: dout * cache[1],
        lambda x: None,
        lambda x: x[:2, :2],
    ],
)
def test_no_fit_is_no_verdict(derivative):
    with pytest.raises(ParameterError, match=r"Tried|returns None"):
        sg.check(np.tanh, derivative, Z)


def test_the_gradient_of_a_loss_with_a_target_that_nobody_knows():
    def loss(x):
        return np.sum((x - 1) ** 2)

    with pytest.raises(ParameterError, match="y_true"):
        sg.check(loss, lambda x, y_true: 2 * (x - y_true), Z)


def test_an_exception_within_the_right_call_is_the_authors():
    def broken(x, g):
        return g * undefined(x)  # noqa: F821

    report = sg.check(np.tanh, broken, Z)
    assert report.diagnosis == "raises"
    assert "NameError" in report.explanation


def test_a_hessian_times_a_vector():
    A = np.random.default_rng(7).standard_normal((5, 5))

    def loss(x):
        return np.sum(np.sin(A @ x))

    def product(x, v):
        return A.T @ (-np.sin(A @ x) * (A @ v))

    assert sg.check(loss, product, Z[0], "hvp")
    assert "(x, v)" in sg.check(loss, product, Z[0]).explanation
    assert sg.check(loss, lambda x, v: -product(x, v), Z[0], "hvp").diagnosis == "sign-flipped"
    assert sg.check(loss, lambda x, g: g * (A.T @ np.cos(A @ x)), Z[0])


def test_functions_that_change_their_input():
    def in_place(z):
        z[z < 0] = 0
        return z

    def tanh_in_place(z):
        return np.tanh(z, out=z)

    harmless = sg.check(in_place, lambda z: (z > 0) * 1.0, Z)
    assert harmless
    assert harmless.qualification == "though the function changes its input"
    harmful = sg.check(tanh_in_place, lambda z: 1 - np.tanh(z) ** 2, Z)
    assert (harmful.verdict, harmful.diagnosis) == ("wrong", "mutates-input")
    also = sg.check(in_place, lambda z: (z > 0) * 2.0, Z)
    assert also.diagnosis == "scaled"
    assert "The function changes the array" in also.explanation


def test_functions_that_keep_state_or_draw_numbers():
    total = np.zeros(Z.shape)

    def adds(z):
        total[...] += z
        return total.copy()

    assert sg.check(adds, lambda z: np.ones_like(z), Z).diagnosis == "stateful"
    random = np.random.default_rng(0)
    noisy = sg.check(lambda z: z * random.uniform(size=z.shape), lambda z: z, Z)
    assert noisy.diagnosis == "not-deterministic"


def test_pull_back_is_found_in_either_order():
    assert sg.check(softmax, lambda dA, Z: pull_back(Z, dA), Z)
    assert sg.check(softmax, lambda g, z: g * softmax(z), Z).diagnosis == "missing-rank-one-term"


def test_what_fits_as_it_came_and_is_wrong_is_not_right_for_a_vector():
    def transposed(weights, upstream):
        return upstream.T @ Z

    square = np.random.default_rng(5).standard_normal((5, 5))
    assert sg.check(lambda w: Z @ w, transposed, square).verdict == "wrong"
