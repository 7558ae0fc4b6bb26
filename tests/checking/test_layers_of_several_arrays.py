"""Cells of recurrence, embeddings, sequences, slopes: each gradient that a backward pass gives."""

import pytest

import softgrad as sg
from checking import layers_of_several_arrays as layers
from softgrad.checking.parameters.shapes import kind_of


def verdicts(names):
    found = {}
    for one in sg.check_module(names):
        told = one.refusal if one.report is None else one.report.verdict
        found[one.name.rpartition(" by ")[2]] = told
    return found


def of_functions(forward, backward):
    """Of two functions, whatever the second one is called here."""
    name = forward.removesuffix("_forward") + "_backward"
    return verdicts({forward: getattr(layers, forward), name: getattr(layers, backward)})


@pytest.mark.parametrize(
    ("forward", "backward", "arrays"),
    [
        ("rnn_step_forward", "rnn_step_backward", "rnn_step_forward prev_h Wx Wh b"),
        ("lstm_step_forward", "lstm_step_backward", "lstm_step_forward prev_h prev_c Wx Wh b"),
        ("rnn_forward", "rnn_backward", "rnn_forward h0 Wx Wh b"),
        ("word_embedding_forward", "word_embedding_backward", "W"),
        ("temporal_affine_forward", "temporal_affine_backward", "temporal_affine_forward w b"),
        ("prelu_forward", "prelu_backward", "prelu_forward a"),
        ("softened", "softened_backward", "softened temperature"),
        ("mlp_forward", "mlp_backward", "W1 b1 W2 b2"),
        ("triplet_loss", "triplet_loss_gradient", "anchor positive negative"),
    ],
)
def test_right_functions_pass_by_every_array(forward, backward, arrays):
    assert of_functions(forward, backward) == dict.fromkeys(arrays.split(), "correct")


@pytest.mark.parametrize(
    ("forward", "backward", "wrong"),
    [
        ("rnn_step_forward", "rnn_step_backward_transposed", "prev_h"),
        ("lstm_step_forward", "lstm_step_backward_cut", "prev_c"),
        ("word_embedding_forward", "word_embedding_backward_lossy", "W"),
        ("prelu_forward", "prelu_backward_unmasked", "a"),
    ],
)
def test_a_wrong_gradient_by_one_of_the_arrays_is_called_wrong(forward, backward, wrong):
    assert of_functions(forward, backward)[wrong] == "wrong"


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("Cell", ""),
        ("CellTransposed", "h"),
        ("CellWithACache", "b"),
        ("Embedding", ""),
        ("EmbeddingLossy", "W"),
        ("PReLU", ""),
        ("PReLUUnmasked", "a"),
        ("Product", "b"),
    ],
)
def test_layers_with_states_whole_numbers_and_single_slopes(kind, wrong):
    found = verdicts({kind: getattr(layers, kind)})
    assert {name for name, one in found.items() if one != "correct"} == {wrong} - {""}
    report = sg.check_class(getattr(layers, kind))
    assert report.verdict == ("wrong" if wrong else "correct")
    assert f"by {wrong}," in report.explanation or not wrong


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *[("Wx", "input matrix"), ("W_ih", "input matrix"), ("Whh", "state matrix")],
        *[("weight_q", "matrix"), ("b_f", "vector"), ("gamma", "vector"), ("h_prev", "state")],
        *[("negative_slope", "number"), ("anchor", "other"), ("key", "other")],
    ],
)
def test_kinds_of_arrays_by_their_names(name, kind):
    assert kind_of(name) == kind
