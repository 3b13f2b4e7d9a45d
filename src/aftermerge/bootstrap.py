"""The one place where adapters are chosen."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import partial
from importlib import import_module
from pathlib import Path
from secrets import token_hex

from aftermerge.channels import load as load_channel
from aftermerge.channels import load_correspondence, load_noticeboard
from aftermerge.connectors import load
from aftermerge.connectors.git.repository import GitRepository, find_repository
from aftermerge.connectors.workspace import WorkspaceFiles, read_explorations, read_interviews
from aftermerge.errors import SettingsError, WorkspaceError
from aftermerge.figures import VegaFigures
from aftermerge.ledger import SqlLedger, open_ledger
from aftermerge.model.batch import Batch
from aftermerge.model.destination import Board
from aftermerge.model.exploration import Exploration
from aftermerge.model.feedback import Feedback
from aftermerge.model.interview import Interview
from aftermerge.model.metric import Metric
from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable, UsageTable
from aftermerge.ports import (
    Clock,
    Comments,
    Connector,
    Correspondence,
    Embedder,
    Figures,
    Noticeboard,
    SearchIndex,
    SourceContext,
    Themer,
)
from aftermerge.settings import (
    Settings,
    Source,
    check_metrics,
    find_root,
    is_read_as_rows,
    read_metrics,
    read_settings,
    with_its_line,
)
from aftermerge.settings.countries import public_holidays
from aftermerge.tell.draft import Drafting
from aftermerge.tell.links import Links
from aftermerge.tell.manner import Manner
from aftermerge.tell.template import ANSWER, QUESTION, Wording, read_wording
from aftermerge.usage.duck import DuckUsage

SIGNING_KEY = "AFTERMERGE_SECRET"


def now() -> datetime:
    return datetime.now(UTC)


def _new_reference() -> str:
    return token_hex(12)


@dataclass(frozen=True, slots=True)
class OpenWorkspace:
    """A workspace with everything that its stages need."""

    root: Path
    settings: Settings
    metrics: tuple[Metric, ...]
    ledger: SqlLedger
    usage: DuckUsage
    connectors: tuple[Connector, ...]
    context: SourceContext
    clock: Clock

    @property
    def name(self) -> str:
        return self.settings.workspace.name

    @property
    def timezone(self) -> tzinfo:
        return self.settings.workspace.zone

    @property
    def region(self) -> str | None:
        """The country's two letters."""
        country = self.settings.workspace.country
        return country[:2] if country else None

    @property
    def repository(self) -> GitRepository:
        """
        Raises:
            WorkspaceError: the workspace stands in no git repository.
        """
        found = find_repository(self.root)
        if found is None:
            raise WorkspaceError(f"{self.root} is not in a git repository", then="run `git init` there")
        return found

    def explorations(self) -> tuple[Exploration, ...]:
        """Every exploration as the working tree has it.

        Raises:
            NoteError: a file under explorations/ has a mistake.
        """
        return read_explorations(self.root, [team.name for team in self.settings.teams])

    def interviews(self) -> tuple[Interview, ...]:
        """Every interview as the working tree has it.

        Raises:
            NoteError: a file under interviews/ has a mistake.
        """
        return read_interviews(self.root)

    @property
    def channels(self) -> Mapping[str, Callable[[], AbstractContextManager[Comments]]]:
        """By each source on whose pull requests verdicts are told, what opens the way there for one job."""
        speaking = [(at, source) for at, source in enumerate(self.settings.sources) if source.config.get("comment")]
        environ = self.context.environ
        return {source.name: partial(_speaking, self.root, at, source, environ) for at, source in speaking}

    def proposed(self) -> Batch:
        """Every bet and metric as the working tree has it, whether or not it was ever committed or synced.

        Raises:
            BetError: a file under bets/ has a mistake.
        """
        return next(WorkspaceFiles(self.root, self.metrics, None).pull(None))

    def channel_to(self, repository: str, usual: Source, *, trusted: bool) -> AbstractContextManager[Comments]:
        """The way to a repository's pull requests: its own source's; the usual without one, or in an untrusted tree."""
        own = [(at, source) for at, source in enumerate(self.settings.sources) if _is_at(source, repository, usual)]
        if own and trusted:
            return _speaking(self.root, *own[0], self.context.environ)
        return load_channel(usual.kind)(usual.config, self.context.environ, usual.name)

    @property
    def answering(self) -> Mapping[str, Callable[[], AbstractContextManager[Correspondence]]]:
        """By each source whose customers may be answered there, what opens the way to them for one job."""
        mail, environ = self.settings.tell.mail, self.context.environ
        spoken = [(at, source) for at, source in enumerate(self.settings.sources) if source.answer]
        return {source.name: partial(_answering, self.root, at, source, mail, environ) for at, source in spoken}

    @property
    def noticeboards(self) -> Mapping[Board, Callable[[], AbstractContextManager[Noticeboard]]]:
        """By its kind, what opens a way to tell the team something, for one job."""
        environ, slack = self.context.environ, self.settings.slack.model_dump(exclude_none=True)
        return {
            "slack": partial(_noticeboard, "slack", slack, environ, "slack"),
            "email": partial(_noticeboard, "email", self.settings.tell.mail, environ, "tell"),
        }

    @property
    def answered_by(self) -> Mapping[str, str]:
        """The kind of channel by which each of these sources' customers are answered."""
        return {source.name: source.answer for source in self.settings.sources if source.answer}

    @property
    def manner(self) -> Manner:
        """How customers are written to: in the team's words, where it has written some."""
        answer = Drafting(self._wording("answer", ANSWER), self.timezone, _new_reference)
        question = Drafting(self._wording("question", QUESTION), self.timezone, _new_reference)
        tell = self.settings.tell
        return Manner(self.timezone, answer, question, timedelta(days=tell.ask_after), tell.quiet_hours, self.links)

    def _wording(self, kind: str, usual: str) -> Wording:
        file = self.root / "tell" / f"{kind}.md"
        return (
            read_wording(kind, file.read_text(encoding="utf-8"), f"tell/{kind}.md") if file.exists() else Wording(usual)
        )

    @property
    def links(self) -> Links | None:
        """Makes the links that ask customers; None where no site is named.

        Raises:
            SettingsError: a site is named, and there is no secret to sign links with.
        """
        site, secret = self.settings.tell.site, self.context.environ.get(SIGNING_KEY)
        if site is None:
            return None
        if not secret:
            then = f"set {SIGNING_KEY} to a long random word, the same wherever this workspace runs"
            raise SettingsError("links to customers can't be signed", then=then, key=("tell", "site"))
        return Links(site, secret, self.clock)

    @property
    def index(self) -> SearchIndex:
        """What was heard, searchable."""
        from aftermerge.search.index import TantivyIndex

        return TantivyIndex(self.settings.home / "search")

    @property
    def themer(self) -> Themer:
        """It says itself what is missing when it is asked for groups."""
        from aftermerge.search.themes import TextThemer

        return TextThemer(_embedder(self.settings.hear.embedder))

    @property
    def holidays(self) -> Container[date]:
        return public_holidays(self.settings.workspace.country)


