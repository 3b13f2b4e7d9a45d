"""`aftermerge demo`."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from aftermerge.cli.screen import as_json, paint, print_json, progress_bar, say
from aftermerge.demo.truth import PlantedEffect
from aftermerge.demo.walk import Walk, walk
from aftermerge.model.readout import Readout
from aftermerge.render.documents import readouts_document
from aftermerge.render.phrases import MARKS, STYLES, VERDICTS, effect, number
from aftermerge.render.review import review_text


@click.command()
@click.option("--truth", is_flag=True, help="Set the planted effects beside the verdicts.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Which of the possible Harbors.")
@click.option(
    "--keep", type=click.Path(path_type=Path), help="Build it in this new or empty folder, to look around in."
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The last day of its data is the day before. [today]")
@as_json
def demo(truth: bool, seed: int, keep: Path | None, today: datetime | None, as_json: bool) -> None:
    """Walk a simulated company through the whole loop.

    Harbor's true effects were planted, so its verdicts can be checked: `--truth` does.
    """
    day = (today or datetime.now(UTC)).date()
    with _folder(keep) as folder, progress_bar() as progress:
        found = walk(folder, seed, day, progress)
    if as_json:
        print_json(_document(found))
        return
    say(review_text(found.review, paint))
    if truth:
        say("\n" + _truth_text(found))
    say("\n" + paint(_next(keep, truth), "quiet"))


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        yield keep
        return
    with TemporaryDirectory(prefix="aftermerge-") as folder:
        yield Path(folder) / "harbor"


def _next(keep: Path | None, truth: bool) -> str:
    if keep is not None:
        return f"next: cd {keep}, then `aftermerge measure show`, `aftermerge ship log`, `aftermerge doctor`"
    steps = "" if truth else "`aftermerge demo --truth` sets the planted effects beside the verdicts; "
    return f"next: {steps}`aftermerge demo --keep harbor` lets you look around; `aftermerge init` starts your own"


@dataclass(frozen=True, slots=True)
class _Row:
    planted: PlantedEffect
    readout: Readout | None

    @property
    def is_covered(self) -> bool | None:
        """Whether the interval holds the truth; None where there is no interval."""
        if self.readout is None or self.readout.low is None or self.readout.high is None:
            return None
        return self.readout.low <= self.planted.effect <= self.readout.high


def _rows(found: Walk) -> list[_Row]:
    by_claim = {(r.subject.id, r.metric): r for r in found.readouts.readouts if r.subject.kind == "bet"}
    return [_Row(planted, by_claim.get((planted.bet, planted.metric))) for planted in found.truth.effects]


def _truth_text(found: Walk) -> str:
    rows = _rows(found)
    width = max(len(row.planted.bet) for row in rows)
    lines = [paint("Planted, and found", "strong"), ""]
    lines += [_line(row, width) for row in rows]
    judged = [row for row in rows if row.is_covered is not None]
    covered = sum(row.is_covered is True for row in judged)
    return "\n".join([*lines, "", f"  {covered} of {len(judged)} intervals hold the planted effect."])


def _line(row: _Row, width: int) -> str:
    planted = number(row.planted.effect, row.planted.unit) if row.planted.effect else "nothing"
    verdict = row.readout.verdict if row.readout else None
    told = f"{MARKS[verdict]} {VERDICTS[verdict]}"
    found = effect(row.readout) if row.readout else ""
    return (
        f"  {row.planted.bet.ljust(width)}  {planted:>10}  {paint(f'{told:<24}', STYLES.get(verdict, 'unsure'))}{found}"
    )


def _document(found: Walk) -> dict[str, object]:
    truth = [{"bet": e.bet, "metric": e.metric, "effect": e.effect} for e in found.truth.effects]
    return {"truth": truth, **readouts_document(found.readouts)}
