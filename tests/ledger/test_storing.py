"""What the databases do beyond the contract: odd text, many rows, the journal, and the same bytes twice."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftermerge.errors import LedgerError, UnknownIdError
from aftermerge.ledger import JournalEntry, SqlLedger, open_ledger
from aftermerge.ledger.backups import transfer
from aftermerge.ledger.tables.storable import storable
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.chart import ArmsChart, EventStudyChart, LooksChart, SeriesChart
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback, Verbatim
from aftermerge.model.metric import Metric
from aftermerge.model.readout import Readout, Slice, Subject
from aftermerge.ports import Ledger, Stored
from support.memory_ledger import MemoryLedger

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

moments = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
few = st.sampled_from(["a", "b", "c"])
problems = st.none() | st.sampled_from(["slow", "lost"])
said = st.builds(
    Feedback, source=few, external_id=few, time=moments, text=few, author=st.none() | few, problem=problems,
    replied_at=st.none() | moments, updated_at=st.none() | moments, may_contact=st.booleans(),
)  # fmt: skip
changes = st.builds(Change, id=few, source=few, merged_at=moments, title=few, message=few, paths=st.tuples(few))
releases = st.builds(
    Release, id=few, source=few, kind=st.just("tag"), released_at=moments, changes=st.lists(few).map(tuple)
)
days = st.dates()
bets = st.builds(
    Bet, slug=few, metric=few, file=st.just("bets/x.md"), also=st.lists(few).map(tuple),
    split=st.dictionaries(few, st.floats(0, 1)), rollout=st.none() | few | st.dictionaries(few, days),
)  # fmt: skip
metrics = st.builds(
    Metric, name=few, kind=st.just("count"), source=few, good=st.just("up"),
    worth=st.just(Amount(1.0, "pp")),
    steps=st.lists(few).map(tuple), day=st.none() | st.integers(1, 99), q=st.none() | st.floats(0, 1),
    segment=st.none() | few, covariate=st.none() | few,
)  # fmt: skip
words = st.builds(Verbatim, feedback=st.builds("{}:{}".format, few, few), text=few, reply=st.none() | few)
people = st.builds(Customer, source=few, ref=few, name=st.none() | few, email=st.none() | few)
batches = st.builds(
    Batch, cursor=few, feedback=st.lists(said).map(tuple), verbatims=st.lists(words).map(tuple),
    customers=st.lists(people).map(tuple), changes=st.lists(changes).map(tuple),
    releases=st.lists(releases).map(tuple), bets=st.lists(bets).map(tuple), metrics=st.lists(metrics).map(tuple),
    whole=st.frozensets(st.sampled_from(["releases", "bets", "metrics"])), restart=st.booleans(),
)  # fmt: skip
floats = st.floats(allow_nan=False)
numbers = st.none() | floats
line, dots = st.lists(numbers, max_size=3).map(tuple), st.lists(floats, max_size=3).map(tuple)
charts = st.one_of(
    st.builds(SeriesChart, observed=line, forecast=line, low=line, high=line),
    st.builds(LooksChart, estimate=dots, low=dots, high=dots),
    st.builds(EventStudyChart, estimate=dots, low=dots, high=dots),
    st.builds(ArmsChart, estimate=dots, low=dots, high=dots),
)
slices = st.builds(Slice, estimate=floats, low=floats, high=floats)
readouts = st.builds(
    Readout, worth=floats, estimate=numbers, low=numbers, high=numbers, baseline=numbers,
    units=st.dictionaries(st.text(), st.integers()), weights=st.dictionaries(st.text(), floats),
    slices=st.lists(slices, max_size=2).map(tuple), chart=st.none() | charts,
)  # fmt: skip
rules = st.sampled_from(["message", "paths", "hand"])
links = st.lists(st.builds(Link, change=few, bet=few, rule=rules))


@pytest.fixture
def ledger(address: str) -> Iterator[SqlLedger]:
    with open_ledger(address, clock=lambda: NOON) as opened:
        yield opened


def everything(ledger: SqlLedger) -> dict[str, list[object]]:
    """Every row of every table as it is written."""
    with ledger.database.reading() as connection:
        return {table.name: list(transfer.rows(connection, table)) for table in transfer.tables_there(connection)}


def answers(ledger: Ledger) -> list[list[object]]:
    asked = (ledger.feedback(), ledger.asks(), ledger.changes(), ledger.releases(), ledger.bets(), ledger.metrics())
    heard = [ledger.heard_since(revision) for revision in range(4)]
    more = (ledger.links(), ledger.attributions(), ledger.near_copies().items(), heard, held(ledger))
    return [list(rows) for rows in (*asked, *more)]


def held(ledger: Ledger) -> list[object]:
    """What is held about each customer whom the strategies can make."""
    return [held_about(ledger, f"{source}:{ref}") for source in "abc" for ref in "abc"]


def held_about(ledger: Ledger, customer: str) -> object:
    try:
        return ledger.holdings(customer)
    except UnknownIdError:
        return None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(few, batches, links, st.frozensets(few, max_size=1)), max_size=4))
def test_any_batches_leave_the_same_in_sql_as_in_memory(
    fresh: Path, tmp_path: Path, steps: list[tuple[str, Batch, list[Link], frozenset[str]]]
) -> None:
    memory = MemoryLedger()
    with open_ledger(shutil.copy(fresh, tmp_path / "ledger.db")) as sql:
        for source, batch, found, dropped in steps:
            assert sql.store(source, batch) == memory.store(source, batch)
            assert sql.replace_links(found) == memory.replace_links(found)
            assert answers(sql) == answers(memory)
            assert sql.drop_sources(dropped) == memory.drop_sources(dropped)
            assert sql.sources() == memory.sources()
            assert answers(sql) == answers(memory)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(readouts, max_size=3), as_of=moments)
def test_any_readout_comes_back_equal(fresh: Path, tmp_path: Path, rows: list[Readout], as_of: datetime) -> None:
    with open_ledger(shutil.copy(fresh, tmp_path / "ledger.db")) as sql:
        sql.replace_readouts(as_of, rows)
        assert sql.readouts() == (as_of, rows)


def test_a_readout_keeps_infinite_bounds_and_loses_only_what_no_database_holds(ledger: SqlLedger) -> None:
    row = Readout(
        Subject("bet", "b"), "m", "controlled", "also", "pp", 1.0, None, "caf\udce9 é 🙂", low=float("-inf"),
        units=MappingProxyType({"on": 1}),
        weights=MappingProxyType({"Utah": 1.0}),
    )  # fmt: skip
    ledger.replace_readouts(NOON, [row])
    assert ledger.readouts() == (NOON, [replace(row, reason="caf\ufffd é 🙂")])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(row=st.builds(Feedback, time=moments, replied_at=st.none() | moments))
def test_any_feedback_can_be_stored_and_comes_back_as_storable(fresh: Path, tmp_path: Path, row: Feedback) -> None:
    with open_ledger(shutil.copy(fresh, tmp_path / "ledger.db")) as sql:
        assert sql.store("any", Batch("1", feedback=(row,))) == Stored(new=1)
        assert sql.store("any", Batch("1", feedback=(row,))) == Stored()
        assert sql.feedback() == [storable(row)]


def test_characters_that_a_database_refuses_are_replaced(ledger: SqlLedger) -> None:
    odd = Feedback("r", "\x001", NOON, "half \ud83d a pair and a NUL \x00", rating=float("nan"))
    change = Change("c", "git", NOON, "t", "m", paths=("caf\udce9.py",))
    batch = Batch("1", feedback=(odd,), changes=(change,))
    assert ledger.store("r", batch) == Stored(new=2)
    assert ledger.store("r", batch) == Stored()
    assert ledger.feedback() == [Feedback("r", "\ufffd1", NOON, "half \ufffd a pair and a NUL \ufffd")]
    assert ledger.changes()[0].paths == ("caf\ufffd.py",)


def test_odd_characters_in_a_split_a_rollout_and_steps_are_replaced_once_and_stay(ledger: SqlLedger) -> None:
    day = NOON.date()
    bet = Bet("b", "m", split={"\ud83d": 0.5, "on": 0.5}, rollout={"D\x00": day}, file="bets/b.md")
    metric = Metric("m", "funnel", "app", "up", Amount(1.0, "pp"), steps=("caf\udce9", "paid"))
    batch = Batch("1", bets=(bet,), metrics=(metric,))
    assert ledger.store("workspace", batch) == Stored(new=2)
    assert ledger.store("workspace", batch) == Stored()
    assert ledger.bets()[0].split == {"\ufffd": 0.5, "on": 0.5}
    assert ledger.bets()[0].rollout == {"D\ufffd": day}
    assert ledger.metrics()[0].steps == ("caf\ufffd", "paid")


def test_a_time_without_a_zone_is_refused_and_nothing_is_stored(ledger: SqlLedger) -> None:
    naive = Feedback("r", "2", datetime(2026, 3, 1), "x")  # noqa: DTZ001
    with pytest.raises(LedgerError, match="`time` of a feedback has no time zone"):
        ledger.store("r", Batch("1", feedback=(Feedback("r", "1", NOON, "x"), naive)))
    assert not ledger.feedback()


def test_rows_are_ordered_by_code_point_on_every_database(ledger: SqlLedger) -> None:
    rows = tuple(Feedback("r", name, NOON, "x") for name in ("b", "B", "a", "é", "_", "Z"))
    ledger.store("r", Batch("1", feedback=rows))
    assert [row.external_id for row in ledger.feedback()] == ["B", "Z", "_", "a", "b", "é"]


def test_more_rows_than_one_statement_takes_are_stored_once(ledger: SqlLedger) -> None:
    changes = tuple(
        Change(f"{n:05}", "git", NOON + timedelta(seconds=n), "t", "m", paths=("a", "b")) for n in range(12_000)
    )
    words = tuple(Feedback("r", f"{n:05}", NOON, "x", problem="p" if n % 2 else None) for n in range(12_000))
    batch = Batch("1", feedback=words, changes=changes)
    assert ledger.store("git", batch) == Stored(new=24_000)
    assert ledger.store("git", batch) == Stored()
    assert ledger.changes() == list(changes)
    assert ledger.feedback() == list(words)


def test_the_same_batch_twice_leaves_every_row_as_it_was_and_says_nothing(ledger: SqlLedger) -> None:
    rows = (Feedback("r", "1", NOON, "x", problem="p"), Feedback("r", "2", NOON, "y"))
    batch = Batch("1", feedback=rows, releases=(Release("v1", "r", "tag", NOON, changes=("b", "a")),))
    ledger.store("r", batch)
    before = everything(ledger)
    ledger.store("r", batch)
    assert everything(ledger) == before


def test_the_rows_are_the_same_however_often_the_reading_was_interrupted(tmp_path: Path) -> None:
    rows = tuple(Feedback("r", str(n), NOON + timedelta(days=n), "x") for n in range(9))
    with open_ledger(tmp_path / "straight.db") as straight, open_ledger(tmp_path / "interrupted.db") as interrupted:
        straight.store("r", Batch("end", feedback=rows))
        for start, stop in ((0, 2), (0, 5), (4, 9)):
            interrupted.store("r", Batch("end", feedback=rows[start:stop]))
        one, other = everything(straight), everything(interrupted)
        assert set(one) == set(other)
        assert {name for name in one if one[name] != other[name]} == {"journal", "feedback_revision"}


def test_the_journal_says_who_did_what_when(address: str) -> None:
    with open_ledger(address, clock=lambda: NOON, actor="nightly job") as ledger:
        ledger.store("r", Batch("1", feedback=(Feedback("r", "1", NOON, "x"),)))
        ledger.store("r", Batch("2"))
        ledger.attribute({"r:1": "slow"})
        ledger.replace_links([Link("c", "b", "hand")])
        assert ledger.journal() == [
            JournalEntry(1, NOON, "nightly job", "store", "r", {"new": 1, "changed": 0, "gone": 0}),
            JournalEntry(2, NOON, "nightly job", "attribute", "feedback", {"new": 0, "changed": 1, "gone": 0}),
            JournalEntry(3, NOON, "nightly job", "link", "changes", {"new": 1, "changed": 0, "gone": 0}),
        ]


def test_a_bet_taken_over_by_another_source_goes_with_that_one(ledger: SqlLedger) -> None:
    bet = Bet("b", "m", file="bets/b.md")
    ledger.store("old name", Batch("1", bets=(bet,)))
    assert ledger.store("new name", Batch("1", bets=(bet,))) == Stored(changed=1)
    assert ledger.store("old name", Batch("2", whole=frozenset({"bets"}))) == Stored()
    assert ledger.bets() == [bet]


def test_real_reviews_come_back_word_for_word(ledger: SqlLedger) -> None:
    folder = os.environ.get("AFTERMERGE_REAL_DATA")
    if not folder:
        pytest.skip("AFTERMERGE_REAL_DATA is not set: no real reviews to store")
    rows = _reviews(Path(folder) / "reviews" / "appstore_reviews_chrome_github_2017_2021.parquet")
    batch = Batch("end", feedback=tuple(rows))
    assert ledger.store("reviews", batch) == Stored(new=len(rows))
    assert ledger.store("reviews", batch) == Stored()
    assert {row.external_id: row for row in ledger.feedback()} == {row.external_id: storable(row) for row in rows}
    answered = replace(rows[0], reply="Mended")
    assert ledger.store("reviews", Batch("end", feedback=(answered,))) == Stored(changed=1)


def _reviews(file: Path) -> list[Feedback]:
    with duckdb.connect() as connection:
        query = "SELECT rating, title, content FROM read_parquet(?)"
        found = connection.execute(query, [str(file)]).fetchall()
    return [
        Feedback("reviews", str(n), NOON + timedelta(minutes=n), f"{title}\n\n{content}", rating=float(rating))
        for n, (rating, title, content) in enumerate(found)
    ]


def test_dropping_sources_is_written_into_the_journal(ledger: SqlLedger) -> None:
    ledger.store("r", Batch("1", feedback=(Feedback("r", "1", NOON, "x"),)))
    ledger.store("git", Batch("1"))
    ledger.drop_sources(["r", "git"])
    last = ledger.journal()[-1]
    assert (last.verb, last.subject, last.detail["gone"]) == ("drop", "git, r", 1)
