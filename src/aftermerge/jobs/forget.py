"""Forget a customer: in the ledger, the index and what lies beside them; and say where else their words may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from shutil import rmtree

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import OutsideError, UnknownIdError
from aftermerge.hear.refresh import refresh
from aftermerge.ledger.address import shown
from aftermerge.model.customer import Forgotten
from aftermerge.model.kept import unit_name
from aftermerge.model.table import EventsTable
from aftermerge.ports import Ledger


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A place that forgetting does not reach, and what a person can do there."""

    where: str
    then: str


@dataclass(frozen=True, slots=True)
class ForgetReport:
    """What was forgotten, and the places that are left to a person. `events` are rows of the local store."""

    forgotten: Forgotten
    elsewhere: tuple[Elsewhere, ...]
    events: int = 0


def customer_of(ledger: Ledger, given: str) -> str:
    """A customer's id, from itself or from the id of something that they said. One who was forgotten stays known by it,
    so that what a first try could not clean is cleaned by a second.

    Raises:
        UnknownIdError: it is neither.
    """
    said = ledger.feedback_by_id([given])
    if said:
        return said[0].asker
    if any(row.asker == given for row in ledger.feedback()) or any(stone.is_of(given) for stone in ledger.tombstones()):
        return given
    what = f"`{given}` is neither a customer nor a piece of feedback"
    raise UnknownIdError(what, then="find their words with `aftermerge hear search`; each hit's id can be given")


def subject_of(workspace: OpenWorkspace, given: str) -> str:
    """Whom to forget: a customer, or one of whom there are only events, as these name them.

    Raises:
        UnknownIdError: neither the ledger nor the local store knows them.
    """
    try:
        return customer_of(workspace.ledger, given)
    except UnknownIdError:
        if _has_events(workspace, given):
            return given
        raise


def forget(workspace: OpenWorkspace, customer: str) -> ForgetReport:
    """Words, index and events: what the local store has of them under their reference or mail address goes too.

    The index is written anew, since a deleted text stays in an index's files until they are.

    Raises:
        UnknownIdError: nobody of that id has spoken, or has events.
        OutsideError: a file beside the ledger can't be removed; the ledger and the index have forgotten by then.
    """
    source, _, reference = customer.partition(":")
    has_spoken = _has_spoken(workspace, customer)
    address = workspace.ledger.address(customer) if has_spoken else None
    names = [name for name in dict.fromkeys((customer, reference, address)) if name]
    events = workspace.store.forget(names)  # first: the words hold the address, by which a second try goes on
    rmtree(workspace.settings.home / "usage" / "cube", ignore_errors=True)  # a day of one customer is that customer's
    forgotten = _forget_words(workspace, customer) if has_spoken else Forgotten(customer, ())
    for name in (source, *workspace.ledger.kept_tables()):
        _remove_rejected(workspace.settings.home / "rejected", name)
    return ForgetReport(forgotten, tuple(_elsewhere(workspace, source)), events)


def _has_spoken(workspace: OpenWorkspace, customer: str) -> bool:
    """Whether a source named them; else the local store alone knows of them, or nobody does.

    Raises:
        UnknownIdError: nobody does.
    """
    try:
        return bool(customer_of(workspace.ledger, customer))
    except UnknownIdError:
        if _has_events(workspace, customer):
            return False
        raise


def _has_events(workspace: OpenWorkspace, unit: str) -> bool:
    """Whether the local store knows somebody, or a first try has barred them already and could not clean all."""
    is_barred = any(stone.is_of(unit_name(unit)) for stone in workspace.ledger.tombstones())
    return is_barred or workspace.store.knows([unit])


def _forget_words(workspace: OpenWorkspace, customer: str) -> Forgotten:
    try:
        return workspace.ledger.forget(customer)
    finally:  # the words may be gone from the rows where the file could not be cleaned
        workspace.index.clear()
        refresh(workspace.ledger, workspace.index)


def _remove_rejected(folder: Path, source: str) -> None:
    """Rows that could not be used are kept as they were read, whoever wrote them; the next full reading writes anew."""
    if PurePath(source).name != source:
        return  # a customer of whom there are events only may be called anything
    for file in (folder / f"{source}.jsonl", folder / f".{source}.jsonl.tmp"):
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise OutsideError(f"{file} can't be removed: {error.strerror}", then="remove it by hand") from error


def _elsewhere(workspace: OpenWorkspace, source: str) -> Iterator[Elsewhere]:
    yield Elsewhere(f"`{source}`, where they said it", "delete it there too; it will not be read from there again")
    backups = sorted((workspace.settings.home / "backups").glob("*"))
    if backups:
        then = "`restore` forgets again what was forgotten; delete those that you no longer need"
        yield Elsewhere(f"{len(backups)} backups in {workspace.settings.home / 'backups'}, and copies of them", then)
    for table in workspace.settings.tables:
        address = shown(table.table if table.engine == "duckdb" else table.engine)
        if isinstance(table, EventsTable) and table.is_stored:
            then = "delete their rows there; no file brings them back into the store"
            yield Elsewhere(f"the files that `{table.name}` was taken in from ({address})", then)
            continue
        yield Elsewhere(
            f"usage table `{table.name}` ({address})", "it is only read: delete their rows where it is kept"
        )
    if not workspace.ledger.url.startswith("sqlite"):
        yield Elsewhere("the database's own log, replicas and dumps", "they go as its administrator keeps them")
    posted = [notice.name for notice in workspace.ledger.notices() if notice.name.startswith("review ")]
    if posted:
        then = "where they could be quoted, delete the post, or the quote in it"
        yield Elsewhere(f"{len(posted)} reviews that were posted (`aftermerge learn review --posted`)", then)
    yield Elsewhere("answers that were sent to them", "they are with the receiver, and in the tool that sent them")
