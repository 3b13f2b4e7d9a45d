"""aftermerge.toml: what this workspace is, who is in it, and where it reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, field_validator

from aftermerge.errors import SettingsError
from aftermerge.model.table import UsageTable
from aftermerge.settings.bulletins import Nudges, ReviewPosts, Slack, Weekday
from aftermerge.settings.countries import refuse_unknown_country
from aftermerge.settings.document import Document, Form, Known, fill, read_document, refuse, refuse_unknown
from aftermerge.settings.names import refuse_unusable, unique_names
from aftermerge.settings.root import SETTINGS_FILE
from aftermerge.settings.table_files import is_kept, is_read_as_rows
from aftermerge.settings.tables import SHAPES, UsageForm, read_tables, read_usage
from aftermerge.settings.tell import Tell

_LEDGER_URL = "AFTERMERGE_LEDGER_URL"
_SCHEME = re.compile(r"\w[\w+.-]*:")
_SECTIONS = ("workspace", "team", "source", "usage", "hear", "ship", "tell", "review", "nudge", "slack")


class Workspace(Form):
    """`[workspace]`. `country` is ISO 3166's two letters, for its holidays; `GB-SCT` is a part of one."""

    name: str = Field(min_length=1, examples=['"Harbor"'])
    timezone: str = "UTC"
    country: str | None = None

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            advice = 'write a name such as "Europe/London" or "UTC"'
            raise refuse(f"`{name}` is not a time zone", then=advice) from None
        return name

    @field_validator("country")
    @classmethod
    def _with_holidays(cls, country: str | None) -> str | None:
        if country is not None:
            refuse_unknown_country(country)
        return country

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Team(Form):
    """`[[team]]`. `owners` as CODEOWNERS names them; `slack_days` are declared time for exploration."""

    name: str = Field(min_length=1, examples=['"exports"'])
    owners: tuple[str, ...] = ()
    slack_days: tuple[Weekday, ...] = ()


class Hear(Form):
    """`[hear]`. `attract`: whether a problem with five confirmed examples draws new feedback to itself each night.

    `embedder` is the team's own model for what speaks alike, as `package.module:function` (`ports.Embedder`).
    """

    attract: bool = True
    embedder: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$", examples=['"our_models.text:embed"'])


class Ship(Form):
    """`[ship]`. `maintenance` are titles, or paths, of changes that are not meant to make a claim."""

    maintenance: tuple[str, ...] = Field(default=(), examples=['["chore*", "docs/**"]'])


class SourceForm(Form):
    """`[[source]]`: every key but these three is the connector's own, and checked by it.

    `answer`: whether those who spoke there are answered there, each answer approved by a human; or `"email"`, where
    their mail addresses are known.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str = Field(min_length=1, examples=['"git"'])
    name: str | None = None
    answer: bool | Literal["email"] = False

    @field_validator("name")
    @classmethod
    def _usable(cls, name: str | None) -> str | None:
        if name is not None:
            refuse_unusable(name)
        return name


@dataclass(frozen=True, slots=True)
class Source:
    """One repository or tool. `config` is what the connector is handed; `line` is where it stands in the file.

    `answer` is the kind of channel by which its customers are answered.
    """

    kind: str
    name: str
    config: Mapping[str, object] = field(default_factory=dict)
    line: int | None = None
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All that aftermerge.toml and the environment say.

    `ledger_url` is a database URL or a file's path. `memory` is how much of it the embedded engine may take.
    """

    root: Path
    workspace: Workspace
    teams: tuple[Team, ...]
    sources: tuple[Source, ...]
    tables: tuple[UsageTable, ...]
    ledger_url: str
    hear: Hear = field(default_factory=Hear)
    ship: Ship = field(default_factory=Ship)
    tell: Tell = field(default_factory=Tell)
    review: ReviewPosts = field(default_factory=ReviewPosts)
    nudge: Nudges = field(default_factory=Nudges)
    slack: Slack = field(default_factory=Slack)
    memory: str | None = None

    @property
    def home(self) -> Path:
        """What Aftermerge keeps for itself: nothing in it is committed."""
        return self.root / ".aftermerge"

    def new_backup(self, at: datetime, why: str = "") -> Path:
        """Where a backup made at that moment goes; `why` ends its name."""
        return self.home / "backups" / f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{why}.zip"


