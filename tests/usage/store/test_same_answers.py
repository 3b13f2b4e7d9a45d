"""However events come in, the store answers as one clean file of them does."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.stored import TABLE, Event, World, assert_same, in_place

FIRST = datetime(2026, 3, 28)  # noqa: DTZ001 - as a file has it, UTC; the clocks of Berlin go forward on the 29th


def events() -> st.SearchStrategy[list[Event]]:
    """A few events of few users over five days, each with its own id; some are exposures."""
    one = st.tuples(
        st.integers(0, 5 * 24 * 60 - 1),
        st.sampled_from(["u1", "u2", "u3", "ü4", None]),
        st.sampled_from(["a", "b", None]),
        st.sampled_from(["open", "pay", "$feature_flag_called"]),
        st.floats(-1e6, 1e6),
        st.sampled_from(["on", "off"]),
    )
    return st.lists(one, min_size=1, max_size=25).map(
        lambda rows: [
            (
                f"e{place}", FIRST + timedelta(minutes=minute), unit, account, event, value,
                "bulk" if event.startswith("$") else None, variant if event.startswith("$") else None,
            )
            for place, (minute, unit, account, event, value, variant) in enumerate(rows)
        ]
    )  # fmt: skip


@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_split_in_any_order_with_twins_and_late_files_gives_the_same_answers(data: st.DataObject) -> None:
    known = data.draw(events())
    files = data.draw(st.lists(st.lists(st.sampled_from(known), max_size=8), min_size=1, max_size=6))
    first = data.draw(st.permutations(known))
    cut = data.draw(st.integers(0, len(first)))
    whole = data.draw(st.permutations([*files, first[:cut], first[cut:]]))
    stops = data.draw(st.sets(st.integers(0, len(whole) - 1)))
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        for place, rows in enumerate(whole):
            world.write(f"{place}.parquet", rows)
            if place in stops:
                world.take()
        world.take()
        assert sorted(row[0] for row in world.rows()) == sorted(event[0] for event in known)  # type: ignore[type-var]
        assert_same(world.answers(), in_place(world.root, known))


@given(data=st.data())
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_that_grows_without_ids_gives_the_same_answers(data: st.DataObject) -> None:
    known = data.draw(events())
    cuts = sorted(data.draw(st.lists(st.integers(0, len(known)), min_size=1, max_size=3)))
    with TemporaryDirectory() as folder:
        world = World(Path(folder), replace(TABLE, event_id=None))
        beside = [("x", FIRST, "u1", "a", "open", 1.5, None, None)]
        world.write("beside.parquet", beside)
        for cut in [*cuts, len(known)]:
            world.write("growing.parquet", known[:cut])
            world.take()
        assert_same(world.answers(), in_place(world.root, [*known, *beside]))