@contextmanager
def open_workspace(start: Path, environ: Mapping[str, str], clock: Clock = now) -> Iterator[OpenWorkspace]:
    """Open the workspace that `start` lies in.

    Raises:
        InputError: there is none, or one of its files has a mistake.
        LedgerError: its ledger can't be opened.
    """
    root = find_root(start)
    settings = read_settings(root, environ)
    metrics = read_metrics(root)
    check_metrics(root, metrics, settings.tables)
    context = _context(settings, environ)
    with open_ledger(settings.ledger_url, clock=clock) as ledger:
        yield OpenWorkspace(
            root=root,
            settings=settings,
            metrics=metrics,
            ledger=ledger,
            usage=_usage(settings, ledger, context.tables),
            connectors=_connectors(settings, metrics, context),
            context=context,
            clock=clock,
        )


def _is_at(source: Source, repository: str, usual: Source) -> bool:
    return source.kind == usual.kind and str(source.config.get("repo", "")).lower() == repository.lower()


def _embedder(named: str | None) -> Embedder | None:
    """
    Raises:
        SettingsError: there is no such function.
    """
    if named is None:
        return None
    module, _, function = named.partition(":")
    try:
        found: Embedder = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        then = "install it where Aftermerge is, or take `embedder` out of aftermerge.toml"
        raise SettingsError(f"`{named}` can't be imported: {error}", then=then, key=("embedder",)) from error
    return found


