"""Pairs as people write them: kept state, flags, tables, losses, constructors with arguments."""

from __future__ import annotations

import numpy as np
import pytest

import softgrad as sg
from checking.derivatives import softmax
from softgrad.errors import ParameterError


def verdicts(names: dict[str, object]) -> dict[str, str]:
    reports = sg.check_module(names)
    return {
        one.name: one.report.verdict if one.report is not None else one.refusal for one in reports
    }


class KeepsInAttributes:
    """Gives nothing: both results stay in attributes."""

    def forward(self, inputs):
        self.output = softmax(inputs)

    def backward(self, dvalues):
        self.dinputs = self.output * (dvalues - (dvalues * self.output).sum(-1, keepdims=True))


class WithALearningRate:
    def __init__(self, n_inputs, n_neurons):
        self.weights = np.random.default_rng(0).standard_normal((n_inputs, n_neurons))

    def forward(self, x):
        self.x = x
        return x @ self.weights

    def backward(self, output_gradient, learning_rate):
        slope = output_gradient @ self.weights.T
        self.weights = self.weights - learning_rate * self.x.T @ output_gradient
        return slope


class Trains(WithALearningRate):
    """The same with a rate of its own: its backward pass changes its forward pass."""

    def backward(self, output_gradient):
        return super().backward(output_gradient, 0.1)


class WithoutArguments:
    def __call__(self, x):
        self.y = np.tanh(x)
        return self.forward(x)

    def forward(self, x):
        return np.tanh(x)

    def backward(self):
        return 1 - self.y**2


class WrongWhereKept:
    def forward(self, x):
        self.x = x
        return 1 / (1 + np.exp(-x))

    def backward(self, g):
        return g * self.x * (1 - self.x)


@pytest.mark.parametrize(
    "given", [KeepsInAttributes, WithALearningRate, Trains, WithoutArguments], ids=str
)
def test_a_backward_pass_is_called_after_its_forward_pass(given):
    report = sg.check_class(given)
    assert report, report
    assert "backward after" in report.explanation


def test_what_was_kept_is_not_taken_for_the_output():
    assert sg.check_class(WrongWhereKept).verdict == "wrong"


class Several:
    @staticmethod
    def relu(x):
        return np.maximum(x, 0)

    @staticmethod
    def relu_prime(x):
        return (x > 0) * 1.0

    @staticmethod
    def square(x):
        return x**2

    @staticmethod
    def square_prime(x):
        return x


def test_of_several_pairs_one_is_checked_and_the_others_are_named():
    report = sg.check_class(Several)
    assert report
    assert "square/square_prime" in report.explanation
    assert verdicts({"Several": Several}) == {"Several.relu": "correct", "Several.square": "wrong"}


def cube(x, deriv=False):
    return 3 * x**2 if deriv else x**3


def by_mode(x, mode="forward"):
    return np.cos(x) if mode == "backward" else np.sin(x)


def squares(p, target):
    dp = 2 * (p - target)
    loss = np.sum((p - target) ** 2)
    return loss, dp


class Logistic:
    def __call__(self, x):
        return 1 / (1 + np.exp(-x))


class LogisticDerivative:
    def __call__(self, x):
        p = Logistic()(x)
        return p * (1 - p)


def test_flags_tables_results_together_and_classes_that_are_functions():
    sine, cosine = (lambda x: np.sin(x)), (lambda x: np.cos(x))
    found = verdicts(
        {
            "cube": cube,
            "by_mode": by_mode,
            "squares": squares,
            "Logistic": Logistic,
            "LogisticDerivative": LogisticDerivative,
            "TABLE": {"sin": (sine, cosine), "bad": {"f": np.cos, "df": np.sin}},
            "FUNCTIONS": {"exp": np.exp},
            "DERIVATIVES": {"exp": np.exp},
        }
    )
    wrong = {name for name, verdict in found.items() if verdict != "correct"}
    assert wrong == {"TABLE['bad']"}
    assert len(found) == 7


