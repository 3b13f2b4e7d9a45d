"""A workspace moves from DuckDB to another engine by changing one line, and its readouts stay as they were."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from support.engines.harbor_moves import harbor_under, same_after_the_move
from support.engines.loaded import Loaded
from support.engines.moves import Moving
from support.engines.shop_moves import shop_under

NOT_MOVED_TO = "door"
"""Which has no address that settings could name."""
FILES = Path(__file__).parent.glob("*.py")
ENGINES = sorted({file.stem for file in FILES if not file.stem.startswith("test_")} - {NOT_MOVED_TO})


@pytest.fixture(scope="module", params=ENGINES)
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    module = import_module(f"usage.engines.{request.param}")
    with module.engine(tmp_path_factory.mktemp(request.param)) as up:
        yield up


@pytest.fixture(scope="module")
def harbor(tmp_path_factory: pytest.TempPathFactory) -> Moving:
    return harbor_under(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Moving:
    return shop_under(tmp_path_factory.mktemp("shop"))


def test_the_demo_s_readouts_are_the_same(harbor: Moving, loaded: Loaded) -> None:
    same_after_the_move(harbor, loaded)


def test_the_readouts_of_a_million_real_rows_are_the_same(shop: Moving, loaded: Loaded) -> None:
    same_after_the_move(shop, loaded)
