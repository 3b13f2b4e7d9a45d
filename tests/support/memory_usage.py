"""Usage data that is simply there: as `ports.Usage` says, for tests of the stages."""

from collections.abc import Mapping, Sequence

from aftermerge.model.plan import Answers, Arms, Plan, Query, Series
from aftermerge.model.table import UsageTable


class MemoryUsage:
    """Answers from what it was given, by the question's key; all else fails with a reason."""

    def __init__(
        self,
        tables: Sequence[UsageTable] = (),
        series: Mapping[str, Series] | None = None,
        arms: Mapping[str, Arms] | None = None,
    ) -> None:
        self._tables, self._series, self._arms = tuple(tables), dict(series or {}), dict(arms or {})
        self.asked: list[tuple[str, ...]] = []

    def tables(self) -> Sequence[UsageTable]:
        return self._tables

    def compile(self, plan: Plan) -> Sequence[Query]:
        return [Query("memory", f"SELECT '{q.key}'", (q.key,)) for q in plan.questions]

    def answer(self, plan: Plan) -> Answers:
        keys = tuple(question.key for question in plan.questions)
        self.asked.append(keys)
        return Answers(
            series={key: self._series[key] for key in keys if key in self._series},
            arms={key: self._arms[key] for key in keys if key in self._arms},
            failed={key: "no such data" for key in keys if key not in self._series and key not in self._arms},
        )
