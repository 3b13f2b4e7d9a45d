"""A workspace moves from DuckDB to another engine by changing one line, and its readouts stay as they were."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from support.engines.harbor_moves import harbor_under, same_after_the_move
from support.engines.loaded import Loaded
from support.engines.moves import HERE, Moving
from support.real_data import real_data

NOT_MOVED_TO = "door"
"""Which has no address that settings could name."""
FILES = Path(__file__).parent.glob("*.py")
ENGINES = sorted({file.stem for file in FILES if not file.stem.startswith("test_")} - {NOT_MOVED_TO})
SHIPPED = datetime(2011, 3, 1, tzinfo=UTC)
SHOP = f"""[workspace]
name = "Shop"
timezone = "Europe/London"
{HERE}
[[usage.events]]
name = "shop"
table = "data/shop.parquet"
unit = "Customer ID"
account = "Invoice"
time = "InvoiceDate"
event = "Country"
"""
METRICS = """
[lines_sold]
kind = "count"
from = "shop"
event = "France"
where = "Quantity > 0"
good = "up"
worth = "5%"
watch = "releases"

[prices]
kind = "sum"
from = "shop"
value = "Price"
where = "Price < 1000 and StockCode not like 'POST%'"
good = "up"
worth = "5%"
watch = "releases"

[price_a_buyer]
kind = "mean"
from = "shop"
value = "Price"
good = "up"
worth = "5%"
watch = "releases"

[invoices_from_germany]
kind = "share"
from = "shop"
event = "Germany"
unit = "account"
good = "up"
worth = "1pp"
watch = "releases"

[returns]
kind = "ratio"
from = "shop"
numerator = "EIRE"
denominator = "Germany"
where = "Quantity < 0 or Invoice like 'C%'"
good = "down"
worth = "2pp"
watch = "releases"

[buyers]
kind = "share"
from = "shop"
event = "United Kingdom"
segment = "Country"
good = "up"
worth = "1pp"
"""


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
    root = tmp_path_factory.mktemp("shop")
    (root / "data").mkdir()
    (root / "bets").mkdir()
    (root / "data" / "shop.parquet").symlink_to(real_data("events", "online_retail_ii_2009_2011.parquet"))
    (root / "aftermerge.toml").write_text(SHOP)
    (root / "metrics.toml").write_text(METRICS)
    moving = Moving(root, datetime(2011, 12, 10, tzinfo=UTC), {"data/shop.parquet": "shop"})
    opened = {"Germany": SHIPPED.date(), "France": SHIPPED.date() + timedelta(days=14)}
    bet = Bet("abroad", "buyers", rollout=opened, begun_at=SHIPPED, framed_at=SHIPPED - timedelta(days=90))
    with moving.open({}) as workspace:
        change = Change("c1", "git", SHIPPED, "A new shop", "A new shop")
        release = Release("2.0", "git", "tag", SHIPPED, changes=("c1",))
        metrics, ledger = workspace.metrics, workspace.ledger
        ledger.store("all", Batch("1", bets=(bet,), metrics=metrics, releases=(release,), changes=(change,)))
        ledger.replace_links([Link("c1", "abroad", "message")])
    return moving


def test_the_demo_s_readouts_are_the_same(harbor: Moving, loaded: Loaded) -> None:
    same_after_the_move(harbor, loaded)


def test_the_readouts_of_a_million_real_rows_are_the_same(shop: Moving, loaded: Loaded) -> None:
    same_after_the_move(shop, loaded)
