"""What was asked and told on a pull request, on the screen."""

from collections.abc import Iterator

from aftermerge.cli.screen import paint
from aftermerge.jobs.bet_ask_told import AskedThere
from aftermerge.ports import Posted
from aftermerge.render.asked import asked_text

_DONE = {"created": "written", "updated": "updated", "unchanged": "unchanged", "refused": "refused"}


def asked_there_document(found: AskedThere) -> dict[str, object]:
    return {
        "pull_request": found.request.id,
        "summary": found.words.summary,
        "state": found.words.state,
        "comment": _posted(found.comment),
        "status": _posted(found.status),
        "untold": found.untold or None,
        "error": str(found.error) if found.error else None,
    }


def asked_there_text(found: AskedThere, *, dry_run: bool) -> str:
    """The answers, or with `dry_run` the comment as it would be written; then what became of it."""
    shown = (found.words.comment or "") if dry_run else asked_text(found.asked, paint)
    return "\n\n".join(filter(None, (shown, "\n".join(_lines(found, dry_run=dry_run)))))


def _lines(found: AskedThere, *, dry_run: bool) -> Iterator[str]:
    yield f"{paint(found.request.id, 'strong')}  {found.words.summary} ({found.words.state})"
    if dry_run:
        yield "nothing was sent"
    if found.untold:
        yield paint(f"told here only, since it comes from a fork: {found.untold}", "unsure")
    for what, posted in (("comment", found.comment), ("status", found.status)):
        if posted and posted.outcome == "refused":
            yield paint(f"{what} refused: {posted.reason}", "unsure")
        elif posted:
            yield f"{what} {_DONE[posted.outcome]}{f': {posted.url}' if posted.url else ''}"


def _posted(posted: Posted | None) -> dict[str, object] | None:
    if posted is None:
        return None
    return {"outcome": posted.outcome, "url": posted.url, "removed": posted.removed, "reason": posted.reason or None}
