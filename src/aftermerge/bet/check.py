"""What a bet says, held against the workspace's metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aftermerge.bet.parse import BET
from aftermerge.errors import BetError, Place, nearest
from aftermerge.model.bet import Bet
from aftermerge.model.front_matter import read_front_matter
from aftermerge.model.metric import FEEDBACK_RATE, Metric


def check_bets(bets: Sequence[Bet], metrics: Sequence[Metric], texts: Mapping[str, str] | None = None) -> None:
    """Check that every metric which a bet names is there, and that its amounts are in that metric's unit.

    `feedback_rate` is always there. `texts` are the files' texts by `Bet.file`; with them an error says its line.

    Raises:
        BetError: the first mistake.
    """
    known = {metric.name: metric for metric in (FEEDBACK_RATE, *metrics)}
    for bet in bets:
        text = (texts or {}).get(bet.file)
        for key, names in (("metric", (bet.metric,)), ("also", bet.also), ("guardrails", bet.guardrails)):
            for name in names:
                _check_metric(bet, key, name, known, text)
        _check_unit(bet, "expect", known[bet.metric], text)
        _check_unit(bet, "worth", known[bet.metric], text)


def with_current_names(bet: Bet, metrics: Sequence[Metric]) -> Bet:
    """The bet with each metric's old name (`was`) replaced by the one that it bears now."""
    now = {old: metric.name for metric in metrics for old in metric.was}
    return replace(
        bet,
        metric=now.get(bet.metric, bet.metric),
        also=tuple(now.get(name, name) for name in bet.also),
        guardrails=tuple(now.get(name, name) for name in bet.guardrails),
    )


def _check_metric(bet: Bet, key: str, name: str, known: Mapping[str, Metric], text: str | None) -> None:
    if name not in known:
        then = nearest(name, list(known)) if len(known) > 1 else f"write a table `[{name}]` in metrics.toml"
        raise BetError(f"metrics.toml has no metric `{name}`", where=_place(bet, key, text), then=then)
    if known[name].kind == "feedback_rate" and not (known[name].problem or bet.problem):
        what = f"`{name}` counts complaints about the bet's problem, and this bet names none"
        raise BetError(what, where=_place(bet, key, text), then="add `problem: …`")


def _check_unit(bet: Bet, key: str, metric: Metric, text: str | None) -> None:
    amount = bet.expect if key == "expect" else bet.worth
    if amount is None or amount.unit == metric.effect_unit:
        return
    what = f"`{key}: {amount}` is {amount.unit}, but effects on `{metric.name}` are {metric.effect_unit}"
    then = f"write it in the unit of the metric's own worth, {metric.worth}"
    raise BetError(what, where=_place(bet, key, text), then=then)


def _place(bet: Bet, key: str, text: str | None) -> Place:
    if text is None:
        return Place(bet.file)
    entries = read_front_matter(text, bet.file, BET).entries
    return Place(bet.file, entries[key].line if key in entries else 1)