def losses() -> dict[str, object]:
    def mse(y_true, y_pred):
        return np.mean((y_true - y_pred) ** 2)

    def mse_prime(y_true, y_pred):
        return 2 * (y_pred - y_true) / y_true.size

    def mae(y, yhat):
        return np.abs(y - yhat).mean()

    def mae_prime(y, yhat):  # the sign is that of the derivative by the target
        return np.sign(y - yhat) / y.size

    def bce(p, t):
        return -(t * np.log(p) + (1 - t) * np.log(1 - p))

    def bce_grad(t, p):  # the other order
        return (p - t) / (p * (1 - p))

    def sparse_nll(logits, labels):
        return -np.log(softmax(logits)[np.arange(len(labels)), labels])

    def sparse_nll_grad(logits, labels):
        p = softmax(logits)
        p[np.arange(len(labels)), labels] -= 1
        return p / len(labels)

    def hinge(target, score):
        return np.maximum(0, 1 - target * score).sum()

    def hinge_backward(target, score):
        return np.where(target * score < 1, -target, 0.0)

    def square(target, out):
        return np.sum((out - target) ** 2) / len(target)

    def square_gradient(target, out):  # without 1 / rows, which one row alone hides
        return 2 * (out - target)

    def cost(a, t):
        return -np.sum(t * np.log(np.clip(a, 1e-9, 1)))

    def cost_derivative(a, t):
        return -t / a

    def squared_cost(target, a):
        return 0.5 * np.mean((a - target) ** 2)

    def squared_cost_prime(target, a):  # right for one number a row
        return (a - target) / len(target)

    return {name: value for name, value in locals().items() if callable(value)}


def test_losses_get_the_targets_that_they_take():
    reports = {one.name: one for one in sg.check_module(losses())}
    verdict = {name: one.report.verdict for name, one in reports.items()}
    assert verdict.pop("mae") == "wrong"
    assert verdict.pop("square") == "wrong"
    assert set(verdict.values()) == {"correct"}, verdict
    assert len(verdict) == 6
    assert "the mean over all" in reports["sparse_nll"].report.explanation
    assert reports["squared_cost"].report.qualification == "for one number a row"


class LossOfTwo:
    def forward(self, y_pred, y_true):
        self.y_pred, self.y_true = y_pred, y_true
        return np.mean((y_pred - y_true) ** 2)

    def backward(self):
        return 2 * (self.y_pred - self.y_true) / self.y_pred.size


def test_a_loss_that_keeps_its_arguments():
    assert sg.check_class(LossOfTwo)


class Sized:
    def __init__(self, *sizes):
        self.weights = np.linspace(-1, 1, sizes[0] * sizes[1]).reshape(sizes)

    def f(self, x):
        return x @ self.weights

    def backward(self, x, g):
        return g @ self.weights.T


def test_a_constructors_arguments_are_given_or_named_in_the_refusal():
    assert sg.check_class(Sized, init=(7, 2))
    assert sg.check_class(Sized(7, 2))
    with pytest.raises(ParameterError, match="--init"):
        sg.check_class(Sized)
    with pytest.raises(ParameterError, match="init: Sized"):
        sg.check_class(Sized, init=("7",))


def test_what_does_not_run_is_never_wrong():
    def f(x, w, b):
        return x

    (found,) = sg.check_module({"f": f, "f_prime": f})
    assert found.report is None
    assert "x, w, b" in found.refusal


def logistic_cost(theta, X, y, lamda):
    p = 1 / (1 + np.exp(-X @ theta))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + lamda * np.sum(theta**2)


def logistic_cost_gradient(theta, X, y, lamda):
    p = 1 / (1 + np.exp(-X @ theta))
    return X.T @ (p - y) / len(y) + 2 * lamda * theta


def softmax_cost(W, X, labels):
    loss = -np.mean(np.log(softmax(X @ W.T)[np.arange(len(X)), labels]))
    p = softmax(X @ W.T)
    p[np.arange(len(X)), labels] -= 1
    dW = p.T @ X  # without the mean
    return loss, dW


def test_costs_by_their_weights():
    found = sg.check_module(
        {
            "logistic_cost": logistic_cost,
            "logistic_cost_gradient": logistic_cost_gradient,
            "softmax_cost": softmax_cost,
        }
    )
    assert [one.report.verdict for one in found] == ["correct", "wrong"]
    assert "by theta" in found[0].report.explanation


class Affine:
    def __init__(self, n_in, n_out):
        self.W = np.random.default_rng(1).standard_normal((n_in, n_out))
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.mean(axis=0)
        return dout @ self.W.T


def test_a_layers_weights_stand_beside_its_input():
    assert verdicts({"Affine": Affine}) == {
        "Affine": "correct",
        "Affine by W": "correct",
        "Affine by b": "wrong",
    }
    report = sg.check_class(Affine)
    assert report.verdict == "wrong"
    assert "Affine by b, db of backward; by its input it is right" in report.explanation


