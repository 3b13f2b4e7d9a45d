"""What Intercom's webhooks send."""

from collections.abc import Mapping, Sequence

from aftermerge.connectors.http.reading import rows, text
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
from aftermerge.connectors.item import Item, NotHeard

__all__ = ["heard_in"]

_REPLIED = frozenset({"conversation.user.replied", "conversation.contact.replied"})
_SPOKEN = ("conversation.user.", "conversation.contact.", "conversation.admin.single.", "conversation.rating.")


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """What contacts say in one body: a notification about a conversation, a conversation, or a list of them."""
    listed, topic = rows(body, "conversations"), text(body, "topic")
    if listed:
        return [_whole(conversation, source) for conversation in listed]
    conversation = conversation_in(body)
    if not conversation:
        return [NotHeard(f"no conversation is in it ({topic or 'it has no topic'})")]
    if topic in _REPLIED:
        return _replies(conversation, source)
    made = _whole(conversation, source)
    if topic is None or topic.startswith(_SPOKEN) or isinstance(made, NotHeard) or made.feedback.reply:
        return [made]
    # It would replace what is known of the conversation by less: a notification has the newest part alone.
    return [NotHeard(f"nobody speaks in {topic}")]


def _whole(conversation: Mapping[str, object], source: str) -> Item | NotHeard:
    ref = account_in(opener(conversation))
    return heard(conversation, Account(ref) if ref else None, source, None)


def _replies(conversation: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """A contact's reply is feedback of its own: what stood before it, and the team's answer, are not in the body."""
    replies = [part for part in parts(conversation) if text(part, "author", "type") in CONTACTS]
    return [further_words(conversation, part, source) for part in replies] or [NotHeard("no words are in the reply")]
