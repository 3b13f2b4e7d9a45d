"""A workspace with everything that its stages need."""

from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from importlib import import_module
from pathlib import Path

from aftermerge.bootstrap import speaking
from aftermerge.bootstrap.reading import connectors_of, context_of, store_of, usage_of
from aftermerge.connectors.git.repository import GitRepository, find_repository
from aftermerge.connectors.workspace import WorkspaceFiles, read_explorations, read_interviews
from aftermerge.errors import SettingsError, WorkspaceError
from aftermerge.figures import VegaFigures
from aftermerge.ledger import SqlLedger, open_ledger
from aftermerge.model.batch import Batch
from aftermerge.model.destination import Board
from aftermerge.model.exploration import Exploration
from aftermerge.model.interview import Interview
from aftermerge.model.metric import Metric
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
    read_metrics,
    read_settings,
)
from aftermerge.settings.countries import public_holidays
from aftermerge.tell.links import Links
from aftermerge.tell.manner import Manner
from aftermerge.usage.store import Store
from aftermerge.usage.warehouse import Warehouse

SIGNING_KEY = "AFTERMERGE_SECRET"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class OpenWorkspace:
    """A workspace with everything that its stages need."""

    root: Path
    settings: Settings
    metrics: tuple[Metric, ...]
    ledger: SqlLedger
    usage: Warehouse
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
        return speaking.comments_by_source(self.settings, self.context.environ)

    def proposed(self) -> Batch:
        """Every bet and metric as the working tree has it, whether or not it was ever committed or synced.

        Raises:
            BetError: a file under bets/ has a mistake.
        """
        return next(WorkspaceFiles(self.root, self.metrics, None).pull(None))

    def channel_to(self, repository: str, usual: Source, *, trusted: bool) -> AbstractContextManager[Comments]:
        """The way to a repository's pull requests: its own source's; the usual without one, or in an untrusted tree."""
        return speaking.comments_at(self.settings, self.context.environ, repository, usual, trusted=trusted)

    @property
    def answering(self) -> Mapping[str, Callable[[], AbstractContextManager[Correspondence]]]:
        """By each source whose customers may be answered there, what opens the way to them for one job."""
        return speaking.answers_by_source(self.settings, self.context.environ)

    @property
    def noticeboards(self) -> Mapping[Board, Callable[[], AbstractContextManager[Noticeboard]]]:
        """By its kind, what opens a way to tell the team something, for one job."""
        return speaking.noticeboards(self.settings, self.context.environ)

    @property
    def answered_by(self) -> Mapping[str, str]:
        """The kind of channel by which each of these sources' customers are answered."""
        return {source.name: source.answer for source in self.settings.sources if source.answer}

    @property
    def manner(self) -> Manner:
        """How customers are written to."""
        return speaking.manner_of(self.settings, self.context.environ, self.clock)

    @property
    def links(self) -> Links | None:
        """Makes the links that ask customers; None where no site is named."""
        return speaking.links_of(self.settings, self.context.environ, self.clock)

    @property
    def store(self) -> Store:
        """The events that are kept here."""
        return store_of(self.settings, self.ledger, self.clock)

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
    context = context_of(settings, environ)
    with open_ledger(settings.ledger_url, clock=clock) as ledger:
        yield OpenWorkspace(
            root=root,
            settings=settings,
            metrics=metrics,
            ledger=ledger,
            usage=usage_of(settings, ledger, context.tables, environ),
            connectors=connectors_of(settings, metrics, context),
            context=context,
            clock=clock,
        )


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


def figures() -> Figures:
    """What draws figures. It says itself what is missing when it is asked for one."""
    return VegaFigures()
