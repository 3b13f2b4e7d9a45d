"""How a period's claims taken together are said in words."""

from collections.abc import Callable
from dataclasses import asdict

from aftermerge.model.portfolio import Added, Portfolio
from aftermerge.render.phrases import number
from aftermerge.render.untrusted import one_line

DOUBT = "a win that may be chance: among so many claims it does not survive"


def portfolio_lines(portfolio: Portfolio | None, write: Callable[[str], str] = one_line) -> list[str]:
    """What the wins add up to, and how good the forecasts were; nothing where there is no portfolio."""
    if portfolio is None:
        return []
    return [*_wins(portfolio, write), *_forecasts(portfolio)]


def portfolio_document(portfolio: Portfolio | None) -> dict[str, object] | None:
    return None if portfolio is None else asdict(portfolio)


def _wins(portfolio: Portfolio, write: Callable[[str], str]) -> list[str]:
    if not portfolio.wins:
        return []
    surviving = portfolio.wins - len(portfolio.doubtful)
    told = f"{surviving} of {portfolio.wins} win{'s' if portfolio.wins != 1 else ''} survive"
    told += f"{'s' if surviving == 1 else ''} among {portfolio.claims} claims read together"
    sums = [_added(item, write) for item in portfolio.added]
    return [f"{told}; after shrinkage they add up to", *sums] if sums else [f"{told}."]


def _added(item: Added, write: Callable[[str], str]) -> str:
    shrunk, as_read = number(item.shrunk, item.unit), number(item.as_read, item.unit)
    return f"- {write(item.title)}: {shrunk}, read as {as_read}"


def _forecasts(portfolio: Portfolio) -> list[str]:
    found = portfolio.forecasts
    if found is None:
        return []
    told = f"{found.held} of {found.bets} intervals hold what the bet expected"
    return [f"{told}; the median effect was {100 * found.came_share:.0f}% of it."]
