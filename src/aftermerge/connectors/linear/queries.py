"""What Linear is asked: records that changed since a time.

Linear puts the latest change first, so that pages are asked for from the end: the oldest change comes first, and a
pull that is cut off goes on from there.
"""

from dataclasses import dataclass

__all__ = ["STREAMS", "Stream"]

_EXTERNAL = "{ id name displayName email }"
_ISSUE = "{ id identifier title url assignee { name } creator { name } }"
_QUERY = """
query Changed($filter: %(kind)sFilter, $last: Int, $before: String) {
  changed: %(field)s(filter: $filter, last: $last, before: $before, orderBy: updatedAt) {
    nodes { id createdAt updatedAt %(wanted)s }
    pageInfo { hasPreviousPage startCursor }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """One kind of record: the query for it, what of it is asked for besides its time, and what we call it."""

    query: str
    what: str
    only: tuple[tuple[str, object], ...] = ()


def _stream(kind: str, field: str, wanted: str, what: str, only: tuple[tuple[str, object], ...] = ()) -> Stream:
    return Stream(_QUERY % {"kind": kind, "field": field, "wanted": wanted}, what, only)


STREAMS = {
    "needs": _stream(
        "CustomerNeed",
        "customerNeeds",
        f"body url creator {{ name }} customer {{ id name revenue }} issue {_ISSUE}"
        f" comment {{ body url user {{ name }} externalUser {_EXTERNAL} }}"
        f" attachment {{ url title externalUserCreator {_EXTERNAL} }}",
        "customers' requests",
    ),
    "issues": _stream(
        "Issue",
        "issues",
        f"identifier title description url assignee {{ name }} creator {{ name }} externalUserCreator {_EXTERNAL}",
        "issues",
        only=(("creator", {"null": True}),),
    ),
    "comments": _stream(
        "Comment",
        "comments",
        f"body url user {{ name }} externalUser {_EXTERNAL} issue {_ISSUE}",
        "comments",
    ),
}
"""By the word that stands in `read`."""
