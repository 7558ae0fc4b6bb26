"""The server answers its own page on this machine, and nobody else."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from starlette.requests import Request

from explorer.asking import Client
from softgrad.errors import ParameterError
from softgrad.explorer.application import application
from softgrad.explorer.safety import TOKEN_HEADER, has_token
from softgrad.explorer.serving import PORT, serve


@pytest.mark.parametrize("host", ["127.0.0.1:8642", "localhost:8642", "[::1]:8642"])
def test_this_machine_is_answered(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "192.168.0.7:8642", "localhost@evil", ""]
)
@pytest.mark.parametrize("path", ["/", "/api/layer", "/page/scripts/main.js"])
def test_a_foreign_host_is_refused(client, host, path):
    assert client.get(path, headers={"host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:8642"],
)
def test_a_foreign_origin_is_refused(client, origin):
    assert client.get("/api/layer", headers={"origin": origin}).status_code == 403
    assert client.post("/api/layer", headers={"origin": origin}).status_code == 403


def test_the_pages_own_origin_is_answered(client):
    own = {"origin": "http://127.0.0.1:8642"}
    assert client.get("/api/layer", headers=own).status_code == 200


def test_open_to_a_network_numeric_addresses_are_answered_and_names_are_not():
    app = application(names={"here"}, numeric=True)
    client = Client(app, "http://192.168.0.7:8642")
    assert client.get("/").status_code == 200
    assert client.get("/", headers={"host": "here:8642"}).status_code == 200
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/api/layer", "/page/scripts/main.js", "/nothing"])
def test_every_answer_says_that_nothing_comes_from_elsewhere(client, path):
    policy = client.get(path).headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


def test_only_notebooks_of_this_machine_may_hold_the_page_in_a_frame_and_only_where_asked(client):
    def who(client: Client) -> str:
        policy = client.get("/").headers["content-security-policy"]
        return policy.partition("frame-ancestors ")[2]

    assert who(client) == "'none'"
    here = ("http://localhost:", "http://127.0.0.1:", "vscode-")
    assert all(one.startswith(here) for one in who(Client(application(framed=True))).split())


def test_files_outside_the_page_are_not_served(client):
    assert client.get("/page/../application.py").status_code == 404
    assert client.get("/page/%2e%2e/application.py").status_code == 404


@pytest.mark.parametrize(("given", "expected"), [("secret", True), ("secre", False), (None, False)])
def test_only_the_printed_token_is_the_token(given, expected):
    app = application(token="secret")
    headers = [] if given is None else [(TOKEN_HEADER.encode(), given.encode())]
    scope = {"type": "http", "headers": headers, "app": app}
    assert has_token(Request(scope)) is expected


def test_each_server_has_a_token_of_its_own():
    first, second = (application().state.token for _ in range(2))
    assert first != second
    assert len(first) >= 20


def test_a_port_that_is_taken_is_refused_and_the_usual_one_is_not_insisted_on():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ParameterError, match=f"cannot listen at 127.0.0.1, port {port}"):
            serve("127.0.0.1", port, started=print)
    told: list[str] = []
    with closing(usual_port_taken()):
        serve("127.0.0.1", None, started=told.append, idle_seconds=0.0)
    assert f":{PORT}/" not in told[0]


def usual_port_taken():
    try:
        return socket.create_server(("127.0.0.1", PORT))
    except OSError:  # somebody else's
        return socket.socket()


def test_it_listens_on_this_machine_and_prints_an_address_with_the_token():
    told: list[str] = []
    serve("127.0.0.1", 0, started=told.append, idle_seconds=0.0)
    assert told[0].startswith("http://127.0.0.1:")
    assert "/?token=" in told[0]
