"""ClickHouse, over HTTP."""

from aftermerge.usage.engines.clickhouse.client import ClickHouseClient, connect

__all__ = ["ClickHouseClient", "connect"]
