"""Frozen claims and the revisions of a bet, as text and as documents."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from aftermerge.model.frozen import FrozenClaim
from aftermerge.model.revision import Revision
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, plain
from aftermerge.render.untrusted import one_line

_LONGEST_REASON = 100


def claim_document(claim: FrozenClaim) -> Document:
    return {
        "at": moment(claim.frozen_at),
        "commit": claim.commit,
        "digest": claim.digest,
        "claim": json.loads(claim.claim),
    }


def frozen_document(new: Sequence[str], claims: Sequence[FrozenClaim]) -> Document:
    return {"claims": [{"id": claim.bet, "new": claim.bet in new, **claim_document(claim)} for claim in claims]}


def frozen_text(new: Sequence[str], claims: Sequence[FrozenClaim], paint: Paint = plain) -> str:
    """A line a claim: now frozen, or since when it was."""
    return "\n".join(_frozen(claim, paint, is_new=claim.bet in new) for claim in claims)


def history_document(slug: str, found: Sequence[Revision]) -> Document:
    return {"id": slug, "revisions": [asdict(item) | {"at": moment(item.at)} for item in found]}


def history_text(slug: str, found: Sequence[Revision], paint: Paint = plain) -> str:
    """The revisions of a bet's file, newest first: the day, what of the claim was changed on it, and why."""
    return "\n".join([paint(slug, "strong"), *(line for item in found for line in _revision(item, paint))])


def _revision(item: Revision, paint: Paint) -> Iterator[str]:
    yield f"  {item.at:%-d %b %Y}  {_revised(item, paint)}"
    if item.reason:
        yield paint(f"      {one_line(item.reason, _LONGEST_REASON)}", "quiet")


def _frozen(claim: FrozenClaim, paint: Paint, *, is_new: bool) -> str:
    day = f"{claim.frozen_at:%-d %b %Y}"
    told = "frozen" if is_new else f"was frozen on {day}; what is frozen does not change"
    uncommitted = "" if claim.commit else paint("  it is not committed as it stands", "unsure")
    return f"{paint(claim.bet, 'strong')}  {told}  {paint(claim.digest[:12], 'quiet')}{uncommitted if is_new else ''}"


def _revised(revision: Revision, paint: Paint) -> str:
    if revision.mistake is not None:
        return paint(f"could not be read: {one_line(revision.mistake, 120)}", "unsure")
    if not revision.changed:
        return paint("words only", "quiet")
    if revision.is_first:
        return "framed: " + ", ".join(f"{item.key} {one_line(item.after, 60)}" for item in revision.changed)
    return ", ".join(one_line(str(item), 120) for item in revision.changed)
