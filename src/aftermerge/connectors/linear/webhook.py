"""What Linear's webhooks send."""

from collections.abc import Mapping, Sequence

from aftermerge.connectors.linear.convert import heard_in_comment, heard_in_issue, heard_in_need
from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.outside.http.reading import table, text

__all__ = ["heard_in"]

_HEARD = {"CustomerNeed": heard_in_need, "Issue": heard_in_issue, "Comment": heard_in_comment}


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """What a customer says in one body: a request, an issue or a comment that was made or changed."""
    kind, action = text(body, "type") or "", text(body, "action")
    if kind not in _HEARD:
        return [NotHeard("neither a request, an issue nor a comment is in it")]
    if action == "remove":
        return [NotHeard("it was removed")]
    return [_HEARD[kind]({"url": text(body, "url"), **table(body, "data")}, source)]
