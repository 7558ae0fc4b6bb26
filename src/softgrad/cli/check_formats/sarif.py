"""SARIF 2.1.0, which editors and code scanning read.

"Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS Standard, 2020.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from softgrad.cli.check_formats.outcome import Outcome

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def sarif(outcomes: Sequence[Outcome]) -> str:
    """A run with a result for each that is not right."""
    from softgrad import __version__

    told = [one for one in outcomes if one.level != "note"]
    rules = [{"id": rule} for rule in sorted({one.rule for one in told})]
    driver = {"name": "softgrad", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(one) for one in told]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _result(one: Outcome) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": quote(PurePath(one.path).as_posix())}}
    if one.line:
        place["region"] = {"startLine": one.line}
    return {
        "ruleId": one.rule,
        "level": one.level,
        "message": {"text": one.text},
        "locations": [{"physicalLocation": place}],
    }
