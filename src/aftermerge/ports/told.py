"""What customers were told, as the ledger remembers it."""

from collections.abc import Collection, Sequence
from typing import Protocol

from aftermerge.model.message import Confirmation, Message


class Tells(Protocol):
    """Messages to customers, and what they answered. Every method is one transaction."""

    def messages(self) -> Sequence[Message]:
        """By bet, asker and kind."""
        ...

    def replace_message(self, before: Message | None, after: Message) -> bool:
        """Write a message, if the ledger has it exactly as `before`; None: if it has none of that kind yet.

        False when another was quicker: then nothing is changed. What becomes of a message is journalled, without its
        words.
        """
        ...

    def confirmations(self) -> Sequence[Confirmation]:
        """By bet and asker."""
        ...

    def confirm(self, confirmation: Confirmation) -> bool:
        """Keep what a customer said, in place of what they said before; whether that differs."""
        ...

    def opt_out(self, customer: str) -> bool:
        """Never write to them again; whether that is new. Only a digest of their id is kept."""
        ...

    def opted_out(self) -> Collection[str]:
        """The digests (`model.customer.digest_of`) of those who do not want to be written to."""
        ...
