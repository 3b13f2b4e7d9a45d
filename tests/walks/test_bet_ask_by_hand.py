"""Every number that `bet ask` states, worked out again from the raw files: plain SQL, plain loops, own formulas.

Nothing here calls what the answers were computed with.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from statistics import NormalDist
from typing import Any

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from aftermerge.bootstrap import open_workspace
from aftermerge.demo.build import build
from aftermerge.jobs.bet_ask import ask_bets
from aftermerge.jobs.run import run
from aftermerge.model.asked import Answer
from aftermerge.model.readout import Subject
from support.real_data import real_data
from support.walks import aftermerge, cookie_cats, sqlite_utils

Floats = NDArray[np.float64]
TODAY = date(2026, 6, 14)
NOON = datetime.combine(TODAY, time(12), UTC)
Z = NormalDist()
TEN = (
    "arrival-autofill", "berth-map", "berth-suggestions", "faster-export", "gate-pin",
    "invoice-on-departure", "invoice-reminders", "plain-import-errors", "stay-signed-in", "tide-digest",
)  # fmt: skip

# A second bet on a metric that one was read out on, in words of which half are the first one's; its customers are known
# by an export of their accounts, of which one pays more than it did.
SECOND = """---
bet: second-export
asked: "An export-all button in the menu"
helps: "Exports that finish before the user gives up, at night"
problem: night-export
metric: exports_finished
expect: +20pp
worth: 2pp
decide: 2026-07-14
---
"""
ACCOUNTS = """id,time,text,customer,account,mrr,problem
1,2026-05-01,It stops at night,ada,north,100,night-export
2,2026-05-02,Still stops,ada,north,250,night-export
3,2026-05-03,No file,bo,south,40,night-export
4,2026-05-04,No file again,cy,,,night-export
5,2026-05-05,Something else,di,west,900,
"""
SOURCE = '\n[[source]]\nkind = "csv"\nname = "accounts"\npath = "data/accounts.csv"\nas = "feedback"\n'


@dataclass(frozen=True, slots=True)
class Asked:
    """A workspace on disk, and what was answered of each bet, by question."""

    root: Path
    answers: Mapping[str, Mapping[str, Answer]]

    def told(self, bet: str, question: str) -> str:
        return self.answers[bet][question].told

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Over the demo's files: `events` and `tickets` with London's day of each row, `daily` as it is."""
        data = self.root / "data"
        london = "timezone('Europe/London', {}::TIMESTAMP AT TIME ZONE 'UTC')::DATE AS london"
        with duckdb.connect(config={"threads": 2}) as con:
            con.sql("SET TimeZone = 'UTC'")
            con.sql(f"CREATE VIEW events AS SELECT *, {london.format('ts')} FROM '{data}/events.parquet'")  # noqa: S608
            con.sql(f"CREATE VIEW daily AS SELECT * FROM '{data}/daily.parquet'")  # noqa: S608
            con.sql(f"CREATE VIEW tickets AS SELECT *, {london.format('created_at')} FROM '{data}/support.csv'")  # noqa: S608
            return con.sql(query).fetchall()


def answered(root: Path) -> Asked:
    with open_workspace(root, {}, lambda: NOON) as workspace:
        found = ask_bets(workspace)
    return Asked(root, {item.bet.slug: {answer.name: answer for answer in item.answers} for item in found})


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    root = tmp_path_factory.mktemp("hand") / "harbor"
    build(root, 7, TODAY)
    (root / "bets" / "second-export.md").write_text(SECOND)
    (root / "data" / "accounts.csv").write_text(ACCOUNTS)
    (root / "aftermerge.toml").write_text((root / "aftermerge.toml").read_text() + SOURCE)
    with open_workspace(root, {}, lambda: NOON) as workspace:
        run(workspace, lambda name, done, total: None)
    return answered(root)


def front(root: Path, bet: str) -> dict[str, str]:
    lines = (root / "bets" / f"{bet}.md").read_text().split("---")[1].strip().splitlines()
    pairs = (line.partition(": ") for line in lines)
    return {key: value.strip('"') for key, _, value in pairs}


@pytest.mark.parametrize("bet", TEN)
def test_who_asked_counts_what_the_tickets_hold(harbor: Asked, bet: str) -> None:
    said = front(harbor.root, bet)
    cited = re.findall(r"support:(\d+)", (harbor.root / "bets" / f"{bet}.md").read_text())
    query = f"SELECT count(*), count(DISTINCT customer) FROM tickets WHERE problem = '{said['problem']}'"  # noqa: S608
    ((pieces, customers),) = harbor.rows(f"{query} OR (problem IS NULL AND id IN ({', '.join(cited)}))")
    told, _, likely = harbor.told(bet, "who_asked").partition("; ")
    assert told == f"{customers} customers in {pieces} pieces of feedback"
    assert not likely or re.fullmatch(r"\d+ more by likeness alone", likely)


