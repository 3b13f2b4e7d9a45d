"""What all pages share: how one is rendered, and what a browser may do with it."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.responses import HTMLResponse

__all__ = ["page"]

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(default=True), trim_blocks=True
)


def page(template: str, values: Mapping[str, object], status: int = 200) -> HTMLResponse:
    """`template` is a path from this folder: "helped/template.html"."""
    return HTMLResponse(_PAGES.get_template(template).render(values), status, _HEADERS)
