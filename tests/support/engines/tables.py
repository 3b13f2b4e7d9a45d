"""Small and rich tables, the same each time: what goes wrong between engines is in them somewhere.

Null units, null values, NaN, whole and real numbers of many sizes, names that need quotes, letters beyond ASCII, words
that collations order differently, a clock that goes forward (29 March 2026 in Berlin), crossed and repeated units.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from aftermerge.model.table import EventsTable, SeriesTable, UnitsTable, UsageTable

FIRST_DAY = date(2026, 1, 5)
DAYS = 112
USERS = 300
REGIONS = ("Zürich", "a-b", "a b", "AB", "ab", "ñandú", "O'Brien", 'North "West"', None)
PLANS = ("pro", "team", "free")
SIZE = "größe cm"
Row = tuple[Any, ...]

TYPES: Mapping[str, Mapping[str, str]] = {
    "app": {
        "ts": "TIMESTAMP",
        "user_id": "VARCHAR",
        "account_id": "VARCHAR",
        "event": "VARCHAR",
        "v": "DOUBLE",
        "n": "INTEGER",
        "price": "DECIMAL(12, 2)",
        "region": "VARCHAR",
        "version": "VARCHAR",
        "is_paid": "BOOLEAN",
        "properties": "VARCHAR",
        "$feature_flag": "VARCHAR",
        "$feature_flag_response": "VARCHAR",
    },
    "zoned": {
        "When it was": "TIMESTAMPTZ",
        'the "user"': "BIGINT",
        "Ereignis": "VARCHAR",
        SIZE: "DOUBLE",
        "select": "INTEGER",
        "Flag": "VARCHAR",
        "Variante": "VARCHAR",
    },
    "written": {
        "at": "VARCHAR",
        "user_id": "VARCHAR",
        "event": "VARCHAR",
        "properties": "VARCHAR",
        "$feature_flag": "VARCHAR",
        "$feature_flag_response": "VARCHAR",
    },
    "dated": {"on_day": "DATE", "user_id": "INTEGER", "event": "VARCHAR", "v": "DOUBLE"},
    "daily": {"day": "DATE", "metric": "VARCHAR", "value": "DOUBLE", "base": "BIGINT", "market": "VARCHAR"},
    "notes": {"day": "VARCHAR", "metric": "VARCHAR", "value": "DECIMAL(10, 3)"},
    "cats": {
        "id": "BIGINT",
        "version": "VARCHAR",
        "rounds": "INTEGER",
        "rounds_before": "INTEGER",
        "spent": "DOUBLE",
        "spent_before": "DOUBLE",
        "price": "DECIMAL(12, 2)",
        "came": "BOOLEAN",
        "visits": "BIGINT",
        "region": "VARCHAR",
    },
    "dogs": {
        "name": "VARCHAR",
        "version": "VARCHAR",
        "spent": "DOUBLE",
        "rounds": "INTEGER",
        "Größe": "DOUBLE",
        "tag": "VARCHAR",
    },
    "twins": {"name": "VARCHAR", "version": "VARCHAR", "spent": "DOUBLE"},
}
"""By table, its columns with DuckDB's types."""


def tables(places: Mapping[str, str], engine: str) -> tuple[UsageTable, ...]:
    """The tables as the settings describe them; `places` says by name where each stands."""
    return (
        EventsTable("app", places["app"], "user_id", "ts", "event", "account_id", engine),
        EventsTable(
            "zoned",
            places["zoned"],
            'the "user"',
            "When it was",
            "Ereignis",
            engine=engine,
            exposure="gesehen",
            flag="Flag",
            variant="Variante",
            columns={"size": SIZE},
        ),
        EventsTable("written", places["written"], "user_id", "at", "event", engine=engine),
        EventsTable("dated", places["dated"], "user_id", "on_day", "event", engine=engine),
        SeriesTable("daily", places["daily"], "day", "metric", "value", "base", engine=engine),
        SeriesTable("notes", places["notes"], "day", "metric", "value", engine=engine),
        SeriesTable("markets", places["daily"], "day", "metric", "value", segment="market", engine=engine),
        UnitsTable("cats", places["cats"], "id", "version", "gate", engine),
        UnitsTable("dogs", places["dogs"], "name", "version", "gate", engine),
        UnitsTable("twins", places["twins"], "name", "version", "gate", engine),
    )


