"""What was heard, in plain dicts: the part of `MemoryLedger` that knows of customers."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

from aftermerge.errors import UnknownIdError
from aftermerge.model.batch import Batch
from aftermerge.model.customer import Customer, Forgotten, Holdings, Tombstone
from aftermerge.model.feedback import Ask, Feedback, Heard, Verbatim
from aftermerge.model.problem import Attribution, Curation, Problem, Theme, Undone
from aftermerge.ports import Stored

Row = TypeVar("Row")
RANK = {"attracted": 0, "source": 1, "bet": 2, "person": 3}


@dataclass(frozen=True, slots=True)
class _State:
    """What a curation may change."""

    problems: dict[str, Problem] = field(default_factory=dict)
    said: dict[str, Attribution] = field(default_factory=dict)
    released: frozenset[str] = frozenset()


class MemoryHear:
    """Redacted words, verbatims, customers, problems and who was forgotten."""

    def __init__(self) -> None:
        self._feedback: dict[str, Feedback] = {}
        self._verbatims: dict[str, Verbatim] = {}
        self._customers: dict[str, Customer] = {}
        self._revision_of: dict[str, int] = {}
        self._copies: dict[str, str] = {}
        self._themes: tuple[Theme, ...] = ()
        self._theme_ids: set[str] = set()
        self._tombstones: dict[str, Tombstone] = {}
        self._state = _State()
        self._curations: list[tuple[Curation, frozenset[str], _State]] = []

    def feedback(self, problem: str | None = None) -> Sequence[Feedback]:
        rows = map(self._whole, self._feedback.values())
        return sorted((row for row in rows if problem is None or row.problem == problem), key=_age)

    def attribute(self, problem_of: dict[str, str]) -> int:
        self._refuse_unknown(problem_of)
        moved = self._settle([Attribution(identifier, name, "bet") for identifier, name in problem_of.items()])
        self._mark(moved)
        return len(moved)

    def feedback_by_id(self, ids: Collection[str]) -> Sequence[Feedback]:
        return [self._whole(self._feedback[identifier]) for identifier in ids if identifier in self._feedback]

    def heard_since(self, revision: int) -> Heard:
        later = {identifier for identifier, at in self._revision_of.items() if at > revision}
        gone = sorted(later - self._feedback.keys()) if revision else []
        rows = [row for row in self.feedback() if row.id in later]
        return Heard(max(self._revision_of.values(), default=0), tuple(rows), tuple(gone))

    def verbatim(self, feedback: str, why: str) -> Verbatim:
        if feedback not in self._verbatims:
            raise UnknownIdError(f"`{feedback}` names no feedback, or its words were forgotten")
        return self._verbatims[feedback]

    def near_copies(self) -> Mapping[str, str]:
        return dict(self._copies)

    def mark_near_copies(self, of: Mapping[str, str]) -> int:
        known = self._feedback.keys()
        new = {a: b for a, b in of.items() if a not in self._copies and a != b and {a, b} <= known}
        self._copies.update(new)
        return len(new)

    def problems(self) -> Sequence[Problem]:
        return sorted(self._state.problems.values(), key=lambda problem: problem.id)

    def attributions(self, problem: str | None = None) -> Sequence[Attribution]:
        rows = [row for row in self._state.said.values() if problem is None or row.problem == problem]
        return sorted(rows, key=lambda row: row.feedback)

    def curate(self, curation: Curation) -> int:
        said = {row.feedback: row for row in curation.attributions if row.feedback not in curation.released}
        touched = frozenset({*said, *curation.released})
        self._refuse_unknown(touched)
        before = self._state
        self._state = replace(before, problems=before.problems | {row.id: row for row in curation.problems})
        moved = self._say(row for row in said.values() if row.by != "attracted" or self._gives_way_to(row))
        moved |= self._release(curation.released, by_person=curation.verb != "attract")
        self._mark(moved)
        if moved or curation.verb != "attract":
            self._curations.append((curation, touched, before))
        return len(moved)

    def undo_curation(self) -> Undone | None:
        if not self._curations:
            return None
        curation, touched, before = self._curations.pop()
        now, there = self._state, touched & self._feedback.keys()
        names = {row.id for row in curation.problems}
        self._state = _State(
            _put_back(now.problems, before.problems, names),
            _put_back(now.said, before.said, there),
            (now.released - there) | (before.released & there),
        )
        self._mark({name for name in there if _problem(now, name) != _problem(self._state, name)})
        return Undone(curation.verb, curation.subject)

    def themes(self) -> Sequence[Theme]:
        known = self._feedback.keys()
        left = (replace(row, members=tuple(name for name in row.members if name in known)) for row in self._themes)
        return sorted((row for row in left if row.members), key=lambda row: -row.size)

    def theme_ids(self) -> Collection[str]:
        return set(self._theme_ids)

    def replace_themes(self, themes: Sequence[Theme]) -> None:
        self._themes = tuple(themes)
        self._theme_ids |= {theme.id for theme in themes}

    def holdings(self, customer: str) -> Holdings:
        said = tuple(row for row in self.feedback() if row.asker == customer)
        known = self._customers.get(customer)
        if not said and not known:
            raise UnknownIdError(f"nobody called `{customer}` has spoken")
        return Holdings(
            customer, known, said, tuple(self._verbatims[row.id] for row in said if row.id in self._verbatims)
        )

    def address(self, customer: str) -> str | None:
        known = self._customers.get(customer)
        return known.email if known else None

    def forget(self, customer: str) -> Forgotten:
        said = [row for row in self.feedback() if row.asker == customer]
        if not said and customer not in self._customers:
            if _digest(customer) in self._tombstones:
                return Forgotten(customer, ())
            raise UnknownIdError(f"nobody called `{customer}` has spoken")
        self._customers.pop(customer, None)
        for row in said:
            self._rename(row, anonymous(row))
        self._lose({row.id for row in said})
        self._mark([anonymous(row).id for row in said] + [row.id for row in said])
        for name in (customer, *(row.id for row in said)):
            stone = Tombstone(_digest(name), datetime.now(UTC))
            self._tombstones.setdefault(stone.digest, stone)
        return Forgotten(customer, tuple(row.id for row in said))

    def tombstones(self) -> Sequence[Tombstone]:
        return sorted(self._tombstones.values(), key=lambda row: (row.forgotten_at, row.digest))

    def asks(self) -> Sequence[Ask]:
        said: dict[tuple[str, str], list[Feedback]] = {}
        for row in self.feedback():
            if row.problem is not None:
                said.setdefault((row.asker, row.problem), []).append(row)
        asks = [_ask(asker, problem, rows) for (asker, problem), rows in said.items()]
        return sorted(asks, key=lambda ask: (ask.asked_at, ask.asker, ask.problem))

    def _hear(self, batch: Batch) -> Stored:
        rows = self._newest(batch.feedback)
        new = [row.id for row in rows if row.id not in self._feedback]
        changed = {row.id for row in rows if self._feedback.get(row.id, row) != _bare(row)} - {*new}
        self._feedback.update({row.id: _bare(row) for row in rows})
        said = [Attribution(row.id, row.problem, "source") for row in rows if row.problem is not None]
        changed |= self._settle(said) - {*new}
        written = {row.feedback: row for row in batch.verbatims}
        self._verbatims |= {row.id: written.get(row.id) or Verbatim(row.id, row.text, row.reply) for row in rows}
        for customer in batch.customers:
            self._meet(customer)
        self._mark([*new, *changed])
        return Stored(len(new), len(changed))

    def _drop_heard(self, sources: Collection[str]) -> int:
        lost = {row.id for row in self._feedback.values() if row.source in sources}
        self._lose(lost)
        self._customers = {name: row for name, row in self._customers.items() if row.source not in sources}
        self._mark(lost)
        return len(lost)

    def _lose(self, lost: Collection[str]) -> None:
        self._copies = _inherited(self._copies, lost, [row.id for row in self.feedback()])
        for identifier in lost:
            del self._feedback[identifier]
            self._verbatims.pop(identifier, None)
        said = {name: row for name, row in self._state.said.items() if name not in lost}
        self._state = replace(self._state, said=said, released=self._state.released - {*lost})

    def _rename(self, old: Feedback, new: Feedback) -> None:
        def now(name: str) -> str:
            return new.id if name == old.id else name

        self._feedback[new.id] = _bare(new)
        self._state = _renamed(self._state, now)
        self._curations = [
            (replace(done, subject=now(done.subject)), frozenset(map(now, touched)), _renamed(before, now))
            for done, touched, before in self._curations
        ]

    def _newest(self, rows: Iterable[Feedback]) -> list[Feedback]:
        newest: dict[str, Feedback] = {}
        for row in rows:
            before = newest.get(row.id) or self._feedback.get(row.id)
            if not self._is_forgotten(row.id, row.asker) and not (before and _is_older(row, before)):
                newest[row.id] = row
        return list(newest.values())

    def _meet(self, customer: Customer) -> None:
        if not self._is_forgotten(customer.id):
            known = self._customers.get(customer.id, customer)
            name, email = customer.name, customer.email
            self._customers[customer.id] = replace(
                customer, name=known.name if name is None else name, email=known.email if email is None else email
            )

    def _is_forgotten(self, *names: str) -> bool:
        return bool(self._tombstones) and any(_digest(name) in self._tombstones for name in names)

    def _settle(self, rows: Iterable[Attribution]) -> set[str]:
        resolved = [replace(row, problem=self._followed(row.problem)) for row in rows]
        return self._say(row for row in resolved if self._gives_way_to(row))

    def _say(self, rows: Iterable[Attribution]) -> set[str]:
        new = {row.feedback: row for row in rows}
        moved = {name for name, row in new.items() if _problem(self._state, name) != row.problem}
        self._state = replace(self._state, said=self._state.said | new, released=self._state.released - new.keys())
        return moved

    def _release(self, names: Collection[str], *, by_person: bool) -> set[str]:
        moved = {name for name in names if name in self._state.said}
        said = {name: row for name, row in self._state.said.items() if name not in names}
        released = self._state.released | {*names} if by_person else self._state.released
        self._state = replace(self._state, said=said, released=released)
        return moved

    def _gives_way_to(self, new: Attribution) -> bool:
        if new.feedback in self._state.released:
            return new.by == "person"
        known = self._state.said.get(new.feedback)
        return known is None or RANK[new.by] >= RANK[known.by]

    def _followed(self, name: str) -> str:
        seen = {name}
        while (known := self._state.problems.get(name)) and known.merged_into and known.merged_into not in seen:
            name = known.merged_into
            seen.add(name)
        return name

    def _mark(self, names: Collection[str]) -> None:
        revision = max(self._revision_of.values(), default=0) + 1
        self._revision_of |= dict.fromkeys(names, revision)

    def _whole(self, row: Feedback) -> Feedback:
        return replace(row, problem=_problem(self._state, row.id))

    def _refuse_unknown(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self._feedback:
                raise UnknownIdError(f"`{name}` names no feedback")


def _bare(row: Feedback) -> Feedback:
    return replace(row, problem=None)


def _age(row: Feedback) -> tuple[datetime, str]:
    return row.time, row.id


def _is_older(new: Feedback, known: Feedback) -> bool:
    return new.updated_at is not None and known.updated_at is not None and new.updated_at < known.updated_at


def _problem(state: _State, name: str) -> str | None:
    return state.said[name].problem if name in state.said else None


def _put_back(now: Mapping[str, Row], before: Mapping[str, Row], names: Collection[str]) -> dict[str, Row]:
    kept = {name: row for name, row in now.items() if name not in names}
    return kept | {name: row for name, row in before.items() if name in names}


def _renamed(state: _State, now: Callable[[str], str]) -> _State:
    said = {now(name): replace(row, feedback=now(name)) for name, row in state.said.items()}
    return replace(state, said=said, released=frozenset(map(now, state.released)))


def _inherited(copies: Mapping[str, str], lost: Collection[str], oldest_first: Sequence[str]) -> dict[str, str]:
    """One lost original at a time: its copies are copies of what it was a copy of, else of the oldest of them."""
    left = dict(copies)
    for name in lost:
        mine = [copy for copy in oldest_first if left.get(copy) == name]
        heir = left.pop(name, None) or next((copy for copy in mine if copy not in lost), None)
        for copy in mine:
            del left[copy]
            if heir and copy != heir:
                left[copy] = heir
    return left


def anonymous(row: Feedback) -> Feedback:
    return Feedback(
        row.source, f"forgotten-{_digest(row.id)[:16]}", row.time, "", author=f"forgotten-{_digest(row.asker)[:16]}",
        rating=row.rating, version=row.version, language=row.language, problem=row.problem, replied_at=row.replied_at,
        may_contact=False,
    )  # fmt: skip


def _digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def _ask(asker: str, problem: str, said: Sequence[Feedback]) -> Ask:
    replies = [row.replied_at for row in said if row.replied_at]
    return Ask(
        asker=asker,
        problem=problem,
        feedback=said[0].id,
        channel=said[0].source,
        asked_at=said[0].time,
        answered_at=max(replies, default=None),
        may_contact=any(row.may_contact for row in said),
    )
