"""Column types that give back exactly what was put in, alike on SQLite and PostgreSQL."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import TIMESTAMP, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from aftermerge.ledger.tables.storable import storable_text
from aftermerge.model.amount import Amount


def utc_text(moment: datetime) -> str:
    """A moment in UTC with microseconds: as text it sorts as it does as a time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def sorted_text() -> Text:
    """Text compared by code points, whatever language the database server speaks."""
    return Text().with_variant(Text(collation="C"), "postgresql")


class UtcTime(TypeDecorator[datetime]):
    """An aware moment, given back in UTC."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None or dialect.name == "postgresql":
            return value
        return utc_text(value)

    def process_result_value(self, value: datetime | str | None, _: Dialect) -> datetime | None:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC) if moment else None


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _: Dialect) -> str | None:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, _: Dialect) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class Numbers(TypeDecorator[tuple[int, ...]]):
    """A tuple of whole numbers, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[int, ...] | None, _: Dialect) -> str | None:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: str | None, _: Dialect) -> tuple[int, ...] | None:
        return None if value is None else tuple(json.loads(value))


class AmountColumn(TypeDecorator[Amount]):
    """An amount with its unit, as a JSON object."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Amount | None, _: Dialect) -> str | None:
        return None if value is None else json.dumps(asdict(value))

    def process_result_value(self, value: str | None, _: Dialect) -> Amount | None:
        return None if value is None else Amount(**json.loads(value))


class RolloutColumn(TypeDecorator[Mapping[str, date] | str]):
    """Days by segment, as a JSON object of ISO dates; or a column's name, as a JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, date] | str | None, _: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value if isinstance(value, str) else {name: day.isoformat() for name, day in value.items()})

    def process_result_value(self, value: str | None, _: Dialect) -> Mapping[str, date] | str | None:
        rollout = None if value is None else json.loads(value)
        if rollout is None or isinstance(rollout, str):
            return rollout
        return {name: date.fromisoformat(day) for name, day in rollout.items()}


class Document(TypeDecorator[Mapping[str, object]]):
    """A JSON object. Kept as text, since PostgreSQL's own type refuses an infinite bound."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, object] | None, _: Dialect) -> str | None:
        return None if value is None else storable_text(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: str | None, _: Dialect) -> Mapping[str, object] | None:
        if value is None:
            return None
        document: Mapping[str, object] = json.loads(value)
        return document
