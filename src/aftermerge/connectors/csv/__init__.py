"""A file of rows: CSV, JSON lines or Parquet, as feedback, releases, deployments or usage data."""

from aftermerge.connectors.csv.client import CsvSource, connect

__all__ = ["CsvSource", "connect"]
