"""Every engine gives the answers that DuckDB gives over the files themselves.

Each file beside this one that is no test is an engine: its `engine(root)` loads tables into it.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from support.engines.asked import Data, Filled
from support.engines.questions import ALL, BERLIN
from support.engines.read_out import readouts, same_readout
from support.engines.same import same_answer

ENGINES = sorted(file.stem for file in Path(__file__).parent.glob("*.py") if not file.stem.startswith("test_"))
NEVER = {name for name in ALL if name.startswith("no: ")}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Data:
    return Data.under(tmp_path_factory.mktemp("tables"))


@pytest.fixture(scope="module", params=ENGINES)
def filled(request: pytest.FixtureRequest, data: Data, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    module = import_module(f"usage.engines.{request.param}")
    with module.engine(tmp_path_factory.mktemp(request.param)) as loaded:
        yield Filled.of(loaded, data)


@pytest.mark.parametrize("name", ALL)
def test_an_engine_answers_as_duckdb_does_over_the_files(filled: Filled, data: Data, name: str) -> None:
    asked = ALL[name]
    same_answer(filled.answers[asked.zone], data.expected[asked.zone], asked.question.key)


@pytest.mark.parametrize("name", ALL)
def test_what_can_be_answered_is_and_what_can_t_be_is_not(data: Data, name: str) -> None:
    asked = ALL[name]
    failed = data.expected[asked.zone].failed.get(asked.question.key)
    assert (failed is not None) == (name in NEVER), failed


@pytest.mark.parametrize("zone", ["UTC", BERLIN])
def test_the_same_bets_have_the_same_readouts(filled: Filled, data: Data, zone: str) -> None:
    found, expected = (readouts(usage, zone) for usage in (filled.usage(zone), data.in_place(zone)))
    assert list(found) == list(expected)
    assert {readout.grade for readout in expected.values()} == {"A", "B", "C", "D"}
    assert {readout.verdict for readout in expected.values()} >= {"improved", "harmed", "no_change", "cannot_tell"}
    for metric, readout in expected.items():
        same_readout(found[metric], readout)


def test_there_are_sixty_questions_or_more_and_no_two_are_one() -> None:
    assert len({(asked.zone, asked.question.key) for asked in ALL.values()}) == len(ALL) >= 60