def read_settings(root: Path, environ: Mapping[str, str]) -> Settings:
    """Read `root`/aftermerge.toml; `AFTERMERGE_LEDGER_URL` in `environ` says where the ledger is.

    Raises:
        SettingsError: the first mistake, with its line; unknown keys come before values that do not fit.
    """
    document = read_document(root / SETTINGS_FILE)
    _refuse_unknown(document)
    tables = read_tables(document)
    return Settings(
        root=root,
        workspace=fill(document, Workspace, ("workspace",), document.table(("workspace",), "[workspace]")),
        teams=tuple(fill(document, Team, path, row) for path, row in document.rows(("team",))),
        sources=_read_sources(document, tables),
        tables=tables,
        ledger_url=_ledger_url(root, environ.get(_LEDGER_URL) or ".aftermerge/ledger.db"),
        ship=fill(document, Ship, ("ship",), document.table(("ship",), "[ship]")),
        hear=fill(document, Hear, ("hear",), document.table(("hear",), "[hear]")),
        tell=fill(document, Tell, ("tell",), document.table(("tell",), "[tell]")),
        review=fill(document, ReviewPosts, ("review",), document.table(("review",), "[review]")),
        nudge=fill(document, Nudges, ("nudge",), document.table(("nudge",), "[nudge]")),
        slack=fill(document, Slack, ("slack",), document.table(("slack",), "[slack]")),
        memory=read_usage(document).memory,
    )


def with_its_line(error: SettingsError, root: Path, index: int) -> SettingsError:
    """A mistake that a connector found in the `[[source]]` at `index`, with the line of its key, else of the source."""
    if error.where is not None and error.where.line is not None:
        return error
    return read_document(root / SETTINGS_FILE).mistake(("source", index, *error.key), error.what, error.then)


def _ledger_url(root: Path, given: str) -> str:
    """A relative path is the workspace's; what bears a scheme, or only seems to, is left to the ledger to judge."""
    return given if _SCHEME.match(given) else str(root / Path(given).expanduser())


def _refuse_unknown(document: Document) -> None:
    workspace = document.table(("workspace",), "[workspace]")
    usage = document.table(("usage",), "[[usage.events]]")
    rows = [(path, row, Team.keys()) for path, row in document.rows(("team",))]
    for shape, form in SHAPES.items():
        rows += [(path, row, form.keys()) for path, row in document.rows(("usage", shape))]
    known: list[Known] = [
        ((), document.data, _SECTIONS),
        (("workspace",), workspace, Workspace.keys()),
        (("hear",), document.table(("hear",), "[hear]"), Hear.keys()),
        (("ship",), document.table(("ship",), "[ship]"), Ship.keys()),
        (("tell",), document.table(("tell",), "[tell]"), Tell.keys()),
        (("review",), document.table(("review",), "[review]"), ReviewPosts.keys()),
        (("nudge",), document.table(("nudge",), "[nudge]"), Nudges.keys()),
        (("slack",), document.table(("slack",), "[slack]"), Slack.keys()),
        (("usage",), usage, [*UsageForm.keys(), *SHAPES]),
        *rows,
    ]
    refuse_unknown(document, known)


def _answered_by(form: SourceForm) -> str | None:
    if form.answer is True:
        return "email" if form.kind == "mbox" else form.kind
    return form.answer or None


def _read_sources(document: Document, tables: Sequence[UsageTable]) -> tuple[Source, ...]:
    rows = document.rows(("source",))
    forms = [fill(document, SourceForm, path, row) for path, row in rows]
    configs = [dict(form.model_extra or {}) for form in forms]
    given = [(form.kind, form.name, config) for form, config in zip(forms, configs, strict=True)]
    cleaned = [table.name for table in tables if is_read_as_rows(table) or is_kept(table)]
    names = unique_names(document, given, cleaned)
    return tuple(
        Source(form.kind, name, config, document.line(path), _answered_by(form))
        for (path, _), form, config, name in zip(rows, forms, configs, names, strict=True)
    )
