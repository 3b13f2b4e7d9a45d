"""The experiments that one query answers together: a flag, and until when it is looked at."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
from sqlglot import exp

from aftermerge.model.plan import ArmsQuestion
from aftermerge.usage import queries, sql
from aftermerge.usage.rows import Rows

NUMBER = "experiment"
"""The column that says which experiment a row is of."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Experiment:
    """One flag, up to one moment (aware); None where the data's own end is the only one."""

    flag: str
    until: datetime | None

    @classmethod
    def of(cls, question: ArmsQuestion) -> "Experiment":
        return cls(question.flag, question.until)


@dataclass(frozen=True, slots=True)
class Experiments:
    """All of them, numbered in their order: a row each in the step `experiments`, with its flag and its `cut_at`."""

    each: tuple[Experiment, ...]

    @classmethod
    def of(cls, questions: Iterable[ArmsQuestion]) -> "Experiments":
        found = {Experiment.of(question) for question in questions}
        return cls(tuple(sorted(found, key=lambda one: (one.flag, one.until is not None, one.until or _NEVER))))

    @property
    def flags(self) -> Sequence[str]:
        return sorted({experiment.flag for experiment in self.each})

    def step(self) -> queries.Step:
        """`cut_at` is the last moment that is looked at: where the data ends, or `until` when that is earlier."""
        number, flag = sql.col(NUMBER, "given"), sql.col("flag", "given")
        cut_at = sql.capped(sql.col("cut_at", "cut"), sql.col("until_at", "given"))
        first, *others = (_row(number, experiment) for number, experiment in enumerate(self.each))
        given = (exp.union(first, *others, distinct=False) if others else first).subquery("given")
        select = exp.select(number, flag, sql.named(cut_at, "cut_at"))
        return "experiments", select.from_(given).join("cut", join_type="cross")

    def rows_of_each(self, rows: Rows) -> Mapping[Experiment, Rows]:
        """Of rows in the order of `NUMBER`, those of each experiment."""
        ends = np.searchsorted(rows.counts(NUMBER), np.arange(len(self.each) + 1)).tolist()
        return {each: rows.between(*own) for each, own in zip(self.each, pairwise(ends), strict=True)}


def _row(number: int, experiment: Experiment) -> exp.Select:
    at = sql.cast(exp.Null(), "TIMESTAMP") if experiment.until is None else sql.instant(experiment.until)
    columns = {NUMBER: sql.number(number), "flag": sql.text(experiment.flag), "until_at": at}
    return exp.select(*(sql.named(column, name) for name, column in columns.items()))
