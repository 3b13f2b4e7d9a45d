"""The team's usage data, wherever it stands. No engine is imported before something is asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from aftermerge.model.feedback import Feedback
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.model.table import UsageTable

if TYPE_CHECKING:
    from aftermerge.usage.engines.places import Places
    from aftermerge.usage.store.reading import KeptFiles

_NOTHING_STORED: Mapping[str, Path] = MappingProxyType({})
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})
_NOTHING_KEPT: "Mapping[str, Callable[[], KeptFiles]]" = MappingProxyType({})


class Warehouse:
    """Usage tables in files and in the team's own engines, fits `ports.Usage`.

    Paths and globs of tables are relative to `root`; `stored` gives, by a table's name, the cleaned Parquet file that
    is read in its place. Days are those of `timezone`. `feedback` is called when a question is about feedback. What an
    engine's address leaves to the environment stands in `environ`. `kept` looks up what the local store has of a table
    at that moment. The embedded engine takes `memory` at most, and puts what does not fit under `spill`. Sums
    of days are kept in the folder `cube`.
    """

    def __init__(
        self,
        tables: Sequence[UsageTable],
        root: Path,
        timezone: str,
        feedback: Callable[[], Iterable[Feedback]],
        stored: Mapping[str, Path] = _NOTHING_STORED,
        environ: Mapping[str, str] = _NO_VARIABLES,
        kept: "Mapping[str, Callable[[], KeptFiles]]" = _NOTHING_KEPT,
        memory: str | None = None,
        spill: Path | None = None,
        cube: Path | None = None,
    ) -> None:
        self._tables = tuple(tables)
        self._root = root
        self._timezone = timezone
        self._feedback = feedback
        self._stored = stored
        self._environ = environ
        self._kept = kept
        self._memory = memory
        self._spill = spill
        self._cube = cube

    def tables(self) -> Sequence[UsageTable]:
        return self._tables

    def compile(self, plan: Plan, dialect: str | None = None) -> Sequence[Query]:
        """What would be asked, as SQL. Tables are opened to learn their columns, and whether units stand in one row.

        Raises:
            InputError: there is no such dialect.
        """
        from aftermerge.usage import answer, dialects, engines

        chosen = None if dialect is None else dialects.known(dialect)
        with engines.opened(self._places()) as opened:
            return answer.compile_with(opened, plan, chosen)

    def answer(self, plan: Plan) -> Answers:
        """The answers, and for each question that has none the reason."""
        from aftermerge.usage import answer, engines

        with engines.opened(self._places()) as opened:
            return answer.answer_with(opened, plan)

    def _places(self) -> "Places":
        from aftermerge.usage import engines

        return engines.Places(
            self._tables,
            self._root,
            self._timezone,
            self._feedback,
            self._stored,
            self._environ,
            self._kept,
            self._memory,
            self._spill,
            self._cube,
        )
