"""What is shown where a link leads nowhere."""

from starlette.responses import HTMLResponse

from aftermerge.web.pages.page import page

__all__ = ["gone"]


def gone(*, is_expired: bool) -> HTMLResponse:
    values = {"title": "This link no longer works", "is_expired": is_expired}
    return page("gone.html", values, 410 if is_expired else 404)
