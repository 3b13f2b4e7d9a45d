"""Usage data read by DuckDB, which is imported only when something is asked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from aftermerge.model.feedback import Feedback
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.model.table import UsageTable

_NOTHING_STORED: Mapping[str, Path] = MappingProxyType({})


class DuckUsage:
    """The team's usage data in files, fits `ports.Usage`.

    Paths and globs of tables are relative to `root`; `stored` gives, by a table's name, the cleaned Parquet file that
    is read in its place. Days are those of `timezone`. `feedback` is called when a question is about feedback.
    """

    def __init__(
        self,
        tables: Sequence[UsageTable],
        root: Path,
        timezone: str,
        feedback: Callable[[], Iterable[Feedback]],
        stored: Mapping[str, Path] = _NOTHING_STORED,
    ) -> None:
        self._tables = tuple(tables)
        self._root = root
        self._timezone = timezone
        self._feedback = feedback
        self._stored = stored

    def tables(self) -> Sequence[UsageTable]:
        return self._tables

    def compile(self, plan: Plan) -> Sequence[Query]:
        """What would be asked, as SQL. Files are opened to learn their columns, and whether units stand in one row."""
        from aftermerge.usage import answer, engine

        places = engine.Places(self._tables, self._root, self._timezone, self._feedback, self._stored)
        return answer.compile_plan(places, plan)

    def answer(self, plan: Plan) -> Answers:
        """The answers, and for each question that has none the reason."""
        from aftermerge.usage import answer, engine

        places = engine.Places(self._tables, self._root, self._timezone, self._feedback, self._stored)
        return answer.answer_plan(places, plan)
