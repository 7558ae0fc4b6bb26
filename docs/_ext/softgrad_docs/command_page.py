"""The page of the command line: every command with its arguments and options."""

from __future__ import annotations

from typing import Any

import typer

from softgrad.cli.application import application
from softgrad_docs.restructured import block, code, heading, page, plain, table


def command_page() -> str:
    group: Any = typer.main.get_command(application())
    parts = [_part(name, command) for name, command in group.commands.items()]
    opening = (
        "``softgrad COMMAND --help`` prints the same. A wrong use is one line and exit code 2."
    )
    return page(heading("The command line"), opening, *parts)


def _part(name: str, command: Any) -> str:
    words = [_word(one) for one in command.params if _is_argument(one)]
    usage = " ".join(["softgrad", name, *words, "[OPTIONS]"])
    shown = [one for one in command.params if not getattr(one, "hidden", False)]
    rows = [
        (_spelling(one), plain(" ".join((getattr(one, "help", "") or "").split()))) for one in shown
    ]
    return page(
        heading(f"softgrad {name}", "-"),
        block("code-block:: text", usage),
        plain(" ".join((command.help or "").split())),
        table(("argument or option", "what it says"), rows) if rows else "",
    ).rstrip()


def _spelling(one: Any) -> str:
    if _is_argument(one):
        return code(_word(one))
    return ", ".join(code(spelling) for spelling in (*one.opts, *one.secondary_opts))


def _word(one: Any) -> str:
    return one.metavar or one.name.upper()


def _is_argument(one: Any) -> bool:
    return one.param_type_name == "argument"
