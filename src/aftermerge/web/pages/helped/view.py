"""What the page is asked, and what it does: a GET shows the question, a POST takes the answer."""

from typing import get_args
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse

from aftermerge.model.message import Helped
from aftermerge.ports import Clock, Tells
from aftermerge.tell.confirm import confirm_by_link, sent_with
from aftermerge.tell.links import Links
from aftermerge.web.pages.gone import gone
from aftermerge.web.pages.page import page

__all__ = ["answer", "show"]

_CHOICES = (
    ("yes", "Yes, it helped"),
    ("partly", "Partly"),
    ("no", "No, it did not"),
    ("not_tried", "I have not tried it yet"),
)
MOST_BYTES = 1_000
"""Of a form with one word in it."""


def show(token: str, ledger: Tells, links: Links) -> HTMLResponse:
    """Changes nothing: mail scanners open every link."""
    reference = links.read("helped", token)
    message = sent_with(reference, ledger.messages())
    if message is None:
        return gone(is_expired=reference == "expired")
    said = next((r for r in ledger.confirmations() if (r.bet, r.asker) == (message.bet, message.asker)), None)
    return page("helped/template.html", {"choices": _CHOICES, "said": said and said.helped, "title": "Did it help?"})


async def answer(request: Request, token: str, ledger: Tells, links: Links, clock: Clock) -> HTMLResponse:
    """Takes the last answer that is given; it can be changed as long as the link is good."""
    helped = await _helped(request)
    reference = links.read("helped", token)
    if reference in ("expired", "forged"):
        return gone(is_expired=reference == "expired")
    if helped is None:
        return page("helped/template.html", {"choices": _CHOICES, "said": None, "title": "Did it help?"}, 400)
    if not confirm_by_link(ledger, reference, helped, clock()):
        return gone(is_expired=False)
    return page("helped/template.html", {"choices": _CHOICES, "said": helped, "title": "Thank you"})


async def _helped(request: Request) -> Helped | None:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    given = parse_qs(body.decode("utf-8", "replace")).get("helped", [""])[0]
    return next((helped for helped in get_args(Helped) if helped == given), None)
