"""Events become days, or days of a segment, each metric by the shortest way that there is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC

from sqlglot import exp

from aftermerge.model.plan import Answers, Question
from aftermerge.model.table import EventsTable
from aftermerge.usage import queries, sql
from aftermerge.usage.asked import Asked, Days, Source
from aftermerge.usage.contribution import Contribution
from aftermerge.usage.days.exact_sums import ExactSums
from aftermerge.usage.days.ladder import Ladder
from aftermerge.usage.days.unit_days import UnitDays, active
from aftermerge.usage.dialects import write
from aftermerge.usage.rows import Rows
from aftermerge.usage.times import day_at_offsets, local, local_day, utc

_DAYS = "days"
FIRST_AT, LAST_AT = "first_at", "last_at"


@dataclass(frozen=True, slots=True, eq=False)
class ByDay:
    """What events add up to by local day, and where `segment` names a column, by its value.

    Whole numbers are added up as they are; real ones exactly (see `ladder`); units are told apart only where a share
    or the number of active units needs it. Each way reads the table for itself, and only the columns that it needs.
    `units` are the kinds (user, account) whose active units are wanted, with the column that tells them apart.
    `ladders` are the grids of sums that the usual ones do not fit, `days` the only ones that are asked for.
    """

    source: Source
    table: EventsTable
    parts: tuple[Contribution, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    segment: str | None = None
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    days: Days | None = None

    def statement(self) -> exp.Select:
        """The columns `day` (and `segment`), `first_at` and `last_at` (local), what is wanted of `active_user` and
        `active_account`, and the parts' sums, in the order of the days."""
        days = queries.grouped(self._days(), len(self.keys))
        ways = self._ways()
        if not ways:
            return queries.ordered(days, len(self.keys))
        steps = [step for way in ways for step in way.steps]
        return queries.stepped(queries.ordered(self._beside(ways), len(self.keys)), (_DAYS, days), *steps)

    def asked(
        self, questions: tuple[Question, ...], read: Callable[[Rows, str], Answers], *, may_be_kept: bool
    ) -> Asked:
        """What finds the answers to these questions; `read` is given each sum in one column."""

        def finished(rows: Rows, text: str) -> Answers:
            return read(self.finished(rows), text)

        def again(rows: Rows) -> Asked | None:
            fitting = self.fitting(rows)
            return None if fitting is None else fitting.asked(questions, read, may_be_kept=may_be_kept)

        by_day = self if may_be_kept else None
        return Asked(self.source.name, self.statement(), questions, finished, again, by_day=by_day)

    def finished(self, rows: Rows) -> Rows:
        """The rows with each sum in one column."""
        return self._sums().finished(rows)

    def fitting(self, rows: Rows) -> "ByDay | None":
        """The same, with grids that fit; None where these did."""
        unfit = self._sums().unfit(rows)
        return replace(self, ladders=self._sums().learned(unfit)) if unfit and not self.ladders else None

    def part(self, columns: Collection[str], relation: exp.Table, days: Days) -> "ByDay":
        """Only what these columns need, over a table that holds all events of these days."""
        parts = tuple(part for part in self.parts if any(name in columns for name in part.outcome.names))
        told_apart = {part.metric.unit for part in parts if part.metric.kind == "share"}
        wanted = {kind for kind in self.units if active(kind) in columns} | told_apart
        units = {kind: column for kind, column in self.units.items() if kind in wanted}
        source = replace(self.source, relation=relation)
        return replace(self, source=source, parts=parts, units=units, days=days)

    def definitions(self) -> dict[str, str]:
        """Of each column but `day`, what its values rest on beside the events."""
        at = self._defined("at", self.at)
        found = {name: f"{name} {at}" for name in (FIRST_AT, LAST_AT)}
        found |= {
            active(kind): f"active {at} {self._defined('unit', sql.col(unit))}" for kind, unit in self.units.items()
        }
        for part in self.parts:
            unit = [sql.col(self.units[part.metric.unit])] if part.metric.kind == "share" else []
            for name, value in zip(part.outcome.names, (part.y, part.d), strict=False):
                if value is not None:
                    found[name] = f"{at} {self._defined('units' if unit else 'sum', value, *unit)}"
        return found

    @property
    def keys(self) -> tuple[str, ...]:
        return ("day",) if self.segment is None else ("day", "segment")

    @property
    def at(self) -> exp.Expr:
        """When an event happened, in UTC."""
        return utc(self.source.columns, self.table.time, self.source.timezone)

    def rows(self, *columns: exp.Expr) -> exp.Select:
        """A query of the events that happened at any known time, with the keys and further columns."""
        head = [sql.named(self._day(), "day")]
        if self.segment is not None:
            head.append(sql.named(self.source.columns.text(self.segment), "segment"))
        select = queries.of_table(exp.select(*head, *columns), self.source.relation.copy())
        return select.where(sql.present(self.at), *self._within())

    def _day(self) -> exp.Expr:
        if self.days is None:
            return local_day(self.at, self.source.timezone)
        return day_at_offsets(self.at, self.days.offsets)

    def _within(self) -> list[exp.Expr]:
        if self.days is None:
            return []
        start, end = sql.instant(self.days.start.replace(tzinfo=UTC)), sql.instant(self.days.end.replace(tzinfo=UTC))
        sharp = [sql.at_least(self.at, start), sql.less(self.at, end)]
        if self.days.sharp:
            return sharp
        first, last = (sql.cast(sql.text(day.isoformat()), "DATE") for day in (self.days.first, self.days.last))
        return [*sharp, sql.at_least(self._day(), first), sql.at_most(self._day(), last)]

    def _defined(self, what: str, *values: exp.Expr) -> str:
        """What is summed or counted, in SQL, with the types of the columns that it reads."""
        read = [self.at, *values]
        types = {
            col.name: self.source.columns.types.get(col.name) for each in read for col in each.find_all(exp.Column)
        }
        texts = [write(each) for each in values]
        return repr((self.source.name, self.source.timezone, what, texts, sorted(types.items())))

    def _days(self) -> exp.Select:
        zone = self.source.timezone
        times = {FIRST_AT: sql.smallest(self.at), LAST_AT: sql.largest(self.at)}
        return self.rows(*(sql.named(local(at, zone), name) for name, at in times.items()), *self._whole_sums())

    def _whole_sums(self) -> list[exp.Expr]:
        summed = [part for part in self.parts if part.is_whole and part.metric.kind != "share"]
        values = [pair for part in summed for pair in zip(part.outcome.names, (part.y, part.d), strict=False)]
        return [sql.named(sql.total(value), name) for name, value in values if value is not None]

    def _sums(self) -> ExactSums:
        real = {part.outcome.y: part.y for part in self.parts if not part.is_whole}
        return ExactSums(self.keys, real, self.rows, self.source, self.ladders)

    def _unit_days(self) -> list[UnitDays]:
        shares = [part for part in self.parts if part.metric.kind == "share"]
        found = []
        for kind, column in self.units.items():
            own = {part.outcome.y: _holds(part) for part in shares if part.metric.unit == kind}
            found.append(UnitDays(kind, self.keys, column, own, self.rows))
        return found

    def _ways(self) -> list[ExactSums | UnitDays]:
        """How each sum that the days alone do not give is come by."""
        sums = self._sums()
        return [*([sums] if sums.values else []), *self._unit_days()]

    def _beside(self, ways: list[ExactSums | UnitDays]) -> exp.Select:
        names = [*self.keys, FIRST_AT, LAST_AT]
        head = [sql.col(name, _DAYS) for name in (*names, *(column.alias for column in self._whole_sums()))]
        head += [sql.col(name, way.name) for way in ways for name in way.columns]
        select = queries.of_step(exp.select(*head), _DAYS)
        for way in ways:
            own = sql.all_of(*(sql.same(sql.col(key, _DAYS), sql.col(key, way.name)) for key in self.keys))
            select = select.join(queries.step(way.name), on=own, join_type="left", copy=False)
        return select


def by_code(source: Source, part: Contribution) -> Contribution:
    """The same, where a unit's code is looked at instead of its name to see whether there is one: to read names takes
    longer than all else."""
    codes = source.columns.codes

    def coded(node: exp.Expr) -> exp.Expr:
        asked = node.parent
        if not isinstance(node, exp.Column) or not isinstance(asked, exp.Is) or node.name not in codes:
            return node
        return sql.col(codes[node.name]) if isinstance(asked.expression, exp.Null) else node

    return replace(part, y=part.y.transform(coded)) if codes else part


def _holds(share: Contribution) -> exp.Expr:
    """What is true of a row by which a unit belongs to a share."""
    condition: exp.Expr = share.y.args["ifs"][0].this
    return condition
