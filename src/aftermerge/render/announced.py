"""What the team was told by itself, and what became of it."""

from collections.abc import Sequence
from datetime import datetime

from aftermerge.model.notice import Notice
from aftermerge.render.documents import Document, moment
from aftermerge.render.phrases import Paint, plain
from aftermerge.render.untrusted import one_line

_STATES = {
    "sent": ("posted", "good"),
    "sending": ("under way", "unsure"),
    "refused": ("refused", "bad"),
    "unknown": ("unknown", "unsure"),
}


def told_line(what: str, to: str, became: str, url: str | None, reason: str, paint: Paint = plain) -> str:
    """`review to slack:#product: posted https://…`."""
    styles = {"posted": "good", "already": "quiet", "refused": "bad"}
    told = {"already": "posted before", "under_way": "under way, looked up later", "unknown": "nobody knows"}
    parts = [paint(told.get(became, became), styles.get(became, "unsure")), url or "", one_line(reason, 200)]
    return f"{what} to {one_line(to, 120)}: {'  '.join(part for part in parts if part)}"


def posted_text(found: Sequence[Notice], paint: Paint = plain) -> str:
    """A line each, and what a human can do about one of which nobody knows."""
    lines = [_line(notice, paint) for notice in found]
    if any(notice.state == "unknown" for notice in found):
        then = "look there; `aftermerge learn review --post --period … --again PLACE` posts it once more"
        lines.append(paint(f"next: whether the unknown ones arrived nobody but you can say: {then}", "quiet"))
    return "\n".join(lines)


def posted_document(as_of: datetime, found: Sequence[Notice]) -> Document:
    rows = [{"name": n.name, "state": n.state, "at": moment(n.at), "url": n.url} for n in found]
    return {"as_of": moment(as_of), "notices": rows}


def _line(notice: Notice, paint: Paint) -> str:
    told, style = _STATES[notice.state]
    url = f"  {one_line(notice.url, 200)}" if notice.url else ""
    return f"{one_line(notice.name, 160)}  {paint(told, style)}  {notice.at:%-d %b %Y %H:%M} UTC{url}"
