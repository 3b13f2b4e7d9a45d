"""Stopping all messages: a GET asks, a POST does it, as one click in a mail program does (RFC 8058)."""

from starlette.responses import HTMLResponse

from aftermerge.ports import Tells
from aftermerge.tell.confirm import sent_with, stop_by_link
from aftermerge.tell.links import Links
from aftermerge.web.pages.gone import gone
from aftermerge.web.pages.page import page

__all__ = ["show", "stop"]


def show(token: str, ledger: Tells, links: Links) -> HTMLResponse:
    """Changes nothing."""
    if sent_with(links.read("stop", token), ledger.messages()) is None:
        return gone(is_expired=False)
    return page("stop/template.html", {"is_done": False, "title": "No more messages?"})


def stop(token: str, ledger: Tells, links: Links) -> HTMLResponse:
    """Doing it twice changes nothing."""
    if not stop_by_link(ledger, links.read("stop", token)):
        return gone(is_expired=False)
    return page("stop/template.html", {"is_done": True, "title": "Done"})
