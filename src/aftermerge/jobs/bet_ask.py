"""The questions about bets, with what their metrics could show: both stages in one round."""

from collections.abc import Sequence
from dataclasses import replace

from aftermerge.bet.ask import Known, ask
from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.jobs.orphans import is_imported
from aftermerge.jobs.proposed import Proposed
from aftermerge.jobs.unheard import hears
from aftermerge.measure.power import PowerRequest, feasibility
from aftermerge.model.asked import AskedBet
from aftermerge.model.bet import Bet
from aftermerge.model.feasibility import Feasibility
from aftermerge.model.metric import FEEDBACK_RATE, Metric
from aftermerge.ports import Knowledge

_BETS_FOLDER = "bets"


def ask_bets(workspace: OpenWorkspace, slugs: tuple[str, ...] = ()) -> tuple[AskedBet, ...]:
    """The named bets, or all, as they were synced.

    Raises:
        UnknownIdError: a slug names no bet.
    """
    bets = {bet.slug: bet for bet in workspace.ledger.bets()}
    for slug in slugs:
        if slug not in bets:
            raise UnknownIdError(f"there is no bet `{slug}`", then=nearest(slug, sorted(bets)))
    return _asked([bets[slug] for slug in slugs or bets], workspace.ledger, workspace)


def ask_changed(workspace: OpenWorkspace, base: str) -> tuple[AskedBet, ...]:
    """The bets of the working tree that are new or other than where it parted from a commit. Nothing is stored.

    Raises:
        BetError: a file under bets/ has a mistake.
        DataError: where it parted is not known.
    """
    tree = workspace.proposed()
    changed = set(workspace.repository.changed_since(base, _BETS_FOLDER))
    return _asked([bet for bet in tree.bets if bet.file in changed], Proposed(workspace.ledger, tree), workspace)


def _asked(bets: Sequence[Bet], knowledge: Knowledge, workspace: OpenWorkspace) -> tuple[AskedBet, ...]:
    heard = _is_hearing(workspace)
    return tuple(ask(bet, replace(_known(bet, knowledge, workspace), hears=heard), knowledge) for bet in bets)


def _is_hearing(workspace: OpenWorkspace) -> bool:
    """Whether the ledger read any source that hears customers."""
    hearing = {source.name for source in workspace.settings.sources if hears(source)}
    return any(name in hearing or is_imported(workspace.ledger, name) for name in workspace.ledger.sources())


def _known(bet: Bet, knowledge: Knowledge, workspace: OpenWorkspace) -> Known:
    today = workspace.clock().astimezone(workspace.timezone).date()
    metric = _metric(bet, knowledge)
    try:
        return Known(today, metric, _feasibility(bet, knowledge, workspace))
    except InputError as error:
        return Known(today, metric, None, error.what)


def _metric(bet: Bet, knowledge: Knowledge) -> Metric:
    known = {metric.name: metric for metric in (FEEDBACK_RATE, *knowledge.metrics())}
    metric = known[bet.metric]
    return replace(metric, problem=bet.problem) if metric.kind == "feedback_rate" and not metric.problem else metric


def _feasibility(bet: Bet, knowledge: Knowledge, workspace: OpenWorkspace) -> Feasibility:
    request = PowerRequest(workspace.timezone, bet.metric, effect=bet.worth, holidays=workspace.holidays)
    return feasibility(request, knowledge, workspace.usage)
