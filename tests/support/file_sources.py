"""Connectors over files, outside a workspace."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aftermerge.model.batch import Batch
from aftermerge.ports import Connector, SourceContext

Connect = Callable[[Mapping[str, object], SourceContext, str], Connector]


def context(root: Path) -> SourceContext:
    return SourceContext(root, root / "tables", root / "rejected", ZoneInfo("UTC"))


def connected(connect: Connect, root: Path, path: str, **keys: Any) -> Connector:
    return connect({"path": path, **keys}, context(root), "desk")


def pulled(connector: Connector, cursor: str | None = None) -> list[Batch]:
    return list(connector.pull(cursor))
