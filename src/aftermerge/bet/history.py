"""A bet's history: what each revision of its file changed of the claim. Changing tack is normal, and visible."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from aftermerge.bet.check import with_current_names
from aftermerge.bet.parse import parse_bet
from aftermerge.errors import AftermergeError
from aftermerge.model.amendment import differences
from aftermerge.model.frozen import claim_of
from aftermerge.model.metric import Metric
from aftermerge.model.revision import Revision


def revisions(versions: Iterable[tuple[datetime, str]], metrics: Sequence[Metric]) -> tuple[Revision, ...]:
    """The revisions of a bet's file, newest first, as `versions` are; metrics are called as they are now.

    A version that can't be read claims nothing: the next one is held against the last that could be.
    """
    found: list[Revision] = []
    claim, last = "", None
    for at, text in reversed(list(versions)):
        if text == last:  # the merge that brought a branch's version in
            continue
        last = text
        try:
            now = claim_of(with_current_names(parse_bet(text, ""), metrics))
        except AftermergeError as error:
            found.append(Revision(at, mistake=error.what if text else "the file was deleted"))
            continue
        found.append(Revision(at, differences(claim, now), is_first=not claim))
        claim = now
    return tuple(reversed(found))
