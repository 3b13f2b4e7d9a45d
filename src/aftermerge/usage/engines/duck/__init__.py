"""DuckDB over files: the embedded engine, what is kept of days, and windows by running sums."""

from aftermerge.usage.engines.duck.engine import Duck, duck

__all__ = ["Duck", "duck"]
