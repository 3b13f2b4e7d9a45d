"""Reading without feedback: for a ledger that travels, as a CI's artifact, and holds no customer's words or names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from aftermerge.errors import InputError
from aftermerge.model.batch import Batch
from aftermerge.ports import Connector, Ledger
from aftermerge.settings import Source

_TELLS_OF_WORK = ("releases", "deployments", "pull_requests", "series", "units", "events")


@dataclass(frozen=True, slots=True)
class Unheard:
    """A source from which nothing is taken that a customer said."""

    connector: Connector

    @property
    def name(self) -> str:
        return self.connector.name

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        for batch in self.connector.pull(cursor):
            yield replace(batch, feedback=(), verbatims=(), customers=(), names={})


def without_feedback(
    connectors: Sequence[Connector], sources: Sequence[Source], ledger: Ledger
) -> tuple[tuple[Connector, ...], tuple[str, ...]]:
    """The connectors that tell of work, and the names of those that hear customers, which are not even asked.

    A source whose kind is not known to tell of work counts as one that hears.

    Raises:
        InputError: the ledger holds what customers said already.
    """
    if ledger.feedback() or ledger.tombstones():
        what = "this ledger holds what customers said already: it can't be made to hold none"
        then = "name a ledger of its own in AFTERMERGE_LEDGER_URL, or leave out --without-feedback"
        raise InputError(what, then=then)
    heard = {source.name for source in sources if hears(source)}
    kept = tuple(Unheard(connector) for connector in connectors if connector.name not in heard)
    return kept, tuple(connector.name for connector in connectors if connector.name in heard)


def hears(source: Source) -> bool:
    """Whether a source may hand over what customers said, by its kind and by what it is read `as`."""
    return source.kind != "git" and source.config.get("as") not in _TELLS_OF_WORK
