"""`bet new`: a bet's file from what is known already; what is not is left to be written."""

from dataclasses import dataclass, replace

from aftermerge.bet.parse import parse_bet
from aftermerge.bet.write import bet_file
from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.bet import Bet
from aftermerge.model.metric import FEEDBACK_RATE, Metric
from aftermerge.ports import Ledger

_WHY = "Why we believe it, in a few paragraphs. Feedback is cited by id, never quoted."
_MOST_CITED = 5


@dataclass(frozen=True, slots=True)
class Draft:
    """Where the file goes, relative to the workspace, and its text."""

    path: str
    text: str


def draft(bet: Bet, metrics: tuple[Metric, ...], ledger: Ledger) -> Draft:
    """The file of a new bet; the first feedback about its problem is cited.

    Raises:
        UnknownIdError: it names a metric that is not there.
        InputError: a bet of that name is there already, or the name can't be one.
    """
    if any(known.slug == bet.slug for known in ledger.bets()):
        then = f"`aftermerge bet show {bet.slug}` shows it; choose another name"
        raise InputError(f"there is a bet `{bet.slug}` already", then=then)
    known = [metric.name for metric in (FEEDBACK_RATE, *metrics)]
    if bet.metric not in known:
        raise UnknownIdError(f"metrics.toml has no metric `{bet.metric}`", then=nearest(bet.metric, known))
    path = f"bets/{bet.slug}.md"
    text = bet_file(replace(bet, why=_why(bet, ledger)))
    parse_bet(text, path)
    return Draft(path, text)


def _why(bet: Bet, ledger: Ledger) -> str:
    cited = [f"`{row.id}`" for row in ledger.feedback(bet.problem)[:_MOST_CITED]] if bet.problem else []
    return f"{_WHY}\n\nThey asked: {', '.join(cited)}." if cited else _WHY
