"""`aftermerge measure chart`."""

import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from aftermerge.bootstrap import figures, open_workspace
from aftermerge.cli.chosen import main_one, of_subject, on_metric
from aftermerge.cli.screen import as_json, in_folder, print_json, say
from aftermerge.errors import AftermergeError
from aftermerge.figures import save_figure
from aftermerge.model.metric import FEEDBACK_RATE
from aftermerge.model.readout import Readout, Readouts
from aftermerge.render.documents import moment
from aftermerge.render.figures import figure

Labels = Mapping[str, str]
"""What each metric is called in reports, by its name."""


@click.command()
@click.argument("subject")
@click.option("--metric", help="The figure of this metric instead of the one that the claim rests on.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file; .svg or .png says as what. SUBJECT-METRIC.svg in the folder if left out.",
)
@in_folder
@as_json
def chart(subject: str, metric: str | None, out: Path | None, folder: Path, as_json: bool) -> None:
    """The figure of a readout, as SVG or PNG.

    It shows a series beside its forecast, an experiment's looks, an event study, or the groups that were compared.
    With --json: the Vega-Lite specification of each of the subject's figures. Drawing needs the extra `figures`:
    pip install 'aftermerge[figures]'.
    """
    if as_json and out:
        raise click.UsageError("--json prints and --out writes: say one of them")
    answer, labels = _read(folder, subject, metric)
    if as_json:
        _print_specs(answer, labels)
        return
    readout = main_one(answer)
    spec = figure(readout, labels.get(readout.metric, ""))
    if spec is None:
        raise _without_figure(readout)
    path = out or folder / f"{_part_of_name(subject)}-{_part_of_name(readout.metric)}.svg"
    save_figure(figures(), spec, path)
    say(f"written: {path}")


def _read(folder: Path, subject: str, metric: str | None) -> tuple[Readouts, Labels]:
    with open_workspace(folder, os.environ) as workspace:
        as_of, readouts = workspace.ledger.readouts()
        labels = {metric.name: metric.title for metric in (FEEDBACK_RATE, *workspace.ledger.metrics())}
        answer = of_subject(Readouts(as_of or workspace.clock(), tuple(readouts)), subject)
    return (answer if metric is None else on_metric(answer, metric)), labels


def _print_specs(answer: Readouts, labels: Labels) -> None:
    drawn = ((readout, figure(readout, labels.get(readout.metric, ""))) for readout in answer.readouts)
    told = [
        {"subject": asdict(readout.subject), "metric": readout.metric, "spec": spec} for readout, spec in drawn if spec
    ]
    print_json({"as_of": moment(answer.as_of), "figures": told})


def _without_figure(readout: Readout) -> AftermergeError:
    what = f"there is no figure of `{readout.subject.id}` on `{readout.metric}`"
    if readout.estimate is None:
        return AftermergeError(f"{what}: {readout.reason}", then="`aftermerge measure show` says what is known")
    return AftermergeError(f"{what}: its readout kept no chart", then="`aftermerge measure run` reads it out anew")


def _part_of_name(text: str) -> str:
    """A release may bear any name; a file may not."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:80] or "figure"