def test_what_customers_are_worth_is_the_newest_value_of_each_account(harbor: Asked) -> None:
    told = harbor.told("second-export", "who_asked")
    assert told == f"3 customers in 4 pieces of feedback, worth {250 + 40} together"


_DAILY = {
    "arrivals_logged": "count(DISTINCT user_id) FILTER (event = 'arrival_logged') / count(DISTINCT user_id)",
    "exports_finished": "count(DISTINCT user_id) FILTER (event = 'export_completed') / count(DISTINCT user_id)",
    "berths_assigned": "count(*) FILTER (event = 'berth_assigned')",
    "invoices_paid": "sum(amount) FILTER (event = 'invoice_paid')",
    "import_failures": "count(*) FILTER (event = 'import_failed') / count(*) FILTER (event = 'import_started')",
}
_ROWS = {
    "berth_bookings": "berth-bookings",
    "gate_checkins": "gate-checkins",
    "invoices_emailed": "invoices-emailed",
    "tide_alerts_read": "tide-alerts-read",
}


def by_day(harbor: Asked, metric: str) -> dict[date, float]:
    if metric in _DAILY:
        return dict(harbor.rows(f"SELECT london, {_DAILY[metric]} FROM events GROUP BY 1 ORDER BY 1"))  # noqa: S608
    if metric in _ROWS:
        query = f"SELECT day::DATE, value::DOUBLE FROM daily WHERE metric = '{_ROWS[metric]}' ORDER BY 1"  # noqa: S608
        return dict(harbor.rows(query))
    active = dict(harbor.rows("SELECT london, count(DISTINCT user_id) FROM events GROUP BY 1 ORDER BY 1"))
    written = dict(
        harbor.rows("SELECT london, count(*) FROM tickets WHERE problem = 'signed-out-on-the-quay' GROUP BY 1")
    )
    # The last ticket came in the afternoon, so that its day is not over.
    ((last,),) = harbor.rows("SELECT max(london) FROM tickets")
    return {day: written.get(day, 0) / count for day, count in active.items() if day < last}


@pytest.mark.parametrize("bet", TEN)
def test_where_the_metric_is_now_is_the_mean_of_its_last_28_days(harbor: Asked, bet: str) -> None:
    values = by_day(harbor, front(harbor.root, bet)["metric"])
    days = sorted(values)[-28:]
    mean, told = sum(values[day] for day in days) / 28, harbor.told(bet, "metric_alive")
    (stated,) = re.findall(r"was (\S+) on average", told)
    shown = float(stated.replace(",", "").rstrip("%")) / (100 if stated.endswith("%") else 1)
    assert shown == pytest.approx(mean, rel=3e-3 if stated.endswith("%") else 5e-4)
    assert told.endswith(f"last recorded on {days[-1]:%-d %b %Y}")
    assert days[-1] >= date(2026, 6, 12)


@cache
def last_of_looks(looks: int = 28, alpha: float = 0.05, paths: int = 1_000_000) -> float:
    """The last boundary of O'Brien–Fleming spending (Lan and DeMets 1983), half of it on each side, at equal looks: of
    the walks that have not crossed yet, as many are let cross as may."""
    rng = np.random.default_rng(1)
    walks, spent, bound = np.zeros(paths), 0, math.inf
    for look in range(1, looks + 1):
        walks = walks + rng.normal(0, 1 / math.sqrt(looks), len(walks))
        may = round(paths * 4 * (1 - Z.cdf(Z.inv_cdf(1 - alpha / 4) / math.sqrt(look / looks)))) - spent
        if may:
            bound = float(np.partition(np.abs(walks), len(walks) - may)[len(walks) - may])
            kept = walks[np.abs(walks) < bound]
            spent, walks = spent + len(walks) - len(kept), kept
    return bound


def test_the_boundary_of_five_looks_is_the_one_in_the_books() -> None:
    assert last_of_looks(5) == pytest.approx(2.031, abs=0.01)


