"""What was told to the team by itself, on a screen."""

from collections.abc import Sequence

from aftermerge.cli.screen import paint
from aftermerge.jobs.announce import Announced
from aftermerge.render.announced import told_line

Rows = list[dict[str, str | None]]


def announced_text(found: Sequence[Announced]) -> str:
    return "\n".join(
        told_line(_what(one), str(one.destination), one.became, one.url, one.reason, paint) for one in found
    )


def announced_document(found: Sequence[Announced]) -> Rows:
    return [
        {"name": one.name, "to": str(one.destination), "became": one.became, "url": one.url, "reason": one.reason}
        for one in found
    ]


def _what(one: Announced) -> str:
    """Its name without the place, which is said anyway."""
    return one.name.removesuffix(str(one.destination)).strip()
