"""Readings say where a value stands, what came and what was expected."""

from __future__ import annotations

import json
import sys

import pytest

from softgrad.errors import StorageError
from softgrad.files import parse_json
from softgrad.files import schema as s

PERSON = s.record(
    {"name": s.text, "age": s.whole(low=0)},
    {
        "weight": s.number(low=0.0, below=500.0),
        "married": s.flag,
        "kind": s.one_of(None, "cat", "dog"),
        "friends": s.list_of(s.pair(s.text, s.any_number), least=1, most=2),
        "rooms": s.table_of(s.optional(s.whole())),
    },
)
FINE = {
    "name": "Ada",
    "age": 3,
    "weight": 4.5,
    "married": False,
    "kind": None,
    "friends": [["Bob", 1]],
    "rooms": {"hall": None, "attic": 2},
}


def test_what_fits_is_returned():
    assert PERSON(FINE, "person") == {**FINE, "friends": [("Bob", 1)]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": 3}, "person.name is 3; expected a text"),
        ({"age": -1}, "person.age is -1; expected a whole number >= 0"),
        ({"age": True}, "person.age is True; expected a whole number >= 0"),
        ({"age": 2.0}, "person.age is 2.0; expected a whole number >= 0"),
        ({"weight": float("nan")}, "person.weight is nan; expected a finite number >= 0 and < 500"),
        ({"weight": 10**400}, "expected a finite number"),
        ({"weight": 500}, "person.weight is 500; expected"),
        ({"married": 0}, "person.married is 0; expected true or false"),
        ({"kind": ["cat"]}, r"person.kind is \['cat'\]; expected null or 'cat' or 'dog'"),
        ({"friends": []}, "person.friends has 0 items; expected 1 to 2"),
        ({"friends": "ab"}, "person.friends is 'ab'; expected a list"),
        ({"friends": [["Bob", "1"]]}, r"person.friends\[0\]\[1\] is '1'; expected a number"),
        ({"friends": [["Bob"]]}, r"person.friends\[0\] has 1 items; expected 2 to 2"),
        ({"rooms": {"hall": "big"}}, "person.rooms.hall is 'big'; expected a whole number"),
        ({"rooms": 3}, "person.rooms is 3; expected an object"),
        ({"colour": "red"}, "person has a 'colour' that is not known"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_place(change, message):
    with pytest.raises(StorageError, match=message):
        PERSON({**FINE, **change}, "person")


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), "1", None])
def test_a_number_is_one_that_a_float_can_be(value):
    with pytest.raises(StorageError, match="expected a finite number"):
        s.number()(value, "it")


def test_what_is_missing_is_named():
    with pytest.raises(StorageError, match="person has no 'age'"):
        PERSON({"name": "Ada"}, "person")
    with pytest.raises(StorageError, match="person is None; expected an object"):
        PERSON(None, "person")


def test_a_message_is_short_whatever_came():
    for value in ("x" * 10**6, [[0] * 1000] * 1000, {str(k): k for k in range(10**5)}, 10**5000):
        with pytest.raises(StorageError) as told:
            s.flag(value, "it")
        assert len(str(told.value)) < 200


@pytest.mark.parametrize(
    "value", [[], {}, "a\\\\", ['"[[['], {"\\": "}"}, [[1, {"a": []}], -2.5e3]]
)
def test_json_is_read(value):
    assert parse_json(json.dumps(value), "it") == value
    assert parse_json(json.dumps(value).encode(), "it") == value


@pytest.mark.parametrize("text", ["", "[", "{'a': 1}", b"\xff", "[1,]", "nul", "9" * 5000, '"\\'])
def test_what_is_no_json_is_refused(text):
    with pytest.raises(StorageError, match="it is no JSON"):
        parse_json(text, "it")


@pytest.mark.parametrize("level", ["[", '{"a":', '["\\\\",', '["\\"",'])
def test_depth_is_refused_before_it_is_read(level):
    """Also where the interpreter would go down with it: its own limit may have been lifted."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10**7)
    try:
        with pytest.raises(StorageError, match="nested more than 64 deep"):
            parse_json(level * 10**5, "it")
    finally:
        sys.setrecursionlimit(limit)


def test_brackets_in_texts_are_not_depth():
    assert parse_json(json.dumps(["[" * 1000, '"' + "{" * 1000, "\\" + "[" * 1000]), "it")


def test_a_name_that_occurs_twice_is_refused():
    with pytest.raises(StorageError, match="'a' occurs twice"):
        parse_json('{"a": 1, "b": {"a": 2}, "a": 3}', "it")
