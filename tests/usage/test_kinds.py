"""Every kind of metric against the slow and obvious computation, over random events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from aftermerge.model.plan import Arms, ArmsQuestion
from aftermerge.stats.moments import Moments
from support.plain_arms import Event, Unit, closed_units, finishes, moments_of, one, quantile_of
from support.usage import arms, failure, metric, usage, write_events

START = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = 3
STEPS = ("open", "save", "share")


def random_events(seed: int, units: int = 120) -> list[Event]:
    """Whole hours, so that many events share a moment with another one, with an exposure, or with a window's end."""
    rng = np.random.default_rng(seed)
    events = [Event(START + timedelta(days=12), "nobody", "end")]
    for n in range(units):
        name, shown_at = f"u{n}", START + timedelta(hours=int(rng.integers(72, 240)))
        segment = [None, "fr", "de", "uk"][rng.integers(4)]
        variant = ["on", "off"][rng.integers(2)]
        events.append(Event(shown_at, name, "", variant=variant, segment=segment))
        if rng.random() < 0.1:
            other = ["on", "off"][rng.integers(2)]
            events.append(Event(shown_at + timedelta(hours=int(rng.integers(2))), name, "", variant=other))
        for _ in range(rng.integers(0, 12)):
            at = shown_at + timedelta(hours=int(rng.integers(-80, 80)))
            what = [*STEPS, "look"][rng.integers(4)]
            events.append(Event(at, name, what, [float(rng.integers(5)), rng.lognormal()][rng.integers(2)]))
    return events


@pytest.fixture(scope="module", params=[1, 2, 3])
def events(request: pytest.FixtureRequest) -> list[Event]:
    return random_events(request.param)


