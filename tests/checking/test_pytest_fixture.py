"""The fixture is there for everybody who has softgrad installed."""

import numpy as np

from checking.derivatives import pull_back, softmax

pytest_plugins = ["pytester"]

WRONG = """
import numpy as np

def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

def test_backward(check_derivative):
    check_derivative(softmax, lambda z, g: g * softmax(z), np.linspace(-1, 1, 5))
"""


def test_a_right_derivative_passes(check_derivative):
    check_derivative(softmax, pull_back, np.linspace(-1, 1, 5))


def test_a_wrong_one_fails_with_the_explanation(pytester):
    pytester.makepyfile(WRONG)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*A term of the Jacobian is missing*"])
