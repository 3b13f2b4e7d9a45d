"""Rows become feedback and releases."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from aftermerge.connectors.csv.fields import FieldError, Fields
from aftermerge.connectors.csv.people import named, speaker
from aftermerge.connectors.csv.replies import reply_of
from aftermerge.connectors.told.item import Item
from aftermerge.model.change import Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.version import is_prerelease

__all__ = ["FeedbackMaker", "deployment", "numbered", "release"]


@dataclass(frozen=True, slots=True)
class FeedbackMaker:
    """Makes feedback of the rows of one file. Rows that are alike and have no id are told apart by their order.

    `earlier` are the hash and the version of the feedback made so far, by the id that its row gave.
    """

    source: str
    seen: Counter[str] = field(default_factory=Counter)
    earlier: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)

    def make(self, fields: Fields) -> Item | None:
        """What the row says; None when an earlier row was the same in every field, or is a newer version of it.

        Raises:
            FieldError: there is no time, nothing was said, or an earlier row of this id says something else.
        """
        item, given = self._read(fields), fields.text("id")
        if given is None:
            return item
        mine, known = (hash(item.feedback), item.feedback.updated_at), self.earlier.get(given)
        if known is None or (known[1] and mine[1] and mine[1] > known[1]):
            self.earlier[given] = mine
            return item
        if known[0] == mine[0] or (known[1] and mine[1] and mine[1] < known[1]):
            return None
        raise FieldError(
            "id", f"id {given} stands in an earlier row that differs; keep one of them, by `only` for instance"
        )

    def _read(self, fields: Fields) -> Item:
        fields.refuse_damage("id", "time", "text", "title")
        time, text = fields.needed_time("time"), _said(fields)
        rating, author, name = fields.number("rating"), fields.text("author"), fields.text("name")
        if not text and rating is None:
            raise FieldError("text", "there is neither a text nor a rating")
        who, reply = speaker(self.source, author, name, fields.text("email")), reply_of(fields)
        replied_by, colleagues = named(fields.text("replied_by"))
        feedback = Feedback(
            source=self.source,
            external_id=fields.text("id") or self._own_id(time, author or name, text),
            time=time,
            text=text,
            url=fields.text("url"),
            rating=rating,
            author=who.ref,
            account=fields.text("account"),
            account_value=fields.money("account_value"),
            thread=fields.text("thread"),
            version=fields.text("version"),
            language=fields.text("language"),
            problem=fields.text("problem"),
            reply=reply.text,
            replied_at=fields.time("replied_at") or reply.time,
            replied_by=replied_by,
            updated_at=fields.time("updated_at"),
            may_contact=fields.boolean("may_contact", default=True),
            may_quote=fields.boolean("may_quote", default=False),
        )
        return Item(feedback, who.customer, (*who.names, *colleagues))

    def _own_id(self, time: datetime, author: str | None, text: str) -> str:
        whole = "\x1f".join((time.isoformat(), author or "", text))
        digest = hashlib.sha256(whole.encode()).hexdigest()[:16]
        self.seen[digest] += 1
        again = self.seen[digest]
        return digest if again == 1 else f"{digest}-{again}"


def release(source: str, fields: Fields) -> Release:
    """A release of a list of releases. Raises FieldError without a version or a time."""
    fields.refuse_damage("version", "time")
    version = fields.text("version")
    if version is None:
        raise FieldError("version", "there is no version")
    return Release(
        id=version,
        source=source,
        kind="file",
        released_at=fields.needed_time("time"),
        prerelease=is_prerelease(version),
        commit=fields.text("commit"),
        notes=fields.words("notes"),
    )


def deployment(source: str, fields: Fields) -> Release:
    """A deployment, called by its version, else by its time and commit. Raises FieldError without a time."""
    fields.refuse_damage("version", "time", "commit")
    time, version, commit = fields.needed_time("time"), fields.text("version"), fields.text("commit")
    own = "-".join(part for part in (f"{time:%Y-%m-%dT%H:%M:%SZ}", (commit or "")[:12]) if part)
    return Release(
        id=version or own,
        source=source,
        kind="deployment",
        released_at=time,
        prerelease=is_prerelease(version or ""),
        commit=commit,
        notes=fields.words("notes"),
    )


def numbered(deployments: list[Release]) -> Iterator[Release]:
    """Oldest first; what was deployed again under the same name gets `-2`, `-3`."""
    taken: set[str] = set()
    for one in sorted(deployments, key=lambda release: release.released_at):
        name, again = one.id, 1
        while name in taken:
            again += 1
            name = f"{one.id}-{again}"
        taken.add(name)
        yield replace(one, id=name)


def _said(fields: Fields) -> str:
    return "\n\n".join(part for part in (fields.words("title"), fields.words("text")) if part)
