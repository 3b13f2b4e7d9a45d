"""What customers were told, in SQL: the part of `SqlLedger` that fits `ports.Tells`."""

from collections.abc import Collection, Sequence

from aftermerge.ledger.journal import Deed
from aftermerge.ledger.sql_hear import SqlHear
from aftermerge.ledger.tell import messages
from aftermerge.model.customer import digest_of
from aftermerge.model.message import Confirmation, Message


class SqlTell(SqlHear):
    """The journal names customers by digest here, too, and never has a word of a message."""

    def messages(self) -> Sequence[Message]:
        with self.database.reading() as connection:
            return messages.read(connection)

    def replace_message(self, before: Message | None, after: Message) -> bool:
        with self.database.writing() as connection:
            done = messages.swap(connection, before, after)
            if done and (before is None or before.state != after.state):
                detail = {"bet": after.bet, "kind": after.kind}
                self.note(connection, Deed(f"message {after.state}", digest_of(after.asker), detail))
            return done

    def confirmations(self) -> Sequence[Confirmation]:
        with self.database.reading() as connection:
            return messages.confirmations(connection)

    def confirm(self, confirmation: Confirmation) -> bool:
        with self.database.writing() as connection:
            done = messages.confirm(connection, confirmation)
            if done:
                detail = {"bet": confirmation.bet, "helped": confirmation.helped, "by": confirmation.by}
                self.note(connection, Deed("confirm", digest_of(confirmation.asker), detail))
            return done

    def opt_out(self, customer: str) -> bool:
        with self.database.writing() as connection:
            done = messages.opt(connection, customer)
            if done:
                self.note(connection, Deed("opt out", digest_of(customer), {}))
            return done

    def opted_out(self) -> Collection[str]:
        with self.database.reading() as connection:
            return messages.opted_out(connection)