def residual_sd(values: Sequence[Floats]) -> tuple[float, float]:
    """Of a unit's y (or y − R·d, over the mean of d), less what x tells of it; and the mean or the ratio."""
    y, x, d, w = values
    ratio = y.mean() / d.mean()
    error, past = y - ratio * d, x - (x.mean() / w.mean() if w.mean() else 0.0) * w
    left = ((error - error.mean()) ** 2).sum()
    if (past**2).sum() > 0:
        left -= ((error - error.mean()) @ (past - past.mean())) ** 2 / ((past - past.mean()) ** 2).sum()
    return math.sqrt(left / (len(y) - 1)) / d.mean(), ratio


def units_of(harbor: Asked, flag: str, days: int, y: str, d: str = "1") -> tuple[int, int, int, list[Floats]] | None:
    """Units in each arm whose window has closed, over how many days they closed, and what each did in it and before."""
    first = f"""SELECT user_id, min(variant) AS arm, min(ts) AS t0 FROM events WHERE flag = '{flag}'
                GROUP BY 1 HAVING count(DISTINCT variant) = 1"""  # noqa: S608
    window = f"INTERVAL {days} DAY"
    inside, before = f"e.ts >= t0 AND e.ts < t0 + {window}", f"e.ts < t0 AND e.ts >= t0 - {window}"
    part = "coalesce({0}, 0)"
    columns = [part.format(each.format(inside)) for each in (y,)] + [part.format(y.format(before))]
    columns += ["1", "1"] if d == "1" else [part.format(d.format(inside)), part.format(d.format(before))]
    closed = f"timezone('Europe/London', (t0 + {window} - INTERVAL 1 MICROSECOND) AT TIME ZONE 'UTC')::DATE"
    found = harbor.rows(
        f"""WITH first AS ({first}), span AS (SELECT max(ts) AS last FROM events)
            SELECT arm, {closed}, {", ".join(columns)} FROM first CROSS JOIN span LEFT JOIN events e
            ON e.user_id = first.user_id AND e.ts >= t0 - {window} AND e.ts < t0 + {window}
            WHERE t0 + {window} <= span.last GROUP BY first.user_id, arm, t0"""  # noqa: S608
    )
    if not found:
        return None
    sizes = [sum(row[0] == variant for row in found) for variant in sorted({row[0] for row in found})]
    span = (max(row[1] for row in found) - min(row[1] for row in found)).days + 1
    return sizes[0], sizes[1], span, [np.array([float(row[at]) for row in found]) for at in (2, 3, 4, 5)]


def _did(event: str) -> str:
    return f"max(CASE WHEN e.event = '{event}' AND {{0}} THEN 1 END)"


def _times(event: str, value: str = "1") -> str:
    return f"sum(CASE WHEN e.event = '{event}' AND {{0}} THEN {value} END)"


EXPERIMENTS = {
    "arrival-autofill": (7, 0.03, False, _did("arrival_logged"), "1"),
    "faster-export": (14, 0.02, False, _did("export_completed"), "1"),
    "berth-suggestions": (14, 0.04, True, _times("berth_assigned"), "1"),
    "invoice-reminders": (14, 0.10, True, _times("invoice_paid", "e.amount"), "1"),
    "plain-import-errors": (7, 0.04, False, _times("import_failed"), _times("import_started")),
}
FLAGS = ("arrival-autofill", "bulk-export", "suggest-berth", "invoice-reminders", "plain-errors")


@pytest.mark.parametrize("bet", EXPERIMENTS)
def test_an_experiment_shows_its_effect_after_as_many_units_as_the_formula_says(harbor: Asked, bet: str) -> None:
    """n = 4 (c + z)² sd² / effect², from the flag on which most is known, and then their window."""
    window, effect, is_relative, *columns = EXPERIMENTS[bet]
    tried = [found for flag in FLAGS if (found := units_of(harbor, flag, window, *columns))]
    control, treatment, days, values = max(tried, key=lambda one: 1 / (1 / one[0] + 1 / one[1]))
    equal = 4 / (1 / control + 1 / treatment)
    sd, mean = residual_sd(values)
    wanted = math.log1p(effect) / (1 / mean) if is_relative else effect
    needed = 4 * (last_of_looks() + Z.inv_cdf(0.8)) ** 2 * sd**2 / wanted**2
    by_hand = window + needed / (equal / days)
    (stated,) = re.findall(r"is seen (\d+) days", harbor.told(bet, "visible"))
    assert int(stated) == pytest.approx(by_hand, rel=0.01, abs=1)


RELEASED = {"berth-map": 101, "gate-pin": 64, "invoice-on-departure": 136, "tide-digest": 88}
"""Days before today on which each reached users: what it did is no noise."""


