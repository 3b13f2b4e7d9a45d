"""What Intercom's webhooks send."""

from collections.abc import Mapping, Sequence

from aftermerge.connectors.intercom.convert import (
    CONTACTS,
    Account,
    account_in,
    conversation_in,
    further_words,
    heard,
    opener,
    parts,
)
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.outside.http.reading import rows, text

__all__ = ["heard_in"]

_REPLIED = frozenset({"conversation.user.replied", "conversation.contact.replied"})


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """What contacts say in one body: a notification about a conversation, a conversation, or a list of them.

    A notification has the opening and the newest part alone: whoever gathers several keeps the answer that one had.
    """
    listed, topic = rows(body, "conversations"), text(body, "topic")
    if listed:
        return [_whole(conversation, source) for conversation in listed]
    conversation = conversation_in(body)
    if not conversation:
        return [NotHeard("no conversation is in it")]
    if topic in _REPLIED:
        return _replies(conversation, source)
    return [_whole(conversation, source)]


def _whole(conversation: Mapping[str, object], source: str) -> Item | NotHeard:
    ref = account_in(opener(conversation))
    return heard(conversation, Account(ref) if ref else None, source, None)


def _replies(conversation: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """A contact's reply is feedback of its own: what stood before it, and the team's answer, are not in the body."""
    replies = [part for part in parts(conversation) if text(part, "author", "type") in CONTACTS]
    return [further_words(conversation, part, source) for part in replies] or [NotHeard("no words are in the reply")]
