from __future__ import annotations

import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from softgrad.nn import Network

FAST = ("--epochs", "8", "--hidden", "16")

OF_LOGS = "kl-divergence-of-logs"


def test_digits_are_learned_checked_tested_and_written(command, here):
    words = ("--activation", "softmax", "--loss", "squared-error", "--epochs", "12")
    done = command("train", "digits", *words)
    assert done.code == 0
    assert "gradient verified" in done.out
    assert "epoch 12/12" in done.out
    assert "true \\ predicted" in done.out
    accuracy = float(done.out.partition("held-out accuracy ")[2].partition(" %")[0])
    assert accuracy > 95.0
    assert (here / "softgrad-digits.png").read_bytes().startswith(b"\x89PNG")
    network = Network.load(here / "softgrad-digits.safetensors")
    assert network.notes["classes"] == [str(k) for k in range(10)]


@pytest.mark.parametrize("data", ["iris", "wine", "breast-cancer", "breast_cancer"])
def test_bundled_classes(command, here, data):
    done = command("train", data, *FAST)
    assert done.code == 0
    assert "held-out accuracy" in done.out
    assert (here / f"softgrad-{data}.safetensors").exists()


def test_bundled_values(command, here):
    done = command("train", "diabetes", *FAST, "--loss", "huber:delta=2")
    assert done.code == 0
    assert "held-out R²" in done.out


