"""`aftermerge hear import`."""

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, progress_bar, say, say_error
from aftermerge.jobs.importing import Imported, Wanted, import_paths
from aftermerge.render.documents import moment
from aftermerge.render.untrusted import one_line

_SHOWN_REASONS = 8
_SHOWN_ROWS = 5
_KINDS = ("csv", "slack_export", "mbox", "payloads")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(_KINDS), help="What it is, where it is not recognised.")
@click.option("--name", help="The source's name, before the colon of each id. Default: the file's name.")
@click.option("--of", "tool", help="Saved webhooks: whose they are.")
@click.option("--only", multiple=True, metavar="COLUMN=VALUE", help="Rows: keep those with this value.")
@click.option("--column", multiple=True, metavar="OURS=THEIRS", help="Rows: which column holds what.")
@click.option("--time-format", metavar="FORMAT", help="Rows: as for strptime, where 03/04/2024 could be two dates.")
@click.option("--channel", multiple=True, help="Slack: a channel in which customers write.")
@click.option("--team", multiple=True, metavar="WHO", help="Slack, mail: your team's mail domain, or a Slack user id.")
@in_folder
@as_json
def import_(
    paths: tuple[Path, ...],
    kind: str | None,
    name: str | None,
    tool: str | None,
    only: tuple[str, ...],
    column: tuple[str, ...],
    time_format: str | None,
    channel: tuple[str, ...],
    team: tuple[str, ...],
    folder: Path,
    as_json: bool,
) -> None:
    """Read an export, a mailbox or saved webhooks, once.

    PATHS are files or folders; what they are is recognised. Reading one again adds what is new in it.
    """
    given: dict[str, object] = {
        "only": _gathered(only, "--only"),
        "columns": {ours: theirs[0] for ours, theirs in _gathered(column, "--column").items()},
        "channels": list(channel),
        "team": list(team),
        "time_format": time_format,
    }
    wanted = Wanted(kind, name, tool, {key: value for key, value in given.items() if value})
    with open_workspace(folder, os.environ) as workspace, progress_bar() as progress:
        done = import_paths(workspace, paths, wanted, progress)
        now = workspace.clock()
    if as_json:
        print_json(_document(done, now))
    else:
        say("\n".join(_told(item) for item in done))
        if any(item.source.stored.new for item in done):
            say(paint("next: `aftermerge hear search WORDS`, or `aftermerge hear themes`", "quiet"))
    _leave_with_errors(done)


def _gathered(pairs: Sequence[str], option: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in pairs:
        left, equals, right = pair.partition("=")
        if not equals or not left or not right:
            raise click.BadParameter(f"`{pair}` has no `=` with something on both sides", param_hint=option)
        found.setdefault(left, []).append(right)
    return found


def _leave_with_errors(done: Sequence[Imported]) -> None:
    errors = [item.source.error for item in done if item.source.error]
    for error in errors:
        say_error(error)
    if errors:
        sys.exit(max(error.exit_code for error in errors))


def _document(done: Sequence[Imported], now: datetime) -> dict[str, object]:
    rows = [
        {
            "path": str(item.path),
            "name": item.source.name,
            "kind": item.taken_for.kind,
            "taken_for": item.taken_for.told,
            "heard": item.heard,
            **asdict(item.source.stored),
            "rejected": [asdict(row) for row in item.source.rejected],
            "not_heard": dict(item.unheard),
            "error": str(item.source.error) if item.source.error else None,
        }
        for item in done
    ]
    return {"as_of": moment(now), "imports": rows}


def _told(item: Imported) -> str:
    head = f"{one_line(item.path.name)}: taken for {item.taken_for.told}, as source {paint(item.source.name, 'strong')}"
    lines = [head, f"  {paint('could not be read', 'bad') if item.source.error else _stored(item)}"]
    return "\n".join([*lines, *_unheard(item), *_rejected(item)])


def _stored(item: Imported) -> str:
    stored = item.source.stored
    counts = ((stored.new, "new"), (stored.changed, "changed"), (stored.gone, "gone"))
    told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    if told or item.heard is None:
        return told or "nothing new: it is what it was"
    if item.heard:
        return f"nothing new in {item.heard:,}"
    only = item.taken_for.kind == "csv" and not item.source.rejected
    return "nothing was taken from it" + (": no row is left by --only" if only else "")


def _unheard(item: Imported) -> list[str]:
    reasons = sorted(item.unheard.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = [f"    {count:,}  {one_line(reason)}" for reason, count in reasons[:_SHOWN_REASONS]]
    rest = reasons[_SHOWN_REASONS:]
    if rest:
        lines.append(f"    {sum(count for _, count in rest):,}  for {len(rest)} other reasons (--json has them)")
    total = sum(item.unheard.values())
    return (
        [f"  {total:,} not heard, for no customer speaks in them", *(paint(line, "quiet") for line in lines)]
        if total
        else []
    )


def _rejected(item: Imported) -> list[str]:
    rejected = item.source.rejected
    if not rejected:
        return []
    kept = f"they are kept, with the reason, in .aftermerge/rejected/{item.source.name}.jsonl"
    lines = [f"  {len(rejected):,} {'row' if len(rejected) == 1 else 'rows'} could not be used; {kept}"]
    for row in rejected[:_SHOWN_ROWS]:
        column = f"column {row.column}: " if row.column else ""
        lines.append(paint(f"    {one_line(f'{row.file}:{row.row}: {column}{row.reason}', 200)}", "unsure"))
    return lines
