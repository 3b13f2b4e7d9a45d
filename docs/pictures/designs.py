"""A readout of each design on simulated data: its picture, and its text in the page that explains the design.

`uv run python docs/pictures/designs.py` draws the pictures, and writes the texts and what the examples print anew.
"""

import doctest
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aftermerge.figures import VegaFigures, save_figure
from aftermerge.measure.before_after import read_series
from aftermerge.measure.calendar import calendar_of
from aftermerge.measure.case import Case
from aftermerge.measure.few_units import read_segments
from aftermerge.measure.history import history_of
from aftermerge.measure.past import Past
from aftermerge.measure.randomised import read_arms
from aftermerge.measure.staggered import read_rollout
from aftermerge.measure.verdict import judge
from aftermerge.model.amount import parse_amount
from aftermerge.model.change import Release
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Arms, ArmsOfDay, Rollout, Segments, Series, SeriesQuestion
from aftermerge.model.readout import Readout, Readouts, Subject
from aftermerge.render.figures import figure
from aftermerge.render.readouts import readouts_text
from aftermerge.stats import Cohort, Moments
from aftermerge.stats.moments import EMPTY

Floats = NDArray[np.float64]

PICTURES = Path(__file__).parent
PAGES = PICTURES.parent / "explanation" / "designs"
FIRST_DAY = date(2025, 1, 6)
FRAMED = datetime(2025, 1, 2, tzinfo=UTC)
WEEK = np.array([0.0, 0.05, 0.04, 0.03, 0.0, -0.2, -0.25])


def at(day: date) -> datetime:
    return datetime.combine(day, time(9), UTC)


def case_of(slug: str, metric: Metric, reached: date) -> Case:
    return Case(Subject("bet", slug), metric, "primary", FRAMED, at(reached), release="v4.2.0")


# A: half of the new users of four weeks, by chance


def randomised() -> Readout:
    """Exports in a user's first week, +6% by a flag; what they exported in the week before is known."""
    rng, days = np.random.default_rng(2), [FIRST_DAY + timedelta(7 + day) for day in range(28)]
    looks: list[ArmsOfDay] = []
    plans: dict[str, dict[str, Moments]] = {"solo": {}, "team": {}}
    for day in days:
        arms = {variant: _by_plan(rng, 1.06 if variant == "on" else 1.0) for variant in ("off", "on")}
        looks.append(ArmsOfDay(day, {variant: found["solo"] + found["team"] for variant, found in arms.items()}))
        for variant, found in arms.items():
            for plan, more in found.items():
                plans[plan][variant] = plans[plan].get(variant, EMPTY) + more
    total = {variant: sum((look.arms[variant] for look in looks), EMPTY) for variant in ("off", "on")}
    exposed = {variant: moments.n for variant, moments in total.items()}
    arms_found = Arms(total, exposed, segments=plans, days=tuple(looks), first_exposure=at(FIRST_DAY))
    metric = Metric("exports", "count", "app", "up", parse_amount("3%"), "Exports a user", window_days=7)
    case = replace(case_of("bulk-export", metric, FIRST_DAY), flag="bulk-export", decide=days[-1])
    return judge(case, read_arms(case, arms_found, days[-1] + timedelta(3)))


def _by_plan(rng: np.random.Generator, factor: float) -> dict[str, Moments]:
    found = {}
    for plan, mean, users in (("solo", 3.0, 130), ("team", 6.0, 70)):
        habit = rng.gamma(2.0, mean / 2, rng.poisson(users))
        found[plan] = _moments(rng.poisson(habit * factor), rng.poisson(habit))
    return found


def _moments(after: NDArray[np.int64], before: NDArray[np.int64]) -> Moments:
    y, x = after - after.mean(), before - before.mean()
    sums = {"mean_x": float(before.mean()), "ss_x": float(x @ x), "sp_yx": float(y @ x)}
    return Moments(len(after), float(after.mean()), float(y @ y), **sums)


# B: user by user, and by region


def staggered() -> Readout:
    """Saves a week of 4,500 users who got an editor in four waves or not yet, +8% from then on."""
    rng, weeks, begun = np.random.default_rng(3), 22, 11
    season = 1 + 0.1 * np.sin(np.arange(weeks) / 4)
    cohorts = []
    for adopted, users in ((11, 900), (12, 900), (13, 900), (15, 900), (None, 900)):
        has_it = np.zeros(weeks) if adopted is None else (np.arange(weeks) >= adopted).astype(float)
        rate = rng.gamma(6.0, 1.5, (users, 1)) * season * (1 + 0.08 * has_it)
        cohorts.append(_cohort(adopted, rng.poisson(rate).astype(float)))
    rollout = Rollout(FIRST_DAY, 7, tuple(cohorts), begun, wanted=9, left_out=1210)
    begins = FIRST_DAY + timedelta(7 * begun)
    metric = Metric("saves", "mean", "app", "up", parse_amount("5%"), "Saves a user and week", window_days=28)
    case = replace(case_of("new-editor", metric, begins), flag="new-editor")
    return judge(case, read_rollout(case, rollout, FIRST_DAY + timedelta(7 * weeks + 1), at(begins)))