def test_every_option_reaches_the_layer(command, here):
    options = ("--label-smoothing", "0.1", "--margin", "0.2", "--class-weight", "setosa=2")
    more = ("--optimiser", "sgd:momentum=0.9", "--learning-rate", "0.05", "--schedule", "cosine")
    done = command(
        "train", "iris", *FAST, *options, *more, "--patience", "5", "--batch-size", "16",
        "--activation", "softmax:temperature=2", "--loss", "cross-entropy", "--label-noise", "0.2",
        "--hidden-activation", "tanh", "--seed", "3", "--model", "m.safetensors",
        "--picture", "p.svg",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "Softmax(temperature=2)" in done.out
    settings = Network.load(here / "m.safetensors").output.settings
    assert settings["label_smoothing"] == 0.1
    assert settings["margin"] == 0.2
    assert list(settings["class_weight"]) == [2.0, 1.0, 1.0]
    assert (here / "p.svg").read_text(encoding="utf-8").startswith("<?xml")


@pytest.mark.parametrize(
    ("name", "reason"), [("hardmax", "a surrogate"), ("gumbel-softmax", "new noise")]
)
def test_a_gradient_that_cannot_be_checked_is_not_called_wrong(command, here, name, reason):
    done = command("train", "iris", *FAST, "--activation", name)
    assert reason in done.out.partition("gradient not checked: ")[2]
    assert "WRONG" not in done.out


@pytest.mark.parametrize(
    ("loss", "outputs"),
    [
        ("multi-quantile", 3),
        ("multi-quantile:tau=(0.1,0.9),crossing=1", 2),
        ("multi-quantile:tau=(0.5,)", 1),
        ("gaussian", 2),
    ],
)
def test_a_loss_of_one_observed_value_has_as_many_outputs_as_it_takes(command, here, loss, outputs):
    words = ("diabetes", "--loss", loss, "--epochs", "1", "--hidden", "4")
    assert f"network 10 → 4 → {outputs}," in command("train", *words).out


def test_several_quantiles_are_judged_by_the_one_in_the_middle(command, here):
    done = command("train", "diabetes", "--loss", "multi-quantile", "--epochs", "20")
    (line,) = (line for line in done.out.splitlines() if line.startswith("held-out R²"))
    assert float(line.split()[2].rstrip(",")) > 0.3


def test_positive_values_of_any_size_are_learned(command, here):
    words = ("--activation", "exp", "--loss", "poisson", "--epochs", "30")
    out = command("train", "diabetes", *words).out
    assert float(out.partition("held-out R² ")[2].partition(",")[0]) > 0.2


def test_without_hidden_layers_it_is_a_linear_model(command, here):
    assert "network 4 → 3," in command("train", "iris", "--epochs", "2", "--hidden", "0").out


def test_the_same_seed_gives_the_same_network(command, here):
    for name in ("a", "b"):
        command("train", "iris", *FAST, "--model", f"{name}.safetensors", "--picture", "p.png")
    a, b = (Network.load(here / f"{name}.safetensors").parameters for name in ("a", "b"))
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("digts",), "did you mean digits"),
        (("nowhere.csv", "--target", "a"), "there is no such file"),
        (("/dev/zero", "--target", "a"), "this is a device"),
        (("digits", "--target", "a"), "bundled data with its own target"),
        (("digits", "--activation", "tanh", "--loss", "cross-entropy"), "is defined on"),
        (("digits", "--activation", "softmx"), "did you mean"),
        (("digits", "--loss", "squared-eror"), "did you mean squared_error"),
        (("digits", "--hidden", "8,x"), "expected numbers"),
        (("digits", "--hidden-activation", "rela"), "did you mean"),
        (("digits", "--optimiser", "adm"), "known: adam, sgd"),
        (("digits", "--optimiser", "adam:momentum=1"), "no hyper-parameter 'momentum'"),
        (("digits", "--optimiser", "lbfgs", "--learning-rate", "1"), "finds its own step"),
        (("digits", "--schedule", "cosin"), "known: constant"),
        (("digits", "--label-smoothing", "1"), "label_smoothing"),
        (("digits", "--margin", "-1"), "margin"),
        (("digits", "--label-noise", "2"), "from 0 to 1"),
        (("digits", "--held-out", "1"), "between 0 and 1"),
        (("digits", "--class-weight", "17=2"), "no class is called '17'"),
        (("digits", "--class-weight", "1=x"), "'x' is not a number"),
        (("digits", "--class-weight", "heavy"), "expected balanced"),
        (("digits", "--learning-rate", "-1"), "learning_rate"),
        (("digits", "--epochs", "0"), "--epochs"),
        (("digits", "--model", "/nowhere/m"), "/nowhere does not exist"),
        (("digits", "--picture", "p.docx"), "cannot draw"),
        (("diabetes", "--activation", "softmax"), "is values"),
        (("diabetes", "--label-noise", "0.4"), "is for classes"),
        (("diabetes", "--loss", "hinge"), "hinge is a loss of classes"),
        (("digits", "--activation", "log-softmax", "--loss", OF_LOGS), "takes no labels"),
        (("digits", "--activation", "identity", "--loss", "multi-quantile"), "takes no labels"),
        (("digits", "--loss", "reverse-kl-divergence"), "is infinite for targets such as these"),
        (("diabetes", "--activation", "sigmoid"), "takes targets from 0 to 1"),
        (("diabetes", "--loss", OF_LOGS), "takes targets in [-inf, 0]"),
        (("diabetes", "--loss", "multi-quantile:tau=(0.1,x)"), "'x' is neither a number"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_training(command, here, words, message):
    done = command("train", *words)
    assert message in done.refused
    assert "network" not in done.out


def test_a_training_that_diverges_says_what_to_try(command, here):
    words = ("--activation", "identity", "--optimiser", "sgd", "--learning-rate", "1e30")
    assert "try a learning rate ten times lower" in command("train", "iris", *words).refused


def interrupted(process):
    """What it says at its end, after Ctrl-C as often as somebody would press it."""
    for _ in range(10):
        process.send_signal(signal.SIGINT)
        try:
            return process.communicate(timeout=10)[1]
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    raise AssertionError(process.communicate()[1])


def test_ctrl_c_keeps_the_best_weights_and_says_where_they_are(here):
    # (What runs in the background may have been told to ignore it.)
    listen = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
    script = listen + "from softgrad.cli import main; sys.exit(main())"
    words = ("train", "iris", "--hidden", "8", "--epochs", "1000000")
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", script, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("epoch"):
            break
    time.sleep(0.2)
    err = interrupted(process)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert str(here / "softgrad-iris.safetensors") in err
    assert Network.load(here / "softgrad-iris.safetensors").outputs == 3
