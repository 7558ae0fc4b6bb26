"""docs/conventions.md has the target domain of every loss, as the losses declare it."""

from pathlib import Path

from softgrad.catalogue import LOSSES
from softgrad.contracts.domains import CLOSED_COINS, REAL, SHARES
from softgrad.contracts.target_domains import domain_of_targets

PAGE = Path(__file__).parents[2] / "docs" / "conventions.md"


def rows_of_the_table() -> dict[str, str]:
    """The names of the losses in the first cells, and the second cells."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for name in cells[0].replace("`", "").split(", "):
            if name in LOSSES:
                found[name] = cells[1]
    return found


def test_the_table_says_what_each_loss_declares():
    table = rows_of_the_table()
    assert sorted(table) == sorted(LOSSES)
    for name, kind in LOSSES.items():
        loss, said = kind(), table[name]
        if loss.targets == "labels":
            assert said.startswith("labels, or one-hot rows")
            continue
        if loss.allowed_targets() is None:
            assert said.startswith("where the activation's outputs lie")
            continue
        several = domain_of_targets(loss, loss.accepts[0], 3)
        coins = domain_of_targets(loss, CLOSED_COINS, 1)
        if several == SHARES:
            assert coins == CLOSED_COINS
            assert said == f"`{several.interval}`; on coins `{coins.interval}`"
        elif several == REAL:
            assert said == "any number"
        else:
            assert said.startswith(f"`{several.interval}`")
