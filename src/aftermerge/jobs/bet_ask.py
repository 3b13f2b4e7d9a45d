"""The questions about one bet, with what its metric could show: both stages in one round."""

from dataclasses import replace

from aftermerge.bet.ask import Known, ask
from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.measure.power import PowerRequest, feasibility
from aftermerge.model.asked import AskedBet
from aftermerge.model.bet import Bet
from aftermerge.model.feasibility import Feasibility
from aftermerge.model.metric import FEEDBACK_RATE, Metric


def ask_bets(workspace: OpenWorkspace, slugs: tuple[str, ...] = ()) -> tuple[AskedBet, ...]:
    """The named bets, or all.

    Raises:
        UnknownIdError: a slug names no bet.
    """
    bets = {bet.slug: bet for bet in workspace.ledger.bets()}
    for slug in slugs:
        if slug not in bets:
            raise UnknownIdError(f"there is no bet `{slug}`", then=nearest(slug, sorted(bets)))
    return tuple(ask(bet, _known(bet, workspace), workspace.ledger) for bet in map(bets.__getitem__, slugs or bets))


def _known(bet: Bet, workspace: OpenWorkspace) -> Known:
    today = workspace.clock().astimezone(workspace.timezone).date()
    metric = _metric(bet, workspace)
    try:
        return Known(today, metric, _feasibility(bet, workspace))
    except InputError as error:
        return Known(today, metric, None, error.what)


def _metric(bet: Bet, workspace: OpenWorkspace) -> Metric:
    known = {metric.name: metric for metric in (FEEDBACK_RATE, *workspace.ledger.metrics())}
    metric = known[bet.metric]
    return replace(metric, problem=bet.problem) if metric.kind == "feedback_rate" and not metric.problem else metric


def _feasibility(bet: Bet, workspace: OpenWorkspace) -> Feasibility:
    request = PowerRequest(workspace.timezone, bet.metric, effect=bet.worth, holidays=workspace.holidays)
    return feasibility(request, workspace.ledger, workspace.usage)
