"""What was told on pull requests, on the screen."""

from collections.abc import Sequence

from aftermerge.cli.screen import paint
from aftermerge.jobs.comments import CommentsReport, Draft
from aftermerge.render.phrases import people

_DONE = {"created": "written", "updated": "updated", "unchanged": "unchanged", "refused": "refused"}


def comments_document(report: CommentsReport) -> dict[str, object]:
    return {
        "comments": [
            {
                "pull_request": told.request.id,
                "outcome": told.posted.outcome,
                "url": told.posted.url,
                "removed": told.posted.removed,
                "reason": told.posted.reason or None,
            }
            for told in report.told
        ],
        "left_to": report.taken,
        "errors": [str(error) for error in report.errors],
    }


def comments_text(report: CommentsReport) -> str:
    """How many comments came to what; each that is new or was refused by itself."""
    if report.taken:
        return f"pull requests left to the job that is at it: {report.taken}"
    counts = [f"{len(report.of(outcome)):,} {told}" for outcome, told in _DONE.items() if report.of(outcome)]
    lines = [f"comments on pull requests: {', '.join(counts) or 'none'}"]
    lines += [f"  {told.request.id}: {told.posted.url}" for told in report.of("created")]
    lines += [paint(f"  {told.posted.reason}", "unsure") for told in report.of("refused")]
    return "\n".join(lines)


def drafts_text(drafts: Sequence[Draft]) -> str:
    """Every comment as it would be written."""
    heads = [paint(f"{draft.request.id}  {draft.request.url}", "strong") for draft in drafts]
    told = [f"{head}\n\n{draft.body}\n" for head, draft in zip(heads, drafts, strict=True)]
    return "\n".join([*told, f"{people(len(drafts), 'comment', 'comments')} would be written; nothing was sent"])


def drafts_document(drafts: Sequence[Draft]) -> dict[str, object]:
    return {"drafts": [{"pull_request": draft.request.id, "body": draft.body} for draft in drafts]}
