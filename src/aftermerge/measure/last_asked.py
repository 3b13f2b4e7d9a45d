"""What was read out before stays, with a word, where the data can't be asked today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo

from aftermerge.measure.finding import Finding
from aftermerge.model.readout import Check, Readout, Role, Subject

_NAME = "last_asked"
_Key = tuple[Subject, str, Role]


@dataclass(frozen=True, slots=True)
class LastAsked:
    """The readouts of the run before, and when that was; `unasked` are the reasons why the data could not be asked
    today; one that is the question's own fault is none of them."""

    before: Mapping[_Key, Readout]
    on: date | None
    unasked: Collection[str]
    today: date

    @classmethod
    def of(
        cls, kept: tuple[datetime | None, Sequence[Readout]], unasked: Collection[str], today: date, zone: tzinfo
    ) -> "LastAsked":
        as_of, readouts = kept
        before = {(each.subject, each.metric, each.role): each for each in readouts}
        return cls(before, as_of.astimezone(zone).date() if as_of else None, unasked, today)

    def or_before(self, finding: Finding, readout: Readout) -> Readout:
        """Today's readout; that of before where today's data could not be asked, and the claim is the same."""
        before = self.before.get((readout.subject, readout.metric, readout.role))
        if not self._is_unasked(finding.failure) or before is None or before.estimate is None:
            return readout
        if (before.unit, before.worth) != (readout.unit, readout.worth):
            return readout
        return replace(before, checks=(*_others(before), self._told(before, finding.failure or "")))

    def _is_unasked(self, failure: str | None) -> bool:
        """Whether that is why; more may be told before it."""
        return failure is not None and failure.endswith(tuple(self.unasked))

    def _told(self, before: Readout, failure: str) -> Check:
        earlier = next((check.detail.partition(";")[0] for check in before.checks if check.name == _NAME), None)
        read_on = earlier or f"read on {self.on}"
        return Check(_NAME, "warn", f"{read_on}; on {self.today} it could not be asked: {failure}")


def _others(readout: Readout) -> tuple[Check, ...]:
    return tuple(check for check in readout.checks if check.name != _NAME)