class CostOfTheOutput:
    """Of chapter 3 of Nielsen's book."""

    @staticmethod
    def fn(a, y):
        return 0.5 * np.sum((a - y) ** 2)

    @staticmethod
    def delta(z, a, y):
        p = 1 / (1 + np.exp(-z))
        return (a - y) * p * (1 - p)


def test_a_delta_by_what_comes_before_the_activation():
    report = sg.check_class(CostOfTheOutput)
    assert report, report
    assert "a = sigmoid(z)" in report.explanation


class Product:
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x @ w

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        return g @ w.T, x.T @ g


class Cube:
    @staticmethod
    def forward(ctx, x):
        ctx.x = x
        return x**3

    @staticmethod
    def backward(ctx, g):
        return g * 3 * ctx.x


def tanh_prime(x):
    return 1 - np.tanh(x) ** 2


def test_contexts_and_functions_of_numpy_itself():
    found = verdicts({"Product": Product, "Cube": Cube, "tanh_prime": tanh_prime})
    assert found == {"tanh": "correct", "Product": "correct", "Cube": "wrong"}


def act(x, name):
    if name == "relu":
        return np.maximum(x, 0)
    if name == "tanh":
        return np.tanh(x)
    raise ValueError(name)


def act_prime(x, name):
    if name == "relu":
        return (x > 0) * 1.0
    if name == "tanh":
        return 1 - np.tanh(x)
    raise ValueError(name)


def turned(x, direction):
    if direction == "forward":
        return np.log1p(np.exp(x))
    if direction == "backward":
        return 1 / (1 + np.exp(-x))
    raise ValueError(direction)


def error_of_lists(targets, outputs):
    assert isinstance(outputs, list)
    return sum((t - o) ** 2 for t, o in zip(targets, outputs, strict=True))


def error_of_lists_gradient(targets, outputs):
    return [2 * (o - t) for t, o in zip(targets, outputs, strict=True)]


def cost_of_columns(AL, Y):
    return -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / Y.shape[1]


def cost_of_columns_backward(AL, Y):
    return -(Y / AL - (1 - Y) / (1 - AL)) / Y.shape[1]


def test_one_function_by_texts_and_losses_of_lists_and_columns():
    kept = (act, act_prime, turned, error_of_lists, error_of_lists_gradient)
    names = {one.__name__: one for one in (*kept, cost_of_columns, cost_of_columns_backward)}
    assert verdicts(names) == {
        "act('relu')": "correct",
        "act('tanh')": "wrong",
        "turned": "correct",
        "error_of_lists": "correct",
        "cost_of_columns": "correct",
    }


class InPlace:
    def forward(self, x):
        self.off = x <= 0
        return np.where(self.off, 0, x)

    def backward(self, dout):
        dout[self.off] = 0
        return dout


def test_a_gradient_that_is_changed_in_place_is_right_and_said():
    report = sg.check_class(InPlace)
    assert report, report
    assert "changes the gradient that it is given" in report.explanation


def test_a_count_that_is_one_in_a_column_hides_no_missing_division():
    def cost(predicted, target):
        return np.sum((predicted - target) ** 2) / target.shape[1]

    def cost_derivative(predicted, target):
        return 2 * (predicted - target)

    (found,) = sg.check_module({"cost": cost, "cost_derivative": cost_derivative})
    assert found.report.verdict == "wrong"


class KeepsWhatItsGradientDoesNotNeed:
    def __call__(self, x):
        self.y = np.where(x > 0, x, 1.3 * np.expm1(np.minimum(x, 0.0)))
        return self.y

    def gradient(self, x):
        return np.where(x > 0, 1.0, self(x) + 1.3)


def kl_divergence(p, q):
    return np.sum(p * np.log(p / q), axis=-1)


def kl_divergence_grad(p, q):
    return -p / q


def quartic(x):
    return np.sum(x**4) / 12.0


def quartic_hess(x):
    return np.diag(x**2)


def test_gradients_of_x_and_by_the_second_of_two_letters_and_hessians():
    names = (KeepsWhatItsGradientDoesNotNeed, kl_divergence, kl_divergence_grad, quartic)
    table = {one.__name__: one for one in (*names, quartic_hess)}
    found = {one.name: one.report.verdict for one in sg.check_module(table)}
    assert set(found.values()) == {"correct"}
    assert len(found) == 3
