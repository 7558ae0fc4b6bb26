"""The list of commands: a module with a function, and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from typer.core import TyperCommand

from softgrad.cli.accuracy import accuracy
from softgrad.cli.bench import bench
from softgrad.cli.boost import boost
from softgrad.cli.check import check
from softgrad.cli.config import config
from softgrad.cli.derive import derive
from softgrad.cli.explore import explore
from softgrad.cli.listing import listing
from softgrad.cli.noise import noise
from softgrad.cli.predict import predict
from softgrad.cli.train import train


@dataclass(frozen=True, slots=True)
class Command:
    """A command's name, the function that Typer reads its options from, and parser settings."""

    name: str
    function: Callable[..., None]
    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    kind: type[TyperCommand] = TyperCommand


class OfNumbers(TyperCommand):
    """A command whose words may be negative numbers, with options wherever they stand.

    What is not known as an option is taken as a word, so that the mark after which all are words
    would only make words of the options.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Without that mark."""
        return super().parse_args(ctx, [word for word in args if word != "--"])


COMMANDS: tuple[Command, ...] = (
    Command("train", train),
    Command("predict", predict),
    Command("check", check),
    Command("derive", derive, {"ignore_unknown_options": True}, OfNumbers),
    Command("list", listing),
    Command("explore", explore),
    Command("noise", noise),
    Command("boost", boost),
    Command("accuracy", accuracy),
    Command("bench", bench),
    Command("config", config),
)
