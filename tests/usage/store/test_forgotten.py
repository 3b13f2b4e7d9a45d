"""Of a unit that was forgotten no byte is left in any file of the store, and no file brings it back."""

from datetime import datetime
from pathlib import Path

from support.stored import Event, World

AT = datetime(2026, 3, 20, 10)  # noqa: DTZ001 - as a file has it, UTC
HIDDEN = "zebrafish-7731"


def event(number: int, unit: str, account: str = "a") -> Event:
    return (f"e{number}", AT.replace(day=20 + number % 3), unit, account, "open", 1.0, None, None)


def bytes_of(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in world.on_disk())


def test_no_byte_of_a_forgotten_unit_stays(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("a.parquet", [event(n, HIDDEN if n % 4 == 0 else f"u{n}") for n in range(40)])
    world.take()
    assert HIDDEN.encode() in bytes_of(world)
    assert world.store.knows([HIDDEN])
    assert world.store.forget([HIDDEN, "someone else"]) == 10
    assert HIDDEN.encode() not in bytes_of(world)
    assert not world.store.knows([HIDDEN])
    assert len(world.rows()) == 30


def test_an_account_that_is_their_mail_address_goes_as_well(tmp_path: Path) -> None:
    world, address = World(tmp_path), f"{HIDDEN}@harbor.example"
    world.write("a.parquet", [event(1, "u1", address), event(2, address, address), event(3, "u3")])
    world.take()
    assert world.store.forget([address]) == 2
    assert HIDDEN.encode() not in bytes_of(world)


def test_an_account_that_bears_the_number_of_a_forgotten_unit_stays(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("a.parquet", [event(1, "42", "7"), event(2, "u2", "42"), event(3, "u3", "42")])
    world.take()
    assert world.store.forget(["42"]) == 1
    world.write("b.parquet", [event(4, "u4", "42"), event(5, "42", "7")])
    assert world.take().rows == 1
    assert len(world.rows()) == 3


def test_no_later_file_brings_a_forgotten_unit_back_and_its_code_is_given_to_nobody(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("a.parquet", [event(1, HIDDEN), event(2, "u2")])
    world.take()
    world.store.forget([HIDDEN])
    world.write("b.parquet", [event(3, HIDDEN), event(4, "u4")])
    assert world.take().rows == 1
    assert HIDDEN.encode() not in bytes_of(world)
    layout = world.ledger.manifest("app")
    assert layout is not None
    assert layout.layout.next_codes["unit"] == 3


def test_a_unit_that_was_forgotten_before_there_was_a_store_is_not_taken_into_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.store.forget([HIDDEN]) == 0
    world.write("a.parquet", [event(1, HIDDEN), event(2, "u2")])
    assert world.take().rows == 1
    assert HIDDEN.encode() not in bytes_of(world)


def test_who_has_no_row_left_goes_with_the_one_who_is_forgotten(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("a.parquet", [event(1, "u1", f"{HIDDEN}-shop"), event(2, "u2", "a")])
    world.take()
    assert world.store.forget(["u1"]) == 1
    assert HIDDEN.encode() not in bytes_of(world)


def test_forgetting_twice_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.write("a.parquet", [event(1, HIDDEN), event(2, "u2")])
    world.take()
    assert [world.store.forget([HIDDEN]) for _ in range(2)] == [1, 0]
    assert len(world.rows()) == 1