def _cohort(adopted: int | None, values: Floats) -> Cohort:
    mean = values.mean(axis=0)
    return Cohort(adopted, len(values), mean, (values - mean).T @ (values - mean))


def few_units() -> Readout:
    """Bookings of 16 countries that share three slow paths; two of them got instant booking, +9%."""
    rng, days, switch = np.random.default_rng(4), 238, 203
    names = ("AT", "BE", "CH", "CZ", "DE", "DK", "ES", "FI", "FR", "IE", "IT", "NL", "NO", "PL", "PT", "SE")
    paths = rng.normal(size=(3, days)).cumsum(axis=1) * 0.02
    log = rng.uniform(4, 7, (len(names), 1)) + rng.dirichlet(np.full(3, 0.3), len(names)) @ paths
    log = log + WEEK[np.arange(days) % 7] + rng.normal(size=log.shape) * 0.04
    for name in ("DK", "SE"):
        log[names.index(name), switch:] += np.log(1.09)
    begins = FIRST_DAY + timedelta(switch)
    metric = Metric("bookings", "series", "sales", "up", parse_amount("4%"), "Bookings a day", value="bookings")
    case = replace(case_of("instant-booking", metric, begins), rollout={"DK": begins, "SE": begins})
    segments = Segments(FIRST_DAY, names, np.exp(log))
    return judge(case, read_segments(case, segments, FIRST_DAY + timedelta(days)))


# C: one date


def before_after() -> Readout:
    """Sign-ups a day, +10% from one release on; four other series share its weather."""
    rng, days, switch = np.random.default_rng(4), 640, 600
    weather = _lingering(rng, days, 0.8, 0.03)
    loads = {"docs_visits": 1.0, "forum_posts": 0.6, "newsletter": 0.3, "support_chats": 0.0}
    level = WEEK[np.arange(days) % 7] + 0.0004 * np.arange(days)
    controls = {name: np.exp(6 + level + load * weather + _noise(rng, days)) for name, load in loads.items()}
    log = 5 + level + weather + _noise(rng, days)
    log[switch + 1 :] += np.log(1.10)
    series = Series(FIRST_DAY, np.round(np.exp(log)), controls=controls)
    begins = FIRST_DAY + timedelta(switch)
    metric = Metric("signups", "series", "web", "up", parse_amount("5%"), "Sign-ups a day", value="signups")
    case, key = case_of("shorter-form", metric, begins), SeriesQuestion(metric).key
    release = Release("v4.2.0", "git", "tag", at(begins))
    past = Past({key: history_of(metric, series)}, {key: metric}, calendar_of([case], [release], UTC))
    return judge(case, read_series(case, key, series, past, FIRST_DAY + timedelta(days)))


def _noise(rng: np.random.Generator, days: int) -> Floats:
    return _lingering(rng, days, 0.3, 0.03)


def _lingering(rng: np.random.Generator, days: int, rho: float, sd: float) -> Floats:
    errors = np.zeros(days)
    for day in range(1, days):
        errors[day] = rho * errors[day - 1] + rng.normal() * sd
    return errors


DESIGNS: Mapping[str, tuple[Callable[[], Readout], str]] = {
    "randomised": (randomised, "Exports a user"),
    "staggered": (staggered, "Saves a user and week"),
    "few-units": (few_units, "Bookings a day"),
    "before-after": (before_after, "Sign-ups a day"),
}
"""By the name of the page and the picture: the readout, and what its metric is called."""


def told(readout: Readout) -> str:
    """As `aftermerge measure show` prints it."""
    return readouts_text(Readouts(at(FIRST_DAY), (readout,)))


def block(readout: Readout) -> str:
    return f"<!-- readout -->\n```text\n{told(readout)}\n```\n<!-- /readout -->"


def with_readout(page: str, readout: Readout) -> str:
    return re.sub(r"<!-- readout -->.*<!-- /readout -->", lambda _: block(readout), page, flags=re.DOTALL)


def examples(page: str) -> list[doctest.Example]:
    """The worked example of a page, over all its blocks."""
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    return doctest.DocTestParser().get_examples("".join(blocks))


class Rewriter(doctest.DocTestRunner):
    """Writes what each example prints into the page, where it is something else than stands there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page

    def report_failure(self, out: object, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        typed = ">>> " + example.source.rstrip("\n").replace("\n", "\n... ") + "\n"
        self.page = self.page.replace(typed + example.want, typed + got, 1)


def with_examples(page: str) -> str:
    rewriter = Rewriter(page)
    rewriter.run(doctest.DocTest(examples(page), {}, "page", None, 0, None), out=lambda _: None)
    return rewriter.page


def main() -> None:
    for name, (read, label) in DESIGNS.items():
        readout, page = read(), PAGES / f"{name}.md"
        spec = figure(readout, label)
        if spec is None:
            raise SystemExit(f"{name}: the readout has no chart: {readout.reason}")
        save_figure(VegaFigures(), spec, PICTURES / f"{name}.svg")
        print(f"{told(readout)}\n")
        if page.exists():
            page.write_text(with_examples(with_readout(page.read_text(), readout)))


if __name__ == "__main__":
    main()
