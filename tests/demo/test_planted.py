"""Is the truth in the data? Read out by plain SQL and schoolbook errors, without the code that is under test."""

import math
from datetime import date

import numpy as np
import pytest

from aftermerge.demo.bets import BETS
from aftermerge.demo.company import Experiment, HarborBet
from aftermerge.demo.metrics import MetricSpec, metric
from aftermerge.demo.series import SISTERS
from aftermerge.demo.timeline import Calendar
from support.harbor import TODAY, Harbor

CALENDAR = Calendar(TODAY)
ARMS = [
    (bet, metric(name))
    for bet in BETS
    if isinstance(bet.plant, Experiment)
    for name in (bet.metric, *bet.guardrails, *bet.also)
]
UNITS = """
WITH exposed AS (
  SELECT user_id, min(variant) AS variant, min(ts) AS t0
  FROM events WHERE event = 'exposure' AND flag = $1
  GROUP BY user_id HAVING count(DISTINCT variant) = 1
), closed AS (
  SELECT * FROM exposed WHERE t0 + to_days($4::INT) <= (SELECT max(ts) FROM events)
)
SELECT closed.variant,
  count(*) FILTER (event = $2) AS n, count(*) FILTER (event = $3) AS d,
  coalesce(sum(amount) FILTER (event = $2), 0) AS amount
FROM closed LEFT JOIN events
  ON events.user_id = closed.user_id AND ts >= t0 AND ts < t0 + to_days($4::INT)
GROUP BY closed.user_id, closed.variant
"""


def units_of(harbor: Harbor, bet: HarborBet, spec: MetricSpec) -> tuple[np.ndarray, np.ndarray]:
    """Control and treatment, (units, 2): a metric's numerator and denominator in each unit's window."""
    reads = dict(spec.reads)
    event = reads.get("numerator", reads.get("event"))
    assert isinstance(bet.plant, Experiment)
    rows = harbor.sql(UNITS, bet.plant.flag, event, reads.get("denominator"), spec.window_days)
    names = np.array([row[0] for row in rows])
    n, d, amount = np.array([row[1:] for row in rows], dtype=np.float64).T
    y = {"share": (n > 0).astype(np.float64), "sum": amount}.get(spec.kind, n)
    pairs = np.column_stack([y, d if spec.kind == "ratio" else np.ones_like(y)])
    return pairs[names == bet.plant.control], pairs[names == bet.plant.treatment]


def mean_and_variance(pairs: np.ndarray) -> tuple[float, float]:
    """Of a ratio of means, by the delta method."""
    y, d = pairs.T
    mean = y.mean() / d.mean()
    return float(mean), float(np.var((y - mean * d) / d.mean()) / len(pairs))


def empirical(harbor: Harbor, bet: HarborBet, spec: MetricSpec) -> tuple[float, float]:
    """Treatment − control and its standard error, in the metric's unit."""
    (c, var_c), (t, var_t) = (mean_and_variance(arm) for arm in units_of(harbor, bet, spec))
    if spec.unit == "percent":
        return 100 * (t / c - 1), 100 * math.sqrt(var_t / c**2 + t**2 * var_c / c**4)
    return 100 * (t - c), 100 * math.sqrt(var_t + var_c)


def truth(harbor: Harbor, bet: HarborBet, name: str) -> float:
    return next(e.effect for e in harbor.truth.effects if (e.bet, e.metric) == (bet.slug, name))


@pytest.mark.parametrize(("bet", "spec"), ARMS, ids=[f"{bet.slug}:{spec.name}" for bet, spec in ARMS])
def test_the_effect_of_a_flag_is_in_the_events(harbor: Harbor, bet: HarborBet, spec: MetricSpec) -> None:
    found, error = empirical(harbor, bet, spec)
    assert abs(found - truth(harbor, bet, spec.name)) < 4 * error


@pytest.mark.parametrize("slug", ["faster-export", "berth-suggestions"])
def test_a_large_effect_of_a_flag_can_be_seen(harbor: Harbor, slug: str) -> None:
    bet = next(bet for bet in BETS if bet.slug == slug)
    found, error = empirical(harbor, bet, metric(bet.metric))
    assert abs(found) > 4 * error
    assert abs(truth(harbor, bet, bet.metric)) >= 2 * float(bet.worth.rstrip("p%"))


def test_each_flag_was_given_by_a_fair_coin_and_a_few_users_met_both_sides(harbor: Harbor) -> None:
    rows = harbor.sql(
        "SELECT flag, variant, count(DISTINCT user_id) FROM events WHERE event = 'exposure' GROUP BY ALL ORDER BY ALL"
    )
    counts = {(flag, variant): n for flag, variant, n in rows}
    for bet in BETS:
        if isinstance(bet.plant, Experiment):
            control, treated = (counts[bet.plant.flag, v] for v in (bet.plant.control, bet.plant.treatment))
            assert abs(control - treated) < 4 * math.sqrt(control + treated)
            assert control > 5000


