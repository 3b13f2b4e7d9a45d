"""Who was exposed to which flag, when first, to which variant, and until when each is watched."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Arms, ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source, attempt
from aftermerge.usage.columns import suggestion
from aftermerge.usage.contribution import unit_column
from aftermerge.usage.rows import Rows
from aftermerge.usage.times import local_day, utc
from aftermerge.usage.windows.experiments import NUMBER, Experiment, Experiments
from aftermerge.usage.windows.looks import LookedAt
from aftermerge.usage.windows.windowed import ENTERED, window_days

UNKNOWN = "unknown"
_AS_IT_IS = "TIMESTAMP"


def check_columns(source: Source, table: EventsTable, metric: Metric) -> None:
    """Refuse a table without the columns that exposures take.

    Raises:
        DataError: one is missing, or the times are none.
    """
    utc(source.columns, table.time, source.timezone)
    for name in (table.flag, table.variant, metric.segment):
        if name is not None:
            source.columns.read(name)


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """The steps up to `exposures` and `watched`.

    `exposures` has a row an experiment and unit: experiment, unit, variant, exposed_at, opens_at, closes_at, closed_on,
    segment. `closed_on` is the local day of the window's last moment; its end is excluded, so one that ends at midnight
    closes on the day before. Null where it is open, or the data does not reach that far. `opens_at` is as long before
    the exposure as the window is after it. The segment, if one is asked for, is the value on the first exposure; of
    several at the same moment, the smallest. `watched` are those whose window has closed, seen in one variant only.
    `by_code` is whether codes may stand for the units where there are some; they are not in the order of the names.
    """

    source: Source
    table: EventsTable
    metric: Metric
    experiments: Experiments
    by_code: bool = True

    @classmethod
    def of(cls, source: Source, table: EventsTable, questions: Sequence[ArmsQuestion]) -> "Exposed":
        """All of these questions, which share the window, the segment and the kind of unit."""
        return cls(source, table, questions[0].metric, Experiments.of(questions))

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of `exposures`."""
        of_segment = () if self.metric.segment is None else ("segment",)
        return (NUMBER, "unit", "variant", "exposed_at", "opens_at", "closes_at", "closed_on", *of_segment)

    @property
    def steps(self) -> list[queries.Step]:
        return [("cut", self.cut), *self.exposed_by_then, self.watched]

    @property
    def cut(self) -> exp.Select:
        """When the data ends."""
        last = sql.named(sql.largest(self._at), "cut_at")
        return queries.of_table(exp.select(last), self.source.relation)

    @property
    def time(self) -> exp.Column | None:
        """The column of times, where it holds them in UTC as they are."""
        at = self._at
        return at if isinstance(at, exp.Column) and self.source.columns.type_of(self.table.time) == _AS_IT_IS else None

    @property
    def exposed_by_then(self) -> list[queries.Step]:
        """From `cut` to `exposures`."""
        return [
            self.experiments.step(),
            ("shown", self._shown()),
            ("first_shown", self._first_shown()),
            ("exposures", self._exposures()),
        ]

    @property
    def watched(self) -> queries.Step:
        watched = exp.select(*map(sql.col, self.names))
        return "watched", queries.read_again(queries.of_step(watched, "exposures").where(ENTERED))

    def events(self, *columns: exp.Expr) -> exp.Select:
        """Every unit's events: at, unit and these columns."""
        head = exp.select(sql.named(self._at, "at"), sql.named(self._unit, "unit"), *columns)
        return head.from_(self.source.relation).where(sql.present(self._unit))

    def answers(
        self, rows: Rows, questions: Sequence[ArmsQuestion], arms: Callable[[LookedAt, ArmsQuestion], Arms]
    ) -> Answers:
        """Of each question, from the rows of its experiment; the reason where they say nothing."""
        of_each, look = self.experiments.rows_of_each(rows), cache(LookedAt.of)

        def answer(question: ArmsQuestion) -> Arms:
            own = of_each[Experiment.of(question)]
            if not len(own):
                raise self.nobody(question.flag)
            return arms(look(own), question)

        done, failed = attempt(((question.key, question) for question in questions), answer)
        return Answers(arms=done, failed=failed)

    def nobody(self, flag: str) -> DataError:
        """Why there is no exposure."""
        columns = self.source.columns
        seen = self.source.distinct(sql.when(self._is_exposure, columns.text(self.table.flag)))
        what = f"no unit of `{self.source.name}` was exposed to the flag `{flag}`"
        if flag in seen:
            return DataError(f"{what} by then", then="wait for the first exposure")
        if seen:
            return DataError(what, then=suggestion(flag, seen))
        then = f"`{self.table.exposure}` never happened: name the exposing event in [[usage.events]]"
        return DataError(what, then=then)

    @property
    def _at(self) -> exp.Expr:
        return utc(self.source.columns, self.table.time, self.source.timezone)

    @property
    def _unit(self) -> exp.Expr:
        columns, column = self.source.columns, unit_column(self.source, self.table, self.metric)
        names = {code: name for name, code in columns.codes.items()}
        return sql.col(column) if column in names and self.by_code else columns.read(names.get(column, column))

    @property
    def _is_exposure(self) -> exp.Expr:
        return sql.equals(self.source.columns.text(self.table.event), self.table.exposure)

    def _shown(self) -> exp.Select:
        """A row an experiment and exposure that it looks at."""
        columns = {"at": self._at, "unit": self._unit, "flag": self.source.columns.text(self.table.flag)}
        columns["variant"] = self.source.columns.text(self.table.variant)
        if self.metric.segment is not None:
            columns["segment"] = self.source.columns.text(self.metric.segment)
        seen = exp.select(*(sql.named(column, name) for name, column in columns.items()))
        one_of_them = sql.one_of(columns["flag"], [sql.text(flag) for flag in self.experiments.flags])
        known = sql.present(columns["unit"]), sql.present(columns["variant"])
        seen = seen.from_(self.source.relation).where(self._is_exposure, one_of_them, *known)
        head = [sql.col(NUMBER, "experiments"), sql.col("cut_at", "experiments")]
        head += [sql.col(name, "seen") for name in columns if name != "flag"]
        own = sql.same(sql.col("flag", "seen"), sql.col("flag", "experiments"))
        looked_at = sql.at_most(sql.col("at", "seen"), sql.col("cut_at", "experiments"))
        return exp.select(*head).from_(seen.subquery("seen")).join("experiments", on=exp.and_(own, looked_at))

    def _first_shown(self) -> exp.Select:
        variant = sql.col("variant")
        only = sql.when(sql.same(sql.smallest(variant), sql.largest(variant)), sql.smallest(variant))
        columns = {
            "variant": only,
            "exposed_at": sql.smallest(sql.col("at")),
            "cut_at": sql.smallest(sql.col("cut_at")),
        }
        head: list[exp.Expr] = [sql.col(NUMBER), sql.col("unit")]
        head += [sql.named(column, name) for name, column in columns.items()]
        return queries.grouped(exp.select(*head).from_("shown"), 2)

    def _exposures(self) -> exp.Select:
        exposed_at, days = sql.col("exposed_at", "first_shown"), window_days(self.metric)
        closes_at = sql.days_after(exposed_at, days)
        closed_on = local_day(sql.moment_before(closes_at), self.source.timezone)
        has_closed = sql.at_most(closes_at, sql.col("cut_at", "first_shown"))
        head: list[exp.Expr] = [sql.col(name, "first_shown") for name in (NUMBER, "unit", "variant", "exposed_at")]
        head.append(sql.named(sql.days_before(exposed_at, days), "opens_at"))
        head.append(sql.named(closes_at, "closes_at"))
        head.append(sql.named(sql.when(has_closed, closed_on), "closed_on"))
        select = exp.select(*head).from_("first_shown")
        return select if self.metric.segment is None else self._with_segment(select, len(head))

    def _with_segment(self, select: exp.Select, columns: int) -> exp.Select:
        segment = sql.or_else(sql.smallest(sql.col("segment", "shown")), sql.text(UNKNOWN))
        first = exp.and_(
            sql.same(sql.col(NUMBER, "shown"), sql.col(NUMBER, "first_shown")),
            sql.same(sql.col("unit", "shown"), sql.col("unit", "first_shown")),
            sql.same(sql.col("at", "shown"), sql.col("exposed_at", "first_shown")),
        )
        return queries.grouped(select.select(sql.named(segment, "segment")).join("shown", on=first), columns)