@pytest.fixture(scope="module")
def root(events: list[Event], tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kinds")
    write_events(root / "app.parquet", *(event.row for event in events))
    return root


def asked(root: Path, kind: str, **keys: object) -> Arms:
    chosen = metric(kind, **{"window_days": WINDOW, **keys})  # type: ignore[arg-type]
    return arms(usage(root), ArmsQuestion(chosen, "bulk"))


def same(found: Moments, expected: Moments) -> None:
    names = Moments.__slots__
    got, wanted = ([getattr(each, name) for name in names] for each in (found, expected))
    np.testing.assert_allclose(got, wanted, rtol=1e-11, atol=1e-9)


def count(name: str, start: float, end: float) -> Callable[[Unit], float]:
    return lambda unit: float(sum(event.name == name for event in unit.between(start, end)))


def total(name: str, start: float, end: float) -> Callable[[Unit], float]:
    return lambda unit: sum(event.value for event in unit.between(start, end) if event.name == name)


def any_of(name: str, start: float, end: float) -> Callable[[Unit], float]:
    return lambda unit: float(count(name, start, end)(unit) > 0)


BEFORE, AFTER = (-WINDOW, 0), (0, WINDOW)


@pytest.mark.parametrize(
    ("kind", "keys", "columns"),
    [
        ("count", {"event": "save"}, (count("save", *AFTER), one, count("save", *BEFORE))),
        ("share", {"event": "save"}, (any_of("save", *AFTER), one, any_of("save", *BEFORE))),
        ("sum", {"event": "save", "value": "v"}, (total("save", *AFTER), one, total("save", *BEFORE))),
        ("mean", {"event": "look", "value": "v"}, (total("look", *AFTER), one, total("look", *BEFORE))),
        ("mean", {"event": "look"}, (count("look", *AFTER), one, count("look", *BEFORE))),
        (
            "ratio",
            {"numerator": "save", "denominator": "open"},
            (count("save", *AFTER), count("open", *AFTER), count("save", *BEFORE), count("open", *BEFORE)),
        ),
        ("retention", {"event": "open", "day": 2, "window_days": 28}, (any_of("open", 2, 3),)),
        ("funnel", {"steps": STEPS}, (lambda unit: float(finishes(unit.between(*AFTER), STEPS)),)),
        (
            "funnel",
            {"steps": ("open", "save", "open")},
            (lambda unit: float(finishes(unit.between(*AFTER), ("open", "save", "open"))),),
        ),
    ],
)
def test_a_metric_is_what_the_slow_computation_finds(
    root: Path, events: list[Event], kind: str, keys: dict[str, object], columns: tuple[Callable[[Unit], float], ...]
) -> None:
    found, units = asked(root, kind, segment="account_id", **keys), closed_units(events, WINDOW)
    for variant in ("on", "off"):
        same(found.total[variant], moments_of([unit for unit in units if unit.variant == variant], *columns))
    for segment in ("fr", "de", "uk", "unknown"):
        for variant in ("on", "off"):
            chosen = [unit for unit in units if (unit.variant, unit.segment) == (variant, segment)]
            same(found.segments[segment][variant], moments_of(chosen, *columns))


def test_retention_without_an_event_is_anything_but_the_exposure(root: Path, events: list[Event]) -> None:
    found, units = asked(root, "retention", day=1), closed_units(events, 2)

    def came(unit: Unit) -> float:
        return float(any(event.variant is None for event in unit.between(1, 2)))

    for variant in ("on", "off"):
        same(found.total[variant], moments_of([unit for unit in units if unit.variant == variant], came))


@pytest.mark.parametrize("q", [0.5, 0.25, 0.9])
def test_a_quantile_and_its_interval_are_what_the_slow_computation_finds(
    root: Path, events: list[Event], q: float
) -> None:
    """Half of all values are whole numbers below 5, so that many are tied."""
    found, units = asked(root, "quantile", value="v", q=q), closed_units(events, WINDOW)
    for variant in ("on", "off"):
        chosen = sorted((u for u in units if u.variant == variant), key=lambda unit: unit.events[0].unit)
        values = [[event.value for event in unit.between(*AFTER) if event.variant is None] for unit in chosen]
        assert found.quantiles[variant] == quantile_of(values, q)
        same(found.total[variant], moments_of(chosen, lambda unit: float(len(_values(unit)))))


def _values(unit: Unit) -> list[float]:
    return [event.value for event in unit.between(*AFTER) if event.variant is None]


def test_where_too_few_values_hold_no_interval_there_is_no_quantile(tmp_path: Path) -> None:
    events = [Event(START, f"u{n}", "", variant="on") for n in range(8)]
    events += [Event(START, f"u{n}", "save", float(n)) for n in range(8)]
    write_events(tmp_path / "app.parquet", *(e.row for e in events), Event(START + timedelta(9), "z", "end").row)
    assert asked(tmp_path, "quantile", value="v", event="save", q=0.99).quantiles == {}
    assert asked(tmp_path, "quantile", value="v", event="save", q=0.5).quantiles["on"].value == 3.0


def test_retention_holds_the_first_moment_of_its_day_and_not_the_last(tmp_path: Path) -> None:
    day = timedelta(days=1)
    events = [Event(START, name, "", variant="on") for name in "abcd"]
    events += [Event(START + 2 * day, "a", "open"), Event(START + 3 * day, "b", "open")]
    events += [Event(START + 3 * day - timedelta(seconds=1), "c", "open"), Event(START + 2 * day, "d", "save")]
    write_events(tmp_path / "app.parquet", *(event.row for event in events))
    found = asked(tmp_path, "retention", event="open", day=2)
    assert found.total["on"] == Moments(4, 0.5, 1.0)
    assert [look.day for look in found.days] == [(START + 2 * day).date()]


def test_steps_at_the_same_moment_are_in_order_and_one_event_is_not_two_steps(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    events = [Event(START, name, "", variant="on") for name in "abc"]
    events += [Event(START, "a", step) for step in ("save", "open")]
    events += [Event(START + hour, "b", "open"), Event(START, "b", "save")]
    events += [Event(START, "c", "open"), Event(START + hour, "c", "save"), Event(START + 2 * hour, "c", "open")]
    write_events(tmp_path / "app.parquet", *(e.row for e in events), Event(START + timedelta(9), "z", "end").row)
    assert asked(tmp_path, "funnel", steps=("open", "save")).total["on"].mean_y == pytest.approx(2 / 3)
    assert asked(tmp_path, "funnel", steps=("open", "open")).total["on"].mean_y == pytest.approx(1 / 3)


def test_a_segment_is_the_one_of_the_first_exposure_and_the_smallest_are_joined(tmp_path: Path) -> None:
    events = [Event(START, f"u{n}", "", variant="on", segment=f"s{n % 25:02}") for n in range(75)]
    events += [Event(START, f"v{n}", "", variant="off", segment=f"s{n:02}") for n in range(5)]
    events += [Event(START + timedelta(hours=1), "u0", "", variant="on", segment="later")]
    write_events(tmp_path / "app.parquet", *(e.row for e in events), Event(START + timedelta(9), "z", "end").row)
    found = asked(tmp_path, "share", event="end", segment="account_id").segments
    assert sorted(found) == ["other", *(f"s{n:02}" for n in range(20))]
    assert found["other"]["on"].n == 15
    assert found["s00"] == {"off": Moments(1, 0.0, 0.0), "on": Moments(3, 0.0, 0.0)}


def test_winsorising_cuts_the_covariate_at_a_quantile_of_its_own(root: Path, events: list[Event]) -> None:
    found, units = asked(root, "sum", event="save", value="v", winsorize=0.9), closed_units(events, WINDOW)
    y, x = ([total("save", *days)(unit) for unit in units] for days in (AFTER, BEFORE))
    caps = np.quantile(y, 0.9), np.quantile(x, 0.9)

    def cut(days: tuple[float, float], cap: float) -> Callable[[Unit], float]:
        return lambda unit: min(total("save", *days)(unit), cap)

    for variant in ("on", "off"):
        chosen = [unit for unit in units if unit.variant == variant]
        same(found.total[variant], moments_of(chosen, cut(AFTER, caps[0]), one, cut(BEFORE, caps[1])))


@pytest.mark.parametrize(
    ("kind", "keys", "reason"),
    [
        ("retention", {}, "give `day`"),
        ("retention", {"day": 0}, "give `day`"),
        ("funnel", {"steps": ("open",)}, "give `steps`"),
        ("funnel", {"steps": ("opn", "save")}, "no event `opn` ever happened in `app`; did you mean `open`?"),
        ("quantile", {"q": 0.5}, "give `value`"),
        ("quantile", {"value": "v"}, "give `q = 0.95`"),
        ("quantile", {"value": "v", "q": 1.0}, "give `q = 0.95`"),
        ("quantile", {"value": "v", "q": 0.5, "event": "opn"}, "did you mean `open`?"),
        ("share", {"event": "open", "segment": "plan"}, "`app` has no column `plan`"),
    ],
)
def test_a_kind_without_its_keys_is_refused_with_what_to_give(
    root: Path, kind: str, keys: dict[str, object], reason: str
) -> None:
    assert reason in failure(usage(root), ArmsQuestion(metric(kind, **keys), "bulk"))  # type: ignore[arg-type]


def test_a_name_that_is_no_plain_word_does_no_harm(root: Path, events: list[Event]) -> None:
    plain = asked(root, "funnel", steps=STEPS)
    assert asked(root, "funnel", name='Odd "name"-1', steps=STEPS).total == plain.total