def log_gap(harbor: Harbor, row: str) -> tuple[list[date], np.ndarray]:
    """A row against the mean of its untouched sisters, log, (days,)."""
    rows = harbor.sql(
        "SELECT day, avg(ln(value)) FILTER (metric = $1) - avg(ln(value)) FILTER (list_contains($2, metric)) "
        "FROM daily GROUP BY day ORDER BY day",
        row,
        list(SISTERS),
    )
    return [day for day, _ in rows], np.array([gap for _, gap in rows])


@pytest.mark.parametrize("slug", ["invoice-on-departure", "berth-map", "gate-pin", "tide-digest"])
def test_a_shift_is_in_its_row_and_not_in_the_sisters(harbor: Harbor, slug: str) -> None:
    bet = next(bet for bet in BETS if bet.slug == slug)
    days, gap = log_gap(harbor, dict(metric(bet.metric).reads)["value"])
    assert bet.released is not None
    switch = days.index(CALENDAR.workday(bet.released)) + 1
    steps = [gap[day : day + 28].mean() - gap[day - 28 : day].mean() for day in range(28, len(gap) - 27)]
    placebos = np.std(steps[: switch - 28 - 28])
    found = steps[switch - 28]
    assert abs(found - math.log1p(truth(harbor, bet, bet.metric) / 100)) < 4 * placebos
    assert (abs(found) > 4 * placebos) == (slug != "berth-map")


def test_the_rows_go_back_two_years_and_end_with_yesterday(harbor: Harbor) -> None:
    ((first, last, days, rows),) = harbor.sql("SELECT min(day), max(day), count(DISTINCT day), count(*) FROM daily")
    assert ((TODAY - first).days, (TODAY - last).days, days) == (730, 1, 730)
    assert rows == days * (len(SISTERS) + 4)


@pytest.mark.parametrize("slug", ["stay-signed-in", "vat-hints"])
def test_relief_is_in_the_tickets_per_active_user(harbor: Harbor, slug: str) -> None:
    bet = next(bet for bet in BETS if bet.slug == slug)
    assert bet.released is not None
    released = CALENDAR.workday(bet.released)
    (before,), (after,) = (
        harbor.sql(
            f"SELECT (SELECT count(*) FROM tickets WHERE problem = $1 AND created_at::DATE {side} $2), "  # noqa: S608
            f"(SELECT count(DISTINCT (ts::DATE, user_id)) FROM events WHERE ts::DATE {side} $2)",
            bet.problem,
            released,
        )
        for side in ("<=", ">")
    )
    found = math.log(after[0] / after[1]) - math.log(before[0] / before[1])
    error = math.sqrt(1 / after[0] + 1 / before[0])
    assert abs(found - math.log1p(truth(harbor, bet, bet.metric) / 100)) < 4 * error
    assert (found < -4 * error) == (slug == "stay-signed-in")


def test_ratings_do_not_move_with_the_complaints(harbor: Harbor) -> None:
    released = CALENDAR.workday(41)
    rows = harbor.sql(
        "SELECT created_at::DATE > $1, avg(rating), var_samp(rating) / count(rating) FROM tickets GROUP BY 1", released
    )
    (_, mean_before, var_before), (_, mean_after, var_after) = sorted(rows)
    assert abs(mean_after - mean_before) < 4 * math.sqrt(var_before + var_after)


def test_tickets_read_like_a_mailbox(harbor: Harbor) -> None:
    ((tickets, customers, subjects, bodies),) = harbor.sql(
        "SELECT count(*), count(DISTINCT customer), count(DISTINCT subject), count(DISTINCT body) FROM tickets"
    )
    assert 600 <= tickets <= 1700
    assert 250 <= customers <= 300
    assert bodies > tickets / 2
    assert subjects > 40
    ((early, late, open_, german, emoji),) = harbor.sql(
        "SELECT count(*) FILTER (reply NOT LIKE 'Since v%'), count(*) FILTER (reply LIKE 'Since v%'), "
        "count(*) FILTER (reply IS NULL), count(*) FILTER (body LIKE '%Tablet%'), count(*) FILTER (body LIKE '%🙏%') "
        "FROM tickets"
    )
    assert min(early, late, open_) > 50
    assert min(german, emoji) > 5


def test_nobody_is_answered_before_they_wrote_nor_told_of_a_release_that_is_still_to_come(harbor: Harbor) -> None:
    released = {
        bet.problem: CALENDAR.released_at(bet.released).replace(tzinfo=None) for bet in BETS if bet.released is not None
    }
    rows = harbor.sql("SELECT problem, created_at, reply, replied_at FROM tickets WHERE reply IS NOT NULL")
    assert all(created_at < replied_at for _, created_at, _, replied_at in rows)
    told = [(problem, replied_at) for problem, _, reply, replied_at in rows if problem and reply.startswith("Since v")]
    assert {problem for problem, _ in told} == set(released)
    assert all(replied_at > released[problem] for problem, replied_at in told)
