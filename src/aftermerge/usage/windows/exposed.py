"""Who was exposed to a flag, when first, to which variant, and until when each is watched."""

from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from aftermerge.errors import DataError
from aftermerge.model.metric import Metric
from aftermerge.model.plan import ArmsQuestion
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Source
from aftermerge.usage.columns import suggestion
from aftermerge.usage.contribution import unit_column
from aftermerge.usage.times import local_day, utc
from aftermerge.usage.windows.windowed import window_days

UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, eq=False)
class Exposed:
    """The steps `cut` and `exposures`: a row a unit, with unit, variant, exposed_at, closes_at, closed_on, segment.

    `closed_on` is the local day of the window's last moment; its end is excluded, so one that ends at midnight closes
    on the day before. Null where it is open, or the data does not reach that far.
    The segment, if one is asked for, is the value on the first exposure; of several at the same moment, the smallest.
    """

    source: Source
    table: EventsTable
    metric: Metric
    flag: str
    until: datetime | None

    @classmethod
    def of(cls, source: Source, table: EventsTable, question: ArmsQuestion) -> "Exposed":
        return cls(source, table, question.metric, question.flag, question.until)

    def check(self) -> None:
        """Refuse a table without the columns that this takes.

        Raises:
            DataError: one is missing, or the times are none.
        """
        utc(self.source.columns, self.table.time, self.source.timezone)
        for name in (self.table.flag, self.table.variant, self.metric.segment):
            if name is not None:
                self.source.columns.read(name)

    @property
    def steps(self) -> list[queries.Step]:
        cut = ("cut", self._cut())
        if self.metric.segment is None:
            return [cut, ("exposures", self._first(self._unit, self._variant, self._at, self.source.relation))]
        first = self._first(sql.col("unit"), sql.col("variant"), sql.col("at"), exp.to_table("shown"))
        return [cut, ("shown", self._shown()), ("first_shown", first), ("exposures", self._with_segment())]

    @property
    def at(self) -> exp.Expr:
        return self._at

    def events(self, *columns: exp.Expr) -> exp.Select:
        """Every unit's events: at, unit and these columns."""
        head = exp.select(sql.named(self._at, "at"), sql.named(self._unit, "unit"), *columns)
        return head.from_(self.source.relation).where(sql.present(self._unit))

    def nobody(self) -> DataError:
        """Why there is no exposure."""
        columns = self.source.columns
        seen = self.source.distinct(sql.when(self._is_exposure, columns.text(self.table.flag)))
        what = f"no unit of `{self.source.name}` was exposed to the flag `{self.flag}`"
        if self.flag in seen:
            return DataError(f"{what} by then", then="wait for the first exposure")
        if seen:
            return DataError(what, then=suggestion(self.flag, seen))
        then = f"`{self.table.exposure}` never happened: name the exposing event in [[usage.events]]"
        return DataError(what, then=then)

    @property
    def _at(self) -> exp.Expr:
        return utc(self.source.columns, self.table.time, self.source.timezone)

    @property
    def _unit(self) -> exp.Expr:
        return sql.col(unit_column(self.source, self.table, self.metric))

    @property
    def _variant(self) -> exp.Expr:
        return self.source.columns.text(self.table.variant)

    @property
    def _is_exposure(self) -> exp.Expr:
        return sql.equals(self.source.columns.text(self.table.event), self.table.exposure)

    @property
    def _seen(self) -> exp.Expr:
        return exp.and_(
            self._is_exposure,
            sql.equals(self.source.columns.text(self.table.flag), self.flag),
            sql.present(self._unit),
            sql.present(self._variant),
            sql.at_most(self._at, cut_at()),
        )

    def _cut(self) -> exp.Select:
        """The last moment that is looked at: where the data ends, or `until` when that is earlier."""
        last = sql.largest(self._at)
        cut = last if self.until is None else sql.capped(last, sql.instant(self.until))
        return exp.select(sql.named(cut, "cut_at")).from_(self.source.relation)

    def _first(self, unit: exp.Expr, variant: exp.Expr, at: exp.Expr, of: exp.Table) -> exp.Select:
        first_at = sql.smallest(at)
        only = sql.when(sql.same(sql.smallest(variant), sql.largest(variant)), sql.smallest(variant))
        closes_at = sql.days_after(first_at, window_days(self.metric))
        last_at = sql.moment_before(closes_at)
        closed_on = sql.when(sql.at_most(closes_at, cut_at()), local_day(last_at, self.source.timezone))
        head = exp.select(
            sql.named(unit, "unit"),
            sql.named(only, "variant"),
            sql.named(first_at, "exposed_at"),
            sql.named(closes_at, "closes_at"),
            sql.named(closed_on, "closed_on"),
        )
        select = head.from_(of)
        return queries.grouped(select.where(self._seen) if self.metric.segment is None else select, 1)

    def _shown(self) -> exp.Select:
        segment = self.source.columns.text(self.metric.segment or "")
        columns = {"unit": self._unit, "variant": self._variant, "at": self._at, "segment": segment}
        select = exp.select(*(sql.named(column, name) for name, column in columns.items()))
        return select.from_(self.source.relation).where(self._seen)

    def _with_segment(self) -> exp.Select:
        names = ("unit", "variant", "exposed_at", "closes_at", "closed_on")
        segment = sql.or_else(sql.smallest(sql.col("segment", "shown")), sql.text(UNKNOWN))
        first = exp.and_(
            sql.same(sql.col("unit", "shown"), sql.col("unit", "first_shown")),
            sql.same(sql.col("at", "shown"), sql.col("exposed_at", "first_shown")),
        )
        head = [*(sql.col(name, "first_shown") for name in names), sql.named(segment, "segment")]
        return queries.grouped(exp.select(*head).from_("first_shown").join("shown", on=first), len(names))


def cut_at() -> exp.Expr:
    return exp.select(sql.col("cut_at")).from_("cut").subquery()