def write_tables(root: Path) -> dict[str, Path]:
    """Every table as a Parquet file, by name."""
    rows = {
        "app": list(_app(np.random.default_rng(1))),
        "zoned": list(_zoned(np.random.default_rng(2))),
        "written": list(_written(np.random.default_rng(3))),
        "dated": list(_dated(np.random.default_rng(4))),
        "daily": list(_daily(np.random.default_rng(5))),
        "notes": [(str(FIRST_DAY + timedelta(days=day)), "sold", 10 + day / 8) for day in range(40)]
        + [("no day", "sold", 1.0), (None, "sold", 2.0), ("2026-01-20", None, 3.0)],
        "cats": list(_cats(np.random.default_rng(6))),
        "dogs": list(_dogs(np.random.default_rng(7))),
        "twins": [(f"t{index // 2}", "on" if index % 4 < 2 else "off", float(index)) for index in range(40)],
    }
    return {name: _store(root / f"{name}.parquet", TYPES[name], rows[name]) for name in TYPES}


def _store(path: Path, types: Mapping[str, str], rows: Sequence[Row]) -> Path:
    columns = {f"c{index}": np.array([row[index] for row in rows], dtype=object) for index in range(len(types))}
    typed = ", ".join(
        f'CAST(c{index} AS {kind}) AS "{name.replace(chr(34), chr(34) * 2)}"'
        for index, (name, kind) in enumerate(types.items())
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("rows", columns)
        connection.execute(f"COPY (SELECT {typed} FROM rows) TO '{path}' (FORMAT parquet)")  # noqa: S608 - our own
    return path


def _at(day: float) -> str:
    """A time, as text that DuckDB reads as UTC."""
    start = datetime.combine(FIRST_DAY, datetime.min.time())
    return str(start + timedelta(microseconds=round(day * 86_400e6)))


def _app(rng: np.random.Generator) -> Iterator[Row]:
    """Users that come every week; two experiments, and a rollout in steps that is seen by flag and by version."""
    yield _act(0.001, None, "open", rng)
    yield _act(DAYS - 0.001, None, "open", rng)
    for user in range(USERS):
        shown, staged = rng.uniform(20, 100), 63 + 7 * (user % 6)
        for day in sorted([*(7 * week + rng.uniform(0, 7) for week in range(DAYS // 7)), *rng.uniform(0, DAYS, 12)]):
            event = str(rng.choice(["open", "save", "share", "buy", "it's done"], p=[0.3, 0.3, 0.2, 0.15, 0.05]))
            version = "2.0" if user % 6 < 5 and day >= staged else "1.9"
            yield _act(day, user if rng.random() > 0.02 else None, event, rng, version)
        yield from _exposures(user, shown, staged, rng)


def _exposures(user: int, shown: float, staged: float, rng: np.random.Generator) -> Iterator[Row]:
    variant = str(rng.choice(["on", "off"]))
    first = _act(shown, user, "$feature_flag_called", rng, flag="bulk", variant=variant)
    yield first
    if user % 10 == 3:
        yield tuple("B a" if value in REGIONS[:-1] else value for value in first)
    if rng.random() < 0.05:
        yield _act(shown + 1.5, user, "$feature_flag_called", rng, flag="bulk", variant="off")
    if rng.random() < 0.6:
        other = str(rng.choice(["Äpfel", "birnen", "Birnen"]))
        yield _act(rng.uniform(10, 108), user, "$feature_flag_called", rng, flag="Größe 'neu'", variant=other)
    if user % 6 < 5:
        yield _act(staged + rng.uniform(0, 6), user, "$feature_flag_called", rng, flag="staged", variant="true")


def _act(
    day: float,
    user: int | None,
    event: str,
    rng: np.random.Generator,
    version: str | None = None,
    flag: str | None = None,
    variant: str | None = None,
) -> Row:
    value = [None, float("nan"), float(rng.lognormal(2, 2)), float(rng.normal(0, 1e-3)), float(rng.integers(100))][
        rng.choice(5, p=[0.1, 0.02, 0.5, 0.08, 0.3])
    ]
    told = {"plan": str(rng.choice(PLANS)), "seats": int(rng.integers(1, 9)), "is_trial": bool(rng.random() < 0.3)}
    told[SIZE] = [float(rng.normal(10)), "n/a", " 7.5 ", None][rng.integers(4)]
    return (
        _at(day),
        None if user is None else f"{'uUü-'[user % 4]}{user}",
        None if user is None or user % 50 == 7 else f"a{user % 40}",
        event,
        value,
        int(rng.integers(-3, 20)),
        None if rng.random() < 0.1 else float(round(rng.lognormal(3, 1))),
        REGIONS[(user or 0) % len(REGIONS)] if rng.random() < 0.95 else None,
        version,
        None if rng.random() < 0.1 else bool(rng.random() < 0.4),
        None if rng.random() < 0.1 else json.dumps(told),
        flag,
        variant,
    )


def _zoned(rng: np.random.Generator) -> Iterator[Row]:
    """Around the night on which the clock goes forward, many events in few hours."""
    yield (_at(75.0), None, "open", 1.0, 1, None, None)
    yield (_at(95.99), None, "open", 1.0, 1, None, None)
    for user in range(120):
        shown = rng.uniform(78, 92)
        yield (_at(shown), user, "gesehen", None, None, "neu", ["A", "B"][user % 2])
        for day in [*rng.normal(82.95, 0.3, 4), *rng.uniform(76, 95, 5)]:
            event = ["open", "save"][rng.integers(2)]
            yield (_at(day), user, event, float(rng.normal(1e6, 1)), int(rng.integers(5)), None, None)


def _written(rng: np.random.Generator) -> Iterator[Row]:
    """Times that are text, some of which are none."""
    for bad in ("yesterday", "", "2026-02-30 10:00:00", "2026-13-01", None):
        yield (bad, "u1", "open", None, None, None)
    yield (f"{_at(0.001)}Z", "edge", "open", None, None, None)
    yield (f"{_at(29.999)}Z", "edge", "open", None, None, None)
    for user in range(80):
        yield (f"{_at(rng.uniform(3, 20))}Z", f"u{user}", "$feature_flag_called", None, "bulk", ["x", "y"][user % 2])
        for day in rng.uniform(0, 30, 8):
            seats = [3, "7", "many", None, 2.5][rng.integers(5)]
            at = _at(day)[:19] + ["", "Z", "+02:00"][rng.integers(3)]
            yield (at.replace(" ", "T"), f"u{user}", "open", json.dumps({"seats": seats}), None, None)


def _dated(rng: np.random.Generator) -> Iterator[Row]:
    for _ in range(400):
        on = str(FIRST_DAY + timedelta(days=int(rng.integers(60, 100))))
        yield (on, int(rng.integers(50)), str(rng.choice(["open", "save"])), float(rng.normal()))


def _daily(rng: np.random.Generator) -> Iterator[Row]:
    for name in ("arrivals", "Abreisen", "z's"):
        for day in range(60):
            if (day + len(name)) % 17 == 0:
                continue
            on, value = str(FIRST_DAY + timedelta(days=day)), [float(rng.lognormal(3, 1)), None][int(day % 29 == 3)]
            yield (on, name, value, int(rng.integers(0, 50)), None if day % 31 == 5 else "all")
    for market in ("nord", "Süd", "sud", None):
        for day in range(60):
            yield (str(FIRST_DAY + timedelta(days=day)), "visits", float(rng.normal(100)), 10, market)


def _cats(rng: np.random.Generator) -> Iterator[Row]:
    """A row a unit; some without a variant, a value or a past. The last variant plays more, and spends less."""
    for unit in range(900):
        version = ["gate_30", "Gate_40", "gate-50"][rng.integers(3)]
        is_better = version == "gate-50"
        spent, past = float(rng.lognormal(1 if is_better else 2, 0.5)), float(rng.lognormal(2, 0.5))
        yield (
            unit * 3 - 500,
            None if unit % 97 == 0 else version,
            int(rng.integers(0, 200)) + 60 * is_better,
            None if unit % 41 == 0 else int(rng.integers(0, 200)),
            None if unit % 53 == 0 else float("nan") if unit % 211 == 0 else spent,
            None if unit % 31 == 0 else past,
            round(spent, 2),
            None if unit % 61 == 0 else bool(rng.random() < 0.4),
            int(rng.integers(1, 9)) * 10**9,
            REGIONS[unit % len(REGIONS)],
        )


def _dogs(rng: np.random.Generator) -> Iterator[Row]:
    """Some stand in two rows with two variants; one has no name. There are more tags than are told apart."""
    for unit in range(400):
        version, tag = ["on", "off"][rng.integers(2)], f"{'aAäÄ-b'[unit % 6]}{unit % 25}"
        size = float(rng.normal(50, 10))
        yield (f"rex {unit % 395}", version, float(rng.lognormal()), int(rng.integers(10)), size, tag)
        if unit % 395 < 5:
            yield (f"rex {unit % 395}", {"on": "off", "off": "on"}[version], 1.0, 1, 1.0, tag)
    yield (None, "on", 1.0, 1, 1.0, None)
