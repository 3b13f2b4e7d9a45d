"""Vega-Lite drawn by vl-convert, which holds Vega and fonts in itself: no browser, and data from elsewhere is refused.

Blind spot: an image by its address would be fetched. Our own specifications name none.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aftermerge.errors import AftermergeError

if TYPE_CHECKING:
    from types import ModuleType

_PNG_SCALE = 2.0


class VegaFigures:
    """Fits `ports.Figures`.

    Raises, when it draws:
        AftermergeError: vl-convert is not installed, or can't draw this specification.
    """

    def svg(self, spec: Mapping[str, object]) -> str:
        try:
            return str(_vl_convert().vegalite_to_svg(dict(spec), allowed_base_urls=[]))
        except ValueError as error:
            raise _undrawable(error) from error

    def png(self, spec: Mapping[str, object]) -> bytes:
        """At twice the size in pixels, for screens that show them small."""
        try:
            return bytes(_vl_convert().vegalite_to_png(dict(spec), scale=_PNG_SCALE, allowed_base_urls=[]))
        except ValueError as error:
            raise _undrawable(error) from error


def _vl_convert() -> "ModuleType":
    try:
        import vl_convert
    except ImportError as error:
        raise AftermergeError(
            "figures are drawn by vl-convert-python, which is not installed",
            then="pip install 'aftermerge[figures]', or print the specification with `--json`",
        ) from error
    return vl_convert


def _undrawable(error: ValueError) -> AftermergeError:
    _, _, reason = str(error).strip().partition("\n")  # the first line says only that it failed
    told = reason.strip().split("\n")[0] or str(error)
    return AftermergeError(f"the figure could not be drawn: {told}", then="print its specification with `--json`")