def naive_percent(own: Mapping[date, float], sisters: Sequence[Mapping[date, float]], days: int, until: date) -> float:
    """The smallest rise that shows four times in five, by the mean of the days after a date less that of eight weeks
    before it, on weekly dates, of the logarithm beside that of its sisters, each weekday by itself: 2.8 sd of that."""
    known = [day for day in sorted(own) if day < until]
    common = {day: sum(math.log(one[day]) for one in sisters) / max(len(sisters), 1) for day in known}
    beside = {day: math.log(own[day]) - common[day] for day in known}
    of_week = {at: np.mean([value for day, value in beside.items() if day.weekday() == at]) for at in range(7)}
    values = [beside[day] - of_week[day.weekday()] for day in known]
    dates = range(56, len(values) - days, 7)
    moved = [np.mean(values[at + 1 : at + 1 + days]) - np.mean(values[at - 56 : at]) for at in dates]
    return 100 * math.expm1((Z.inv_cdf(0.975) + Z.inv_cdf(0.8)) * float(np.std(moved)))


@pytest.mark.parametrize("bet", RELEASED)
def test_a_series_shows_within_a_week_what_a_plain_comparison_shows_too(harbor: Asked, bet: str) -> None:
    names = {row for (row,) in harbor.rows("SELECT DISTINCT metric FROM daily")} - set(_ROWS.values())
    rows = harbor.rows("SELECT metric, day::DATE, value FROM daily")
    sisters = [{day: value for name, day, value in rows if name == sister} for sister in sorted(names)]
    said = front(harbor.root, bet)
    worth, until = float(said["worth"].rstrip("%")), TODAY - timedelta(days=RELEASED[bet])
    assert harbor.told(bet, "visible") == f"{said['worth']} is seen 7 days after it reaches users"
    assert naive_percent(by_day(harbor, said["metric"]), sisters, 7, until) <= worth


def test_what_complaints_would_not_show_is_more_than_their_own_readout_could_tell(harbor: Asked) -> None:
    """Its interval of 28 days, half as wide again by the power, is the smallest fall that it shows: above the worth."""
    assert harbor.told("stay-signed-in", "visible") == "30% would not be seen within 84 days at this traffic"
    shown = aftermerge(harbor.root, "measure", "show", "stay-signed-in", "--json").json["readouts"]
    (own,) = [readout for readout in shown if readout["role"] == "primary"]
    half = (math.log1p(own["high"] / 100) - math.log1p(own["low"] / 100)) / 2
    assert 100 * -math.expm1(-half * (1 + Z.inv_cdf(0.8) / Z.inv_cdf(0.975))) > 30


def shrunk(estimates: Sequence[float], sds: Sequence[float]) -> list[float]:
    """Towards zero: the spread between bets is what makes their squares add up to their number less two."""
    low, high = 0.0, 1000.0
    for _ in range(200):
        middle = (low + high) / 2
        total = sum(e**2 / (middle + sd**2) for e, sd in zip(estimates, sds, strict=True))
        low, high = (middle, high) if total > len(estimates) - 2 else (low, middle)
    return [e * low / (low + sd**2) for e, sd in zip(estimates, sds, strict=True)]


def test_of_one_earlier_bet_its_estimate_stands_as_it_was_read_out(harbor: Asked) -> None:
    shown = aftermerge(harbor.root, "measure", "show", "faster-export", "--json").json["readouts"]
    (own,) = [readout for readout in shown if readout["role"] == "primary"]
    assert harbor.told("second-export", "earlier") == (
        f"1 of 1 reached 2pp; the most, of `faster-export`, was +{own['estimate']:.1f} pp once chance is taken out: "
        f"such a claim comes true about {(1 + 0.5) / (1 + 1):.0%} of the time; 20pp is more than any of them did"
    )


def test_of_several_earlier_bets_chance_is_taken_out_first(harbor: Asked, tmp_path: Path) -> None:
    """Made-up readouts of four bets, of which two look as if they had reached 2pp."""
    estimates, sds = [4.0, 2.2, -1.0, 0.5], [0.5, 1.5, 1.0, 0.8]
    reached = sum(value >= 2 for value in shrunk(estimates, sds))
    assert reached == 1, "by hand, the second one's was luck"
    with open_workspace(harbor.root, {}, lambda: NOON) as workspace:
        at, readouts = workspace.ledger.readouts()
        made = [
            replace(
                own, subject=Subject("bet", f"earlier-{place}"), estimate=value, low=value - half, high=value + half
            )
            for own in readouts
            if own.subject.id == "faster-export" and own.role == "primary"
            for place, (value, half) in enumerate(zip(estimates, [1.959964 * sd for sd in sds], strict=True))
        ]
        workspace.ledger.replace_readouts(at or NOON, made)
        (found,) = ask_bets(workspace, ("second-export",))
        workspace.ledger.replace_readouts(at or NOON, readouts)
    (told,) = [answer.told for answer in found.answers if answer.name == "earlier"]
    most = max(shrunk(estimates, sds))
    assert told.startswith(f"1 of 4 reached 2pp; the most, of `earlier-0`, was +{most:.1f} pp once chance")
    assert f"about {(1 + 0.5) / (4 + 1):.0%} of the time" in told