@contextmanager
def _speaking(root: Path, index: int, source: Source, environ: Mapping[str, str]) -> Iterator[Comments]:
    """A mistake in the settings of the `[[source]]` at `index` is told with its line."""
    try:
        with load_channel(source.kind)(source.config, environ, source.name) as comments:
            yield comments
    except SettingsError as error:
        raise with_its_line(error, root, index) from error


@contextmanager
def _answering(
    root: Path, index: int, source: Source, mail: Mapping[str, object], environ: Mapping[str, str]
) -> Iterator[Correspondence]:
    """Mail has the workspace's settings, another channel those of the source."""
    kind = str(source.answer)
    is_mail = kind == "email"
    try:
        with load_correspondence(kind)(mail if is_mail else source.config, environ, source.name) as way:
            yield way
    except SettingsError as error:
        raise (error if is_mail else with_its_line(error, root, index)) from error


@contextmanager
def _noticeboard(
    kind: Board, config: Mapping[str, object], environ: Mapping[str, str], table: str
) -> Iterator[Noticeboard]:
    with load_noticeboard(kind)(config, environ, table) as board:
        yield board


def figures() -> Figures:
    """What draws figures. It says itself what is missing when it is asked for one."""
    return VegaFigures()


def _connectors(settings: Settings, metrics: tuple[Metric, ...], context: SourceContext) -> tuple[Connector, ...]:
    sources = [_connect(settings.root, index, source, context) for index, source in enumerate(settings.sources)]
    tables = [load("csv")(_as_source(t), _zoned(context, t), t.name) for t in settings.tables if is_read_as_rows(t)]
    workspace = WorkspaceFiles(settings.root, metrics, find_repository(settings.root))
    return (workspace, *sources, *tables)


def _connect(root: Path, index: int, source: Source, context: SourceContext) -> Connector:
    try:
        connector = load(source.kind)(source.config, context, source.name)
    except SettingsError as error:
        raise with_its_line(error, root, index) from error
    return _PlacedSource(connector, root, index)


@dataclass(frozen=True, slots=True)
class _PlacedSource:
    """The `[[source]]` at `index`. A mistake in its settings that shows only in reading is told with its line too."""

    connector: Connector
    root: Path
    index: int

    @property
    def name(self) -> str:
        return self.connector.name

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        try:
            yield from self.connector.pull(cursor)
        except SettingsError as error:
            raise with_its_line(error, self.root, self.index) from error


def _context(settings: Settings, environ: Mapping[str, str]) -> SourceContext:
    home = settings.home
    return SourceContext(settings.root, home / "usage", home / "rejected", settings.workspace.zone, environ)


def _usage(settings: Settings, ledger: SqlLedger, tables: Path) -> DuckUsage:
    stored = {t.name: tables / f"{t.name}.parquet" for t in settings.tables if is_read_as_rows(t)}
    heard = partial(measured_feedback, ledger)
    return DuckUsage(settings.tables, settings.root, settings.workspace.timezone, heard, stored)


def measured_feedback(ledger: SqlLedger) -> list[Feedback]:
    """What is measured: likeness may grow or wane with the very change that is judged, so that it says nothing here."""
    drawn = {row.feedback for row in ledger.attributions() if row.by == "attracted"}
    return [replace(row, problem=None) if row.id in drawn else row for row in ledger.feedback()]


def _zoned(context: SourceContext, table: UsageTable) -> SourceContext:
    """A series has days, which are the same everywhere: as midnights of the workspace they would move in UTC."""
    return replace(context, timezone=UTC) if isinstance(table, SeriesTable) else context


def _as_source(table: UsageTable) -> dict[str, object]:
    """A table of text as a source: a row without what tells it apart, or without its time, is rejected with a word."""
    source: dict[str, object] = {"kind": "csv", "path": table.table}
    match table:
        case EventsTable():
            unit, time, event = (table.columns.get(name, name) for name in (table.unit, table.time, table.event))
            return source | {"as": "events", "required": [unit, time, event], "times": [time]}
        case SeriesTable():
            return source | {"as": "series", "required": [table.day, table.metric], "times": [table.day]}
        case UnitsTable():
            return source | {"as": "units", "required": [table.unit, table.variant]}
