"""A channel's messages become feedback, answered by the team where it was."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from aftermerge.connectors.slack_export.people import People, Person
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import text

__all__ = ["Message", "heard_in_channel", "message"]

_SPOKEN = frozenset({None, "me_message", "file_share", "thread_broadcast"})


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote. `ts` is Slack's own time, and the message's name in its channel."""

    ts: str
    time: datetime
    user: str
    words: str
    thread: str
    edited_at: datetime | None


def message(record: Mapping[str, object]) -> Message | NotHeard:
    """A record of a day's file. Joins, topics, bots and the like are not heard.

    Raises:
        ValueError: it has no time.
    """
    ts = text(record, "ts") or ""
    time, user, subtype = _moment(ts), text(record, "user"), text(record, "subtype")
    if subtype == "bot_message" or "bot_id" in record or user == "USLACKBOT":
        return NotHeard("a bot wrote it")
    if subtype not in _SPOKEN or user is None:
        return NotHeard(f"nobody speaks in it ({subtype or 'no user'})")
    words = text(record, "text")
    if words is None:
        return NotHeard("there are no words in it")
    edited = text(record, "edited", "ts")
    return Message(ts, time, user, words.strip(), text(record, "thread_ts") or ts, _moment(edited) if edited else None)


def heard_in_channel(
    messages: Sequence[Message], channel: str, people: People, source: str
) -> Iterator[Item | NotHeard]:
    """What customers started, and what others of them said in a thread; the reply is the team's first answer after."""
    threads: dict[str, list[Message]] = {}
    for said in sorted(messages, key=lambda said: (said.time, said.ts)):
        threads.setdefault(said.thread, []).append(said)
    for thread in threads.values():
        spoken: set[str] = set()
        for place, said in enumerate(thread):
            person = people.of(said.user)
            refusal = _refusal(person, people, said.user in spoken)
            spoken.add(said.user)
            yield refusal or _item(said, person, _answer(thread[place + 1 :], people), channel, people, source)


def _refusal(person: Person, people: People, spoke: bool) -> NotHeard | None:
    if person.is_bot:
        return NotHeard("a bot wrote it")
    if people.is_team(person):
        return NotHeard("the team itself writes")
    return NotHeard("a customer's later message in a thread") if spoke else None


def _answer(later: Sequence[Message], people: People) -> Message | None:
    persons = ((said, people.of(said.user)) for said in later)
    return next((said for said, person in persons if people.is_team(person) and not person.is_bot), None)


def _item(said: Message, person: Person, answer: Message | None, channel: str, people: People, source: str) -> Item:
    words, mentioned = people.readable(said.words)
    reply, answered = people.readable(answer.words) if answer else (None, ())
    colleague = people.of(answer.user).names if answer else ()
    feedback = Feedback(
        source=source,
        external_id=f"{channel}-{said.ts}",
        time=said.time,
        text=words,
        author=person.id,
        thread=f"{channel}-{said.thread}",
        reply=reply,
        replied_at=answer.time if answer else None,
        replied_by=answer.user if answer else None,
        updated_at=said.edited_at,
    )
    own = (*person.names, *((person.email,) if person.email else ()))
    customer = Customer(source, person.id, person.names[0] if person.names else None, person.email) if own else None
    return Item(feedback, customer, tuple(dict.fromkeys((*own, *mentioned, *answered, *colleague))))


def _moment(ts: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (OverflowError, OSError) as error:
        raise ValueError(ts) from error
