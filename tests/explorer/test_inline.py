"""`layer.explore()` shows the page at that layer, in a frame of a notebook too."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

import softgrad as sg
from softgrad.errors import ParameterError, SoftgradError
from softgrad.explorer.link import link_text
from softgrad.explorer.state import read_state

LAYER = sg.OutputLayer(sg.Softmax(temperature=0.5), sg.Focal(gamma=3.0))


def test_a_link_holds_the_layer_with_its_hyper_parameters():
    state = read_state(dict(parse_qsl(link_text(LAYER, [0.1, -2.0, 1e3], 1))))
    assert sg.OutputLayer(state.activation, state.loss) == LAYER
    np.testing.assert_array_equal(state.logits, [0.1, -2.0, 1e3])
    assert state.target == 1


def test_every_pair_has_a_link_at_which_it_can_be_computed_or_a_reason_why_not():
    refused = set()
    for pair in sg.pairs():
        try:
            state = read_state(dict(parse_qsl(link_text(sg.OutputLayer(*pair)))))
        except ParameterError:
            refused.add(pair)
            continue
        assert (state.activation.name, state.loss.name) == pair
    logs = {(a, "kl_divergence_of_logs") for a, loss in sg.pairs() if loss.endswith("of_logs")}
    noisy = {pair for pair in sg.pairs() if pair[0] == "gumbel_softmax"}
    assert refused == logs | noisy | {("log_sigmoid", "fenchel_young")}


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: sg.OutputLayer("softmax", "focal", label_smoothing=0.1).explore(), "settings"),
        (lambda: sg.OutputLayer("softmax", sg.focal + sg.z_loss).explore(), "one loss"),
        (lambda: sg.OutputLayer(sg.softmax, sg.Focal(alpha=0.25)).explore(), "numbers"),
        (lambda: LAYER.explore(np.zeros((2, 3)), [0, 1]), "one row"),
        (lambda: LAYER.explore(np.zeros(9), 0), "9 numbers"),
        (lambda: LAYER.explore([1.0, 2.0], 5), "label 5"),
    ],
)
def test_what_the_page_cannot_show_is_said(make: Callable[[], Any], told: str):
    with pytest.raises(SoftgradError, match=told):
        make()


def test_a_terminal_shows_the_address_and_all_layers_have_one_server():
    first, second = LAYER.explore(), sg.OutputLayer("softmax", "cross_entropy").explore([0, 1], 0)
    assert repr(first) == f"explorer: {first.address}"
    assert first.address.partition("#")[0] == second.address.partition("#")[0]
    assert "token" not in first.address + first._repr_html_()  # it is stored with the notebook


@pytest.fixture
def notebook() -> Iterator[str]:
    """The address of a page of this machine with a frame that holds the explorer."""
    html = LAYER.explore([1.0, 0.0, 2.0], 1)._repr_html_()

    class Notebook(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Notebook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    thread.join(10.0)
    server.server_close()


def test_a_notebook_shows_the_page_in_a_frame(desktop_page: Any, notebook: str):
    desktop_page.goto(notebook)
    frame = desktop_page.frame_locator("iframe")
    right = sg.Softmax(temperature=0.5).partial([1.0, 0.0, 2.0], i=1, j=0)
    frame.get_by_text(f"{right:.4f}".replace("-", "−"), exact=True).first.wait_for()
