"""Read an export, a mailbox or saved webhooks once, without a word in aftermerge.toml."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from aftermerge.bet.parse import cited
from aftermerge.bootstrap import OpenWorkspace
from aftermerge.connectors import load
from aftermerge.connectors.cursors.whole import TellsUnheard
from aftermerge.connectors.files.recognise import Recognised, channels_in, recognise, stem
from aftermerge.connectors.payloads.senders import OTHERS, UNMARKED
from aftermerge.errors import InputError, Place, SettingsError
from aftermerge.hear.attribute import attribute_cited
from aftermerge.jobs.orphans import IMPORTED, is_imported
from aftermerge.jobs.sync import Progress, SourceReport, make_searchable, read_source
from aftermerge.model.batch import Batch
from aftermerge.ports import Connector


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person said beside the paths. `keys` go to the connector, where it has such keys."""

    kind: str | None = None
    name: str | None = None
    tool: str | None = None
    keys: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """One source that was read: of what, taken for what, and how many records were not heard, by reason.

    `heard` is how many pieces of feedback are in it, known or not; None where it is what it was, and was not read.
    """

    path: Path
    taken_for: Recognised
    source: SourceReport
    heard: int | None
    unheard: Mapping[str, int]


def import_paths(workspace: OpenWorkspace, paths: Sequence[Path], wanted: Wanted, progress: Progress) -> list[Imported]:
    """Read each path into the ledger, as `sync` reads a source; once, and again when it has changed.

    Raises:
        InputError: a path is nothing that can be read, or lacks a word that only a person can say; then nothing is.
    """
    ready = [part for path in paths for part in _prepared(workspace, path, wanted)]
    done = [_read(workspace, *part, progress) for part in ready]
    attribute_cited(workspace.ledger, {bet.slug: cited(bet) for bet in workspace.ledger.bets()})
    make_searchable(workspace)
    return [_told_once(item, done[:place], done[place + 1 :]) for place, item in enumerate(done)]


def _told_once(item: Imported, before: Sequence[Imported], after: Sequence[Imported]) -> Imported:
    """Where one path is several tools' bodies, each tool's part speaks of its own, and the first of those of none."""
    again = any(other.path == item.path for other in before)
    if not again and not any(other.path == item.path for other in after):
        return item
    passed_over = (OTHERS, UNMARKED) if again else (OTHERS,)
    return replace(item, unheard={why: count for why, count in item.unheard.items() if why not in passed_over})


@dataclass(frozen=True, slots=True)
class _Once:
    """A connector whose cursor says that it was read by hand. `heard` has how much each batch held."""

    connector: Connector
    heard: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.connector.name

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        for batch in self.connector.pull(cursor.removeprefix(IMPORTED) if cursor else None):
            self.heard.append(len(batch.feedback))
            yield replace(batch, cursor=f"{IMPORTED}{batch.cursor}")


def _read(
    workspace: OpenWorkspace, path: Path, taken: Recognised, connector: Connector, progress: Progress
) -> Imported:
    once = _Once(connector)
    source = read_source(once, workspace.ledger, progress, workspace.region)
    unheard = connector.unheard if isinstance(connector, TellsUnheard) else {}
    return Imported(path, taken, source, sum(once.heard) if once.heard else None, dict(unheard))


def _prepared(workspace: OpenWorkspace, path: Path, wanted: Wanted) -> Iterator[tuple[Path, Recognised, Connector]]:
    found = _taken_for(path, wanted)
    for taken in found:
        name = wanted.name or stem(path)
        name = name if len(found) == 1 else f"{name}-{taken.keys['of']}"
        _refuse_taken(workspace, name)
        yield path, taken, _connected(workspace, path, taken, name, wanted)


def _taken_for(path: Path, wanted: Wanted) -> tuple[Recognised, ...]:
    if wanted.tool:
        return (Recognised("payloads", f"saved bodies of {wanted.tool}", {"of": wanted.tool}),)
    if wanted.kind in (None, "payloads"):
        found = recognise(path)
        return found if wanted.kind is None else _bodies_only(path, found)
    return (Recognised(str(wanted.kind), _TOLD[str(wanted.kind)], {"as": "feedback"} if wanted.kind == "csv" else {}),)


def _bodies_only(path: Path, found: tuple[Recognised, ...]) -> tuple[Recognised, ...]:
    kept = tuple(taken for taken in found if taken.kind == "payloads")
    if kept:
        return kept
    then = "say it with --of, for instance `--of intercom`"
    raise InputError("no tool's marks are in it, so it must be said who sent it", where=Place(str(path)), then=then)


_TOLD = {"csv": "rows of feedback", "slack_export": "a Slack export", "mbox": "a mailbox"}
_KEYS = {
    "csv": ("columns", "only", "time_format", "delimiter"),
    "slack_export": ("channels", "team"),
    "mbox": ("team",),
    "payloads": (),
}
_OPTIONS = {"team": "--team", "of": "--of", "columns": "--column"}


def _connected(workspace: OpenWorkspace, path: Path, taken: Recognised, name: str, wanted: Wanted) -> Connector:
    keys = {key: value for key, value in wanted.keys.items() if key in _KEYS[taken.kind]}
    given = {"kind": taken.kind, "path": str(_shown(path, workspace.root)), **taken.keys, **keys}
    try:
        return load(taken.kind)(given, workspace.context, name)
    except SettingsError as error:
        raise InputError(error.what, where=Place(str(path)), then=_then(error, path)) from error


def _then(error: SettingsError, path: Path) -> str | None:
    """What to say on the command line, where no line of aftermerge.toml can be mended."""
    key = error.key[0] if error.key else ""
    if key == "channels":
        return f"name those in which customers write with --channel; it has: {', '.join(channels_in(path))}"
    option = _OPTIONS.get(key)
    return f"{error.then}; here it is said with {option}" if option else error.then


def _shown(path: Path, root: Path) -> Path:
    """From the workspace, where it lies in it: reports then read the same wherever the workspace lies."""
    whole = path.resolve()
    return whole.relative_to(root.resolve()) if whole.is_relative_to(root.resolve()) else whole


def _refuse_taken(workspace: OpenWorkspace, name: str) -> None:
    taken = name in {connector.name for connector in workspace.connectors}
    if taken or (workspace.ledger.cursor(name) is not None and not is_imported(workspace.ledger, name)):
        what = f"a source of aftermerge.toml is called `{name}` already"
        raise InputError(what, then="give this one another name with --name, or let `aftermerge sync` read it")
