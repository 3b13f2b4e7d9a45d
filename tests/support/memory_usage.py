"""Usage data that is simply there: as `ports.Usage` says, for tests of the stages."""

from collections.abc import Mapping, Sequence

from aftermerge.model.plan import Answers, Arms, Plan, Query, Rollout, Segments, Series
from aftermerge.model.table import UsageTable


class MemoryUsage:
    """Answers from what it was given, by the question's key; all else fails with a reason.

    `is_away` is whether that is because nobody answered, and no fault of the question.
    """

    def __init__(
        self,
        tables: Sequence[UsageTable] = (),
        series: Mapping[str, Series] | None = None,
        arms: Mapping[str, Arms] | None = None,
        rollouts: Mapping[str, Rollout] | None = None,
        segments: Mapping[str, Segments] | None = None,
        is_away: bool = False,
    ) -> None:
        self._is_away = is_away
        self._tables, self._series, self._arms = tuple(tables), dict(series or {}), dict(arms or {})
        self._rollouts, self._segments = dict(rollouts or {}), dict(segments or {})
        self.asked: list[tuple[str, ...]] = []

    def tables(self) -> Sequence[UsageTable]:
        return self._tables

    def compile(self, plan: Plan, dialect: str | None = None) -> Sequence[Query]:
        return [Query("memory", f"SELECT '{q.key}'", (q.key,)) for q in plan.questions]

    def answer(self, plan: Plan) -> Answers:
        keys = tuple(question.key for question in plan.questions)
        self.asked.append(keys)
        return Answers(
            series={key: self._series[key] for key in keys if key in self._series},
            arms={key: self._arms[key] for key in keys if key in self._arms},
            rollouts={key: self._rollouts[key] for key in keys if key in self._rollouts},
            segments={key: self._segments[key] for key in keys if key in self._segments},
            failed={key: "no such data" for key in keys if not self._has(key)},
            unasked=frozenset({"no such data"} if self._is_away else ()),
        )

    def _has(self, key: str) -> bool:
        return any(key in known for known in (self._series, self._arms, self._rollouts, self._segments))
