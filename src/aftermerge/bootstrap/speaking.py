"""Where a workspace speaks: on pull requests, to customers, to its team."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex

from aftermerge.channels import load as load_channel
from aftermerge.channels import load_correspondence, load_noticeboard
from aftermerge.errors import SettingsError
from aftermerge.model.destination import Board
from aftermerge.ports import Clock, Comments, Correspondence, Noticeboard
from aftermerge.settings import Settings, Source, with_its_line
from aftermerge.tell.draft import Drafting
from aftermerge.tell.links import Links
from aftermerge.tell.manner import Manner
from aftermerge.tell.template import ANSWER, QUESTION, Wording, read_wording

SIGNING_KEY = "AFTERMERGE_SECRET"


def comments_by_source(
    settings: Settings, environ: Mapping[str, str]
) -> Mapping[str, Callable[[], AbstractContextManager[Comments]]]:
    """By each source on whose pull requests verdicts are told, what opens the way there for one job."""
    speaking = [(at, source) for at, source in enumerate(settings.sources) if source.config.get("comment")]
    return {source.name: partial(_commenting, settings.root, at, source, environ) for at, source in speaking}


def comments_at(
    settings: Settings, environ: Mapping[str, str], repository: str, usual: Source, *, trusted: bool
) -> AbstractContextManager[Comments]:
    """The way to a repository's pull requests: its own source's; the usual without one, or in an untrusted tree."""
    own = [(at, source) for at, source in enumerate(settings.sources) if _is_at(source, repository, usual)]
    if own and trusted:
        return _commenting(settings.root, *own[0], environ)
    return load_channel(usual.kind)(usual.config, environ, usual.name)


def answers_by_source(
    settings: Settings, environ: Mapping[str, str]
) -> Mapping[str, Callable[[], AbstractContextManager[Correspondence]]]:
    """By each source whose customers may be answered there, what opens the way to them for one job."""
    mail = settings.tell.mail
    spoken = [(at, source) for at, source in enumerate(settings.sources) if source.answer]
    return {source.name: partial(_answering, settings.root, at, source, mail, environ) for at, source in spoken}


def noticeboards(
    settings: Settings, environ: Mapping[str, str]
) -> Mapping[Board, Callable[[], AbstractContextManager[Noticeboard]]]:
    """By its kind, what opens a way to tell the team something, for one job."""
    slack = settings.slack.model_dump(exclude_none=True)
    return {
        "slack": partial(_noticeboard, "slack", slack, environ, "slack"),
        "email": partial(_noticeboard, "email", settings.tell.mail, environ, "tell"),
    }


def manner_of(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Manner:
    """How customers are written to: in the team's words, where it has written some."""
    zone, tell = settings.workspace.zone, settings.tell
    answer = Drafting(_wording(settings.root, "answer", ANSWER), zone, _new_reference)
    question = Drafting(_wording(settings.root, "question", QUESTION), zone, _new_reference)
    links = links_of(settings, environ, clock)
    return Manner(zone, answer, question, timedelta(days=tell.ask_after), tell.quiet_hours, links)


def links_of(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Links | None:
    """Makes the links that ask customers; None where no site is named.

    Raises:
        SettingsError: a site is named, and there is no secret to sign links with.
    """
    site, secret = settings.tell.site, environ.get(SIGNING_KEY)
    if site is None:
        return None
    if not secret:
        then = f"set {SIGNING_KEY} to a long random word, the same wherever this workspace runs"
        raise SettingsError("links to customers can't be signed", then=then, key=("tell", "site"))
    return Links(site, secret, clock)


def _new_reference() -> str:
    return token_hex(12)


def _wording(root: Path, kind: str, usual: str) -> Wording:
    name = f"tell/{kind}.md"
    file = root / name
    return read_wording(kind, file.read_text(encoding="utf-8"), name) if file.exists() else Wording(usual)


def _is_at(source: Source, repository: str, usual: Source) -> bool:
    return source.kind == usual.kind and str(source.config.get("repo", "")).lower() == repository.lower()


@contextmanager
def _commenting(root: Path, index: int, source: Source, environ: Mapping[str, str]) -> Iterator[Comments]:
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
