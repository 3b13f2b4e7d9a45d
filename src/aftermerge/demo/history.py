"""Harbor's two hundred days as commits: in the order in which they came, each with its files."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from aftermerge.demo.bets import BETS
from aftermerge.demo.claims import bet_file, bet_path, framed_before
from aftermerge.demo.company import HarborBet
from aftermerge.demo.files import TEAMS, first_files
from aftermerge.demo.messages import message_of, trailers
from aftermerge.demo.metrics import metrics_toml
from aftermerge.demo.timeline import CANDIDATE_AGES, HISTORY_DAYS, RELEASE_AGES, Calendar, version
from aftermerge.demo.work import CHORES, WORK, Chore, Work

CHORES_TOTAL = 150
_UNRELEASED_AGE = 1
_BUILD_HOURS = 20


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit and the files that it writes, path → text. `branch` are the commits that it merges, oldest first."""

    at: datetime
    message: str
    files: dict[str, str]
    team: str = "harbor"
    branch: tuple["Commit", ...] = ()
    tag: str | None = None
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit that is still to be written onto the files of its time."""

    at: datetime
    kind: Work | Chore | HarborBet | str
    area: str = ""
    n: int = 0
    merged: bool = False


def commits(rng: np.random.Generator, calendar: Calendar, cited: dict[str, tuple[str, ...]]) -> Iterator[Commit]:
    """The main line, oldest first. `cited` are the feedback ids that each bet's file names, by slug."""
    files = first_files(metrics_toml(()))
    yield Commit(calendar.at(HISTORY_DAYS, 8), "Begin Harbor\n", dict(files))
    writer = _Writer(calendar, files, cited)
    last = calendar.at(HISTORY_DAYS, 8)
    for draft in sorted(_drafts(rng, calendar), key=lambda draft: draft.at):
        last = max(draft.at, last + timedelta(seconds=30))
        yield writer.write(draft, last)


def framed_at(calendar: Calendar, bet: HarborBet) -> datetime:
    """When the bet's file is committed (aware, UTC)."""
    return calendar.at(bet.framed, 8, 40)


def _drafts(rng: np.random.Generator, calendar: Calendar) -> list[Draft]:
    releases = [Draft(calendar.released_at(age), version(i)) for i, age in enumerate(RELEASE_AGES)]
    return [
        *releases,
        *(_candidate(calendar, age) for age in CANDIDATE_AGES),
        *(Draft(framed_at(calendar, bet), bet) for bet in BETS),
        *(Draft(_merged_at(rng, calendar, work.bet), work) for work in WORK),
        *(_chore(rng, calendar) for _ in range(CHORES_TOTAL)),
    ]


def _candidate(calendar: Calendar, age: int) -> Draft:
    becomes = RELEASE_AGES.index(max(a for a in RELEASE_AGES if a < age))
    return Draft(calendar.at(age, 16), f"{version(becomes)}-rc1")


def _merged_at(rng: np.random.Generator, calendar: Calendar, bet: HarborBet) -> datetime:
    """In the morning of its release; what waits for one was merged a day ago."""
    age = _UNRELEASED_AGE if bet.released is None else bet.released
    return calendar.at(age, int(rng.integers(9, 14)), int(rng.integers(0, 60)))


def _chore(rng: np.random.Generator, calendar: Calendar) -> Draft:
    at = calendar.at(int(rng.integers(1, HISTORY_DAYS - 1)), int(rng.integers(8, 18)), int(rng.integers(0, 60)))
    chore = CHORES[rng.integers(len(CHORES))]
    return Draft(at, chore, TEAMS[rng.integers(len(TEAMS))], int(rng.integers(2, 60)), bool(rng.random() < 0.25))


@dataclass(slots=True)
class _Writer:
    """Writes drafts onto the files as they are by then."""

    calendar: Calendar
    files: dict[str, str]
    cited: dict[str, tuple[str, ...]]
    merged: list[str] = field(default_factory=list)

    def write(self, draft: Draft, at: datetime) -> Commit:
        match draft.kind:
            case Work() as work:
                commit = self._built(work, at)
            case Chore() as chore:
                commit = self._done(chore, draft, at)
            case HarborBet() as bet:
                commit = self._framed(bet, at)
            case tag:
                commit = self._released(tag, at)
        self.files |= commit.files
        return commit

    def _built(self, work: Work, at: datetime) -> Commit:
        self.merged.append(work.title)
        texts = _growing(work)
        files = {work.path: texts[-1]}
        if work.style in ("squash", "direct"):
            return Commit(at, message_of(work), files, work.bet.team)
        inner = tuple(
            Commit(_before(at, len(texts) - i), f"{step.subject}\n", {work.path: text}, work.bet.team)
            for i, (step, text) in enumerate(zip(work.steps, texts, strict=True))
        )
        return Commit(at, message_of(work), files, work.bet.team, inner)

    def _done(self, chore: Chore, draft: Draft, at: datetime) -> Commit:
        fill = {"area": draft.area, "n": draft.n}
        title, path, key, line = (part.format(**fill) for part in (chore.title, chore.path, chore.key, chore.line))
        self.merged.append(title)
        files = {path: _set_line(self.files.get(path, ""), key, line)}
        if not draft.merged:
            return Commit(at, f"{title}\n{trailers(draft.area, draft.n)}", files, draft.area)
        inner = Commit(_before(at, 1), f"{title}\n", files, draft.area)
        slug = title.lower().replace(" ", "-").replace(".", "-")
        return Commit(at, f"Merge branch 'chore/{slug}'\n", files, draft.area, (inner,))

    def _framed(self, bet: HarborBet, at: datetime) -> Commit:
        files = {bet_path(bet): bet_file(bet, self.calendar, self.cited[bet.slug])}
        files["metrics.toml"] = metrics_toml(framed_before(bet))
        return Commit(at, f"Write down what we believe about {bet.slug}\n", files, bet.team)

    def _released(self, tag: str, at: datetime) -> Commit:
        notes = "\n".join([f"Harbor {tag}", "", *(f"- {title}" for title in self.merged)]) + "\n"
        if "-" not in tag:
            self.merged.clear()
        return Commit(at, f"Release {tag}\n", {"VERSION": f"{tag[1:]}\n"}, tag=tag, notes=notes)


def _before(at: datetime, steps: int) -> datetime:
    return at - timedelta(hours=_BUILD_HOURS) * steps / 4


def _growing(work: Work) -> list[str]:
    """The file's text after each step."""
    head = f'"""{work.title}."""\n\n'
    lines = [step.lines for step in work.steps]
    return [head + "\n".join(line for part in lines[: i + 1] for line in part) + "\n" for i in range(len(lines))]


def _set_line(text: str, key: str, line: str) -> str:
    lines = text.splitlines()
    kept = [line if old.startswith(key) else old for old in lines]
    return "\n".join(kept if line in kept else [*kept, line]) + "\n"
