"""A real shop's events in a workspace whose table may move to another engine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from support.engines.moves import HERE, Moving
from support.real_data import real_data

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


def shop_under(root: Path) -> Moving:
    """A shop's workspace over a million real rows, with a made-up release and a made-up rollout by country."""
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
