"""What a source hands over, gathered as a ledger would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.ports import Connector, SourceContext
from support.fake_api import FakeTime

__all__ = ["Pulled", "context", "patient", "pull"]

_Source = TypeVar("_Source", bound=Any)


@dataclass(frozen=True, slots=True)
class Pulled:
    """Feedback by its external id, the latest version of each; `batches` are how many came in the last pull."""

    feedback: dict[str, Feedback] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cursor: str | None = None
    batches: int = 0

    @property
    def texts(self) -> Sequence[str]:
        return [self.feedback[ref].text for ref in sorted(self.feedback)]


def pull(source: Connector, before: Pulled | None = None, *, stop_after: int | None = None) -> Pulled:
    """All batches after what was pulled before, or so many of them, as when a pull is cut off."""
    start = before or Pulled()
    feedback, customers, names = dict(start.feedback), dict(start.customers), dict(start.names)
    cursor, batches = start.cursor, 0
    for batch in islice(source.pull(cursor), stop_after):
        feedback |= {row.external_id: row for row in batch.feedback}
        customers |= {row.ref: row for row in batch.customers}
        names |= batch.names
        cursor, batches = batch.cursor, batches + 1
    return Pulled(feedback, customers, names, cursor, batches)


def patient(source: _Source, time: FakeTime) -> _Source:
    """The source, for which time passes by itself."""
    return replace(source, api=replace(source.api, sleep=time.sleep, clock=time.clock))


def context(environ: Mapping[str, str]) -> SourceContext:
    """A workspace of which a live source knows the environment alone."""
    return SourceContext(Path(), Path(), Path(), UTC, environ)
