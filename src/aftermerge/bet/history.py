"""A bet's history: what each revision of its file changed of the claim. Changing tack is normal, and visible."""

from collections.abc import Iterable, Sequence

from aftermerge.bet.check import with_current_names
from aftermerge.bet.parse import parse_bet
from aftermerge.bet.reason import reason_of
from aftermerge.errors import AftermergeError
from aftermerge.model.amendment import differences
from aftermerge.model.file_version import FileVersion
from aftermerge.model.frozen import claim_of
from aftermerge.model.metric import Metric
from aftermerge.model.revision import Revision


def revisions(versions: Iterable[FileVersion], metrics: Sequence[Metric]) -> tuple[Revision, ...]:
    """The revisions of a bet's file, newest first, as `versions` are; metrics are called as they are now.

    A version that can't be read claims nothing: the next one is held against the last that could be.
    """
    found: list[Revision] = []
    claim, last = "", None
    for version in reversed(list(versions)):
        if version.text == last:  # the merge that brought a branch's version in
            continue
        last = version.text
        try:
            bet = with_current_names(parse_bet(version.text, ""), metrics)
        except AftermergeError as error:
            mistake = error.what if version.text else "the file was deleted"
            found.append(Revision(version.committed_at, mistake=mistake, reason=reason_of(version.message)))
            continue
        changed = differences(claim, claim_of(bet))
        reason = reason_of(version.message, (bet.slug, *(item.key for item in changed), "bet", "claim"))
        found.append(Revision(version.committed_at, changed, is_first=not claim, reason=reason))
        claim = claim_of(bet)
    return tuple(reversed(found))
