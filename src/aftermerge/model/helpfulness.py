"""What those say who were told: beside the measured effect, and never mixed into it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from aftermerge.model.message import Confirmation, Helped, Message


@dataclass(frozen=True, slots=True)
class Helpfulness:
    """How many were told, and how many of them gave each answer; the others have said nothing."""

    told: int
    said: Mapping[Helped, int]

    @property
    def silent(self) -> int:
        return max(self.told - sum(self.said.values()), 0)

    @property
    def is_denied(self) -> bool:
        """Somebody says that it did not help: what was solved is open again."""
        return self.said["no"] > 0

    @property
    def is_affirmed(self) -> bool:
        """Somebody says that it helped, and nobody that it did not."""
        return self.said["yes"] > 0 and not self.is_denied


def helpfulness(
    bets: Collection[str], messages: Iterable[Message], confirmations: Iterable[Confirmation]
) -> Helpfulness:
    """Of some bets together; each customer's last word on each bet counts."""
    told = {(m.bet, m.asker) for m in messages if m.kind == "answer" and m.state == "sent" and m.bet in bets}
    said = {(row.bet, row.asker): row.helped for row in confirmations if row.bet in bets}
    counts = Counter(said.values())
    return Helpfulness(len(told | said.keys()), {helped: counts[helped] for helped in get_args(Helped)})
