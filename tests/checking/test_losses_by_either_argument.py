"""Losses of two arguments whose derivative is by the other one, and what is no absolute error."""

import numpy as np

import softgrad as sg


def itakura(x, y):
    return np.sum(x / y - np.log(x / y) - 1)


def itakura_grad(x, y):
    return -x / y**2 + 1 / y


def kl_divergence(pred, target):
    return np.sum(target * np.log(target / pred))


def kl_divergence_grad(pred, target):
    return 1 + np.log(target / pred)


def bce(y_true, y_pred):
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))


def bce_grad(y_true, y_pred):
    return (y_pred - y_true) / (y_pred * (1 - y_pred))


def margins(scores, labels):
    found = np.maximum(0, scores - scores[np.arange(len(labels)), labels][:, None] + 1)
    found[np.arange(len(labels)), labels] = 0
    return found


def svm_loss(scores, labels):
    return margins(scores, labels).sum() / len(labels)


def svm_loss_grad(scores, labels):
    """Takes 1 for the number of margins at the label."""
    slope = (margins(scores, labels) > 0) * 1.0
    slope[np.arange(len(labels)), labels] -= 1
    return slope / len(labels)


def report(function, derivative):
    names = {one.__name__: one for one in (function, derivative)}
    return sg.check_module(names)[0].report


def test_of_two_letters_either_may_be_what_is_differentiated():
    assert report(itakura, itakura_grad)


def test_a_derivative_by_the_target_is_said_to_be_that():
    found = report(kl_divergence, kl_divergence_grad)
    assert found.diagnosis == "other-argument"
    assert "by target" in found.explanation


def test_a_missing_mean_is_not_right_for_single_entries():
    assert report(bce, bce_grad).verdict == "wrong"


def test_a_hinge_is_not_taken_for_a_square():
    assert report(svm_loss, svm_loss_grad).diagnosis not in (None, "other-function")
