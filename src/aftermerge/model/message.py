"""What a customer is told: about one bet, once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MessageKind = Literal["answer", "question"]
MessageState = Literal["drafted", "approved", "sending", "sent", "unknown", "refused", "waived"]
Helped = Literal["yes", "partly", "no", "not_tried"]


@dataclass(frozen=True, slots=True)
class Message:
    """The answer to one who asked, or the question that follows it: did it help?

    There is one of each kind for a customer and a bet. `feedback` is the id of what it answers. `text` is Markdown, and
    personal. `reference` can't be guessed; it stands in what is sent, so that it is found again there. `sending`: an
    attempt was begun at `attempted_at`, and its outcome is not written down yet; `unknown`: nobody but a human can say
    whether it arrived. `reason` is why it was refused or waived.
    """

    kind: MessageKind
    bet: str
    asker: str
    feedback: str
    reference: str
    state: MessageState
    text: str
    changed_at: datetime
    attempted_at: datetime | None = None
    sent_at: datetime | None = None
    url: str | None = None
    reason: str = ""

    @property
    def id(self) -> str:
        asked = f"{self.bet}/{self.feedback}"
        return asked if self.kind == "answer" else f"{asked}/helped"

    @property
    def is_settled(self) -> bool:
        """Nothing more is to be done about it."""
        return self.state in ("sent", "waived")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A customer's own word on whether it helped them; the last that they gave stands.

    `by`: by the link that the question bore, or in the thread, as a human read it there.
    """

    bet: str
    asker: str
    feedback: str
    helped: Helped
    said_at: datetime
    by: Literal["link", "thread"]
