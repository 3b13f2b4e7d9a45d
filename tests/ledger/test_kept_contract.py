"""The local store's manifest: alike in every ledger."""

from dataclasses import replace
from datetime import UTC, date, datetime

from aftermerge.model.kept import CodeFile, Layout, Manifest, ManifestChange, Part, TakenFile, unit_name
from aftermerge.ports import Ledger

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LAYOUT = Layout("app", "user_id", "ts", None, "id", {"user_id": "VARCHAR", "ts": "TIMESTAMP"}, {"unit": 0})
PART = Part("app", date(2026, 3, 1), "1-0", 3, 2**40, NOON, NOON, (1, 2), 2, NOON)
CODES = CodeFile("app", "unit", "1-1", 2, 90, NOON)
TAKEN = TakenFile("app", 1, "data/a.parquet", "d" * 64, 2**40, 2**60, 3, NOON)


def test_a_table_that_nothing_was_taken_in_of_has_no_manifest(any_ledger: Ledger) -> None:
    assert any_ledger.manifest("app") is None
    assert list(any_ledger.kept_tables()) == []


def test_the_manifest_gives_back_what_a_writer_put_in(any_ledger: Ledger) -> None:
    claimed = any_ledger.claim_store(LAYOUT).layout
    assert claimed == replace(LAYOUT, generation=1)
    grown = replace(claimed, next_codes={"unit": 2}, next_file=2)
    assert any_ledger.change_manifest(ManifestChange(grown, (PART,), (CODES,), (TAKEN,)))
    assert any_ledger.manifest("app") == Manifest(grown, (PART,), (CODES,), (TAKEN,))
    assert list(any_ledger.kept_tables()) == ["app"]


def test_parts_stand_by_day_and_id(any_ledger: Ledger) -> None:
    layout = any_ledger.claim_store(LAYOUT).layout
    parts = (replace(PART, id="b"), replace(PART, id="a"), replace(PART, id="c", day=date(2026, 2, 1)))
    any_ledger.change_manifest(ManifestChange(layout, parts))
    found = any_ledger.manifest("app")
    assert found is not None
    assert [part.id for part in found.parts] == ["c", "a", "b"]


def test_what_leaves_and_what_takes_its_place_change_together(any_ledger: Ledger) -> None:
    layout = any_ledger.claim_store(LAYOUT).layout
    any_ledger.change_manifest(ManifestChange(layout, (PART,), (CODES,), (TAKEN,)))
    merged, codes, taken = replace(PART, id="2-0"), replace(CODES, id="2-1"), replace(TAKEN, number=2)
    left = frozenset({"1-0"}), frozenset({"1-1"}), frozenset({1})
    assert any_ledger.change_manifest(ManifestChange(layout, (merged,), (codes,), (taken,), *left))
    assert any_ledger.manifest("app") == Manifest(layout, (merged,), (codes,), (taken,))


def test_a_writer_that_another_has_followed_writes_no_more(any_ledger: Ledger) -> None:
    first = any_ledger.claim_store(LAYOUT).layout
    second = any_ledger.claim_store(LAYOUT).layout
    assert not any_ledger.change_manifest(ManifestChange(first, (PART,)))
    assert any_ledger.manifest("app") == Manifest(second)


def test_a_second_writer_finds_the_layout_as_it_is(any_ledger: Ledger) -> None:
    any_ledger.claim_store(LAYOUT)
    assert any_ledger.claim_store(replace(LAYOUT, unit="other")).layout == replace(LAYOUT, generation=2)


def test_units_that_are_barred_leave_a_tombstone_each_before_there_is_any_table(any_ledger: Ledger) -> None:
    for _ in range(2):
        any_ledger.bar_units(["u"])
    assert [stone.is_of(unit_name("u")) for stone in any_ledger.tombstones()] == [True]
