"""Does a change find its bet? `uv run python -m benchmarks.linking`.

Over made-up messages of every shape that squashing, merging and reverting leave behind, and over real histories: in
these nobody wrote a bet, so that each link is a false one; then a line is put into every tenth of their messages, at a
place drawn by chance, and must be found. What takes what back was read by hand in the same histories.
"""

import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from aftermerge.connectors.git.words import branch_of
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change
from aftermerge.model.reach import taken_back
from aftermerge.ship.link import links_of
from benchmarks.linking_shapes import BETS, SHAPES, Shape
from benchmarks.rates import markdown
from benchmarks.real_data import file

SEED = 20260101
HISTORIES = ("sqlite-utils", "datasette")
REVERTS = {
    "8437fe30": ("d18687a3",),
    "0b68996c": ("dc18f620",),
    "38d28dd9": ("51ee8caa",),
    "1c29b925": ("b91e1728",),
    "77e718c3": ("c85d669d",),
    "5a353a32": ("bb499942",),
    "239aed18": ("c5791156",),
    "1b2f0ab6": ("5bfd001b",),
    "0d5cc20a": ("98dcabcc",),
    "dea3c508": ("37f87b5e",),
    "f0a740ac": ("81dea4b0",),
    "35429f90": ("9fdb47ca",),
    "62c08d0d": ("d39b2e35",),
}
"""By hand: which commit takes which back, of all whose message speaks of reverting and that take back one."""
NOT_REVERTS = ("ccace40e", "6de83bf3", "0dfb9241")
"""By hand: these speak of reverting and take no commit back."""


def counted(found: set[tuple[str, str]], true: set[tuple[str, str]]) -> tuple[str, ...]:
    """Precision and recall of links, with their counts."""
    right = len(found & true)
    precision = right / len(found) if found else 1.0
    recall = right / len(true) if true else 1.0
    return (f"{precision:.1%}", f"{recall:.1%}", f"{len(true):,}", f"{len(found - true):,}", f"{len(true - found):,}")


def of_shapes(shapes: Sequence[Shape] = SHAPES) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Links found and links that are true, over the shapes."""
    found, true = set(), set()
    for shape in shapes:
        step = Change(
            shape.name, "git", _day(9), shape.message.split("\n")[0], shape.message, shape.branch, shape.paths
        )
        links = links_of([*shape.after, step], _bets(), shape.requests)
        found |= {(link.change, link.bet) for link in links if link.change == shape.name}
        true |= {(shape.name, bet) for bet in shape.serves}
    return found, true


def of_history(rows: Sequence[dict[str, Any]], *, every: int = 10) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """A bet's line is put into every tenth message, between two of its lines or at its end."""
    rng, changes, true = np.random.default_rng(SEED), [], set()
    for number, row in enumerate(rows):
        message = f"{row['subject']}\n\n{row['body'] or ''}".rstrip()
        if number % every == 0:
            bet = BETS[rng.integers(len(BETS))]
            lines = message.split("\n")
            lines.insert(int(rng.integers(1, len(lines) + 1)), f"Bet: {bet}")
            message = "\n".join(lines)
            true.add((row["sha"], bet))
        changes.append(Change(row["sha"], "git", _time(row), row["subject"], message, branch_of(row["subject"])))
    return {(link.change, link.bet) for link in links_of(changes, _bets()) if link.change in _direct(changes)}, true


def _direct(changes: Sequence[Change]) -> set[str]:
    """A revert of a change that got a line serves that bet too, which is right, and is judged by itself."""
    return {change.id for change in changes} - set(taken_back(changes))


def of_reverts(rows: Sequence[dict[str, Any]]) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """What takes what back, against what was read by hand, by the first eight signs."""
    changes = [
        Change(row["sha"], "git", _time(row), row["subject"], f"{row['subject']}\n\n{row['body'] or ''}")
        for row in rows
    ]
    labelled = {change.id[:8] for change in changes} & {*REVERTS, *NOT_REVERTS}
    found = {
        (by[:8], what[:8]) for by, targets in taken_back(changes).items() for what in targets if by[:8] in labelled
    }
    return found, {(by, what) for by in labelled & set(REVERTS) for what in REVERTS[by]}


def history(name: str) -> list[dict[str, Any]]:
    (log,) = file("git").glob(f"commits_simonw__{name}*.jsonl.gz")
    with gzip.open(log, "rt") as lines:
        return [json.loads(line) for line in lines]


def report() -> str:
    return markdown(("messages", "precision", "recall", "links", "false", "missed"), list(_rows()))


def _rows() -> Iterator[tuple[str, ...]]:
    yield (f"{len(SHAPES)} shapes", *counted(*of_shapes()))
    for name in HISTORIES:
        rows = history(name)
        yield (f"{name}, a line in every tenth of {len(rows):,}", *counted(*of_history(rows)))
        yield (f"{name}, what takes what back", *counted(*of_reverts(rows)))


def _bets() -> list[Bet]:
    said = {"faster-export": ("src/exports/**",)}
    return [Bet(slug, "m", paths=said.get(slug, ()), begun_at=_day(1), framed_at=_day(1)) for slug in BETS]


def _day(number: int) -> datetime:
    return datetime(2024, 1, number, tzinfo=UTC)


def _time(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["committed"]).astimezone(UTC)


if __name__ == "__main__":
    print(report())
