"""What a person decided about problems, one step at a time, each of which can be taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from aftermerge.ledger.hear import attribution, heard, problems
from aftermerge.ledger.hear.before import Before
from aftermerge.ledger.tables.hear import curation
from aftermerge.ledger.tables.storable import storable, storable_text
from aftermerge.model.problem import Attribution, Curation, Undone


def curate(connection: Connection, at: datetime, actor: str, decided: Curation) -> int:
    """Do it and remember how things stood; how many pieces of feedback now speak of another problem.

    An attraction takes nothing from a person, a bet or a source; where it moves nothing there is nothing to take back.

    Raises:
        UnknownIdError: it names feedback that is not there; then nothing is done.
    """
    said = {row.feedback: row for row in map(storable, decided.attributions) if row.feedback not in decided.released}
    touched = [*said, *decided.released]
    attribution.refuse_unknown(connection, touched)
    before = Before.read(connection, touched, [storable(row).id for row in decided.problems])
    problems.put(connection, decided.problems)
    moved = _attribute(connection, decided, list(said.values()), before.standing)
    heard.mark(connection, moved)
    if moved or decided.verb != "attract":
        _remember(connection, at, actor, decided, before)
    return len(moved)


def undo(connection: Connection) -> Undone | None:
    """Put back what the last curation found that was not taken back yet."""
    query = select(curation).where(~curation.c.undone).order_by(curation.c.seq.desc()).limit(1)
    last = connection.execute(query).first()
    if last is None:
        return None
    heard.mark(connection, Before.from_document(last.before).put_back(connection))
    connection.execute(update(curation).where(curation.c.seq == last.seq).values(undone=True))
    return Undone(last.verb, last.subject)


def _attribute(
    connection: Connection, decided: Curation, said: Sequence[Attribution], standing: attribution.Standing
) -> set[str]:
    rows = [row for row in said if row.by != "attracted" or standing.gives_way_to(row)]
    attribution.write(connection, rows, standing)
    attribution.clear(connection, decided.released, standing)
    if decided.verb != "attract":  # what a person took away stays away
        attribution.set_released(connection, decided.released, decided.released)
    after = {row.feedback: row.problem for row in rows} | dict.fromkeys(decided.released)
    return {identifier for identifier, name in after.items() if standing.problem_of(identifier) != name}


def rename(connection: Connection, new_id: Mapping[str, str]) -> None:
    """Feedback has another id now: what is remembered of it bears that."""
    for row in connection.execute(select(curation)).all():
        before = Before.from_document(row.before)
        after = before.renamed(new_id)
        subject = new_id.get(row.subject, row.subject)
        if after != before or subject != row.subject:
            changed = update(curation).where(curation.c.seq == row.seq)
            connection.execute(changed.values(before=after.document(), subject=subject))


def _remember(connection: Connection, at: datetime, actor: str, decided: Curation, before: Before) -> None:
    last = connection.scalar(select(func.max(curation.c.seq))) or 0
    row = {"seq": last + 1, "at": at, "actor": actor, "verb": decided.verb, "subject": storable_text(decided.subject)}
    connection.execute(insert(curation).values(**row, before=before.document(), undone=False))
