"""Thanks and what suggests them, as text and as documents. Nothing here is counted, and nobody is put in an order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from aftermerge.model.thanks import Habit, OwnName, ShownHabit, Thanks
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, plain
from aftermerge.render.untrusted import one_line, whole

HABITS: Mapping[Habit, str] = {
    "followed_after_merge": "followed it after the merge",
    "closed_the_loop": "closed the loop",
    "asked_the_hard_question": "asked the hard question",
    "stopped_on_time": "stopped on time",
    "crossed_a_boundary": "crossed a boundary",
    "unblocked_a_customer": "unblocked a customer",
    "taught_us_something": "taught us something",
}


def suggestions_document(as_of: datetime, since: date, until: date, found: Sequence[ShownHabit]) -> Document:
    rows = [
        {
            "about": item.about,
            "kind": item.kind,
            "habit": item.habit,
            "on": item.on.isoformat(),
            "told": item.told,
            "evidence": list(item.evidence),
            "whose": list(item.whose),
        }
        for item in found
    ]
    return {"as_of": moment(as_of), "from": since.isoformat(), "to": until.isoformat(), "suggestions": rows}


def suggestions_text(found: Sequence[ShownHabit], titles: Mapping[str, str], paint: Paint = plain) -> str:
    """By bet and exploration, as they come. `titles` are theirs."""
    lines: list[str] = []
    about = None
    for item in found:
        if item.about != about:
            lines += ["", f"{paint(item.about, 'strong')}  {one_line(titles.get(item.about, ''), 100)}".rstrip()]
        about = item.about
        lines += _suggested(item, paint)
    return "\n".join(lines[1:])


def thanks_document(as_of: datetime, found: Sequence[Thanks]) -> Document:
    return {"as_of": moment(as_of), "thanks": [_thanks(row) for row in found]}


def thanks_text(found: Sequence[Thanks], person: str, paint: Paint = plain) -> str:
    """What this person received, then what they gave; newest first."""
    parts = (
        ("To you", [row for row in found if row.receiver == person]),
        ("From you", [row for row in found if row.giver == person]),
    )
    return "\n\n".join("\n".join([head, *_shown(rows, person, paint)]) for head, rows in parts if rows)


def own_names_document(person: str, team: str | None, names: Sequence[OwnName]) -> Document:
    return {"person": person, "team": team, "names": [{"source": name.source, "name": name.name} for name in names]}


def own_names_text(person: str, team: str | None, names: Sequence[OwnName], paint: Paint = plain) -> str:
    """What a person said of themself."""
    lines = [paint(one_line(person, 200), "strong")]
    lines.append(f"  team: {team}" if team else "  team: not said (`git config aftermerge.team NAME`)")
    lines += [f"  {name.source}: {one_line(name.name, 200)}" for name in names]
    return "\n".join(lines if names else [*lines, "  no name linked (`aftermerge learn me link SOURCE NAME`)"])


def _suggested(item: ShownHabit, paint: Paint) -> Iterator[str]:
    whose = f"  {' and '.join(one_line(name, 80) for name in item.whose)}" if item.whose else ""
    yield f"  {paint(item.habit, 'good')}{whose}"
    yield f"    {one_line(item.told, 160)}, {item.on:%-d %b %Y}"
    yield paint(f"    {' '.join(f'--evidence {id_}' for id_ in item.evidence)}", "quiet")


def _shown(rows: Sequence[Thanks], person: str, paint: Paint) -> Iterator[str]:
    for row in rows:
        other = f"from {row.giver}" if row.receiver == person else f"to {row.receiver}"
        public = paint("public" if row.published_at else "only you two can read it", "quiet")
        yield f"  {paint(row.id, 'strong')}  {HABITS[row.habit]}, {other}, {row.given_at:%-d %b %Y}  {public}"
        yield f"    “{whole(row.text)}”"
        yield paint(f"    shown by {', '.join(one_line(id_, 80) for id_ in row.evidence)}", "quiet")


def _thanks(row: Thanks) -> Document:
    return {
        "id": row.id,
        "given_at": moment(row.given_at),
        "giver": row.giver,
        "receiver": row.receiver,
        "habit": row.habit,
        "text": row.text,
        "evidence": list(row.evidence),
        "published_at": moment(row.published_at),
    }
