"""What is needed to learn, in SQL: the part of `SqlLedger` that fits `ports.Learns`."""

from collections.abc import Sequence

from aftermerge.ledger.learn import learned
from aftermerge.ledger.sql_tell import SqlTell
from aftermerge.model.notice import Milestone, Notice
from aftermerge.model.thanks import OwnName, Thanks


class SqlLearn(SqlTell):
    """Nothing of it is journalled: who thanked whom is theirs, and a notice tells of itself."""

    def notices(self) -> Sequence[Notice]:
        with self.database.reading() as connection:
            return learned.notices(connection)

    def replace_notice(self, before: Notice | None, after: Notice) -> bool:
        with self.database.writing() as connection:
            return learned.swap_notice(connection, before, after)

    def milestones(self) -> Sequence[Milestone]:
        with self.database.reading() as connection:
            return learned.milestones(connection)

    def mark_milestones(self, milestones: Sequence[Milestone]) -> int:
        with self.database.writing() as connection:
            return learned.mark(connection, milestones)

    def thanks(self, person: str) -> Sequence[Thanks]:
        with self.database.reading() as connection:
            return learned.thanks_of(connection, person)

    def published_thanks(self) -> Sequence[Thanks]:
        with self.database.reading() as connection:
            return learned.published(connection)

    def replace_thanks(self, before: Thanks | None, after: Thanks | None) -> bool:
        with self.database.writing() as connection:
            return learned.swap_thanks(connection, before, after)

    def own_names(self, person: str) -> Sequence[OwnName]:
        with self.database.reading() as connection:
            return learned.own_names(connection, person)

    def link_own_name(self, name: OwnName) -> bool:
        with self.database.writing() as connection:
            return learned.link(connection, name)

    def unlink_own_name(self, name: OwnName) -> bool:
        with self.database.writing() as connection:
            return learned.unlink(connection, name)