def test_a_copy_is_one_that_shares_half_of_its_words(harbor: Asked) -> None:
    words = {}
    for path in sorted((harbor.root / "bets").glob("*.md")):
        said = front(harbor.root, path.stem)
        words[path.stem] = {
            word for word in re.findall(r"\w+", f"{said['asked']} {said['helps']}".lower()) if len(word) > 2
        }
    for bet, own in words.items():
        shared = {other: len(own & theirs) / len(own | theirs) for other, theirs in words.items() if other != bet}
        alike = [other for other, share in shared.items() if share >= 0.5]
        told = harbor.told(bet, "copy")
        assert told.startswith(f"`{alike[0]}` says nearly the same") if alike else told == "none is like it"
    assert harbor.told("second-export", "copy").startswith("`faster-export`")


@pytest.fixture(scope="module")
def cats(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = cookie_cats(tmp_path_factory.mktemp("hand") / "cats")
    aftermerge(folder, "sync")
    aftermerge(folder, "measure", "run")
    return answered(folder)


@pytest.mark.parametrize(("bet", "column"), [("gate-at-40", "retention_7"), ("gate-day-one", "retention_1")])
def test_ninety_thousand_players_would_show_what_the_formula_says(cats: Asked, bet: str, column: str) -> None:
    """2 (c + z) sd / √n, of as many in two equal arms; when, nobody knows: the table has no times."""
    table = real_data("experiments", "cookie_cats.csv.gz")
    query = f"SELECT version, count(*), avg({column}::INT) FROM '{table}' GROUP BY 1 ORDER BY 1"  # noqa: S608
    (_, thirty, first), (_, forty, second) = duckdb.execute(query).fetchall()
    share = (thirty * first + forty * second) / (thirty + forty)
    equal = 4 / (1 / thirty + 1 / forty)
    smallest = 200 * (last_of_looks() + Z.inv_cdf(0.8)) * math.sqrt(share * (1 - share) / equal)
    answers = cats.answers[bet]
    shown = re.search(r"its ([\d,]+) units would show \+([\d.]+) pp", answers["visible"].told)
    assert shown
    assert shown[1] == f"{thirty + forty:,}"
    assert float(shown[2]) == pytest.approx(smallest, abs=0.006)
    assert answers["metric_alive"].told == f"`{column}` is not recorded by day"
    assert answers["who_asked"].told == "the bet names no problem"
    assert answers["earlier"].outcome == "missing", "what was claimed afterwards is no experience"


PLUGINS = """---
bet: plugins
helps: "More people extend it, and so install it"
metric: downloads
expect: +90%
worth: 80%
---
"""


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    folder = sqlite_utils(tmp_path_factory.mktemp("hand") / "sqlite-utils")
    (folder / "bets" / "plugins.md").write_text(PLUGINS)
    (folder / "bets" / "small.md").write_text(PLUGINS.replace("plugins", "small").replace("80%", "50%"))
    aftermerge(folder, "sync")
    return answered(folder)


def test_downloads_show_a_rise_by_four_fifths_and_none_by_a_half(downloads: Asked) -> None:
    path = real_data("timeseries", "pypi_daily_downloads_simonw_203_packages.parquet")
    rows = duckdb.execute(
        f"SELECT date::DATE, downloads FROM '{path}' WHERE package = 'sqlite-utils' ORDER BY 1"  # noqa: S608
    ).fetchall()
    last = rows[-28:]
    told = downloads.told("plugins", "metric_alive")
    mean = sum(value for _, value in last) / 28
    assert told == f"`downloads` was {mean:,.0f} on average, last recorded on {last[-1][0]:%-d %b %Y}"
    assert downloads.answers["plugins"]["metric_alive"].outcome == "warn", "the data end long before today"
    by_hand = [naive_percent(dict(rows), [], days, TODAY) for days in (7, 14, 28, 56, 84)]
    assert downloads.told("plugins", "visible") == "80% is seen 7 days after it reaches users"
    assert by_hand[0] < 80
    assert downloads.told("small", "visible") == "50% would not be seen within 84 days at this traffic"
    assert min(by_hand) > 50
