"""`aftermerge doctor --data`: what is kept, why, where, and for how long."""

from dataclasses import dataclass

from aftermerge.ledger.address import shown
from aftermerge.model.table import EventsTable, UsageTable
from aftermerge.ports import Ledger
from aftermerge.settings import Settings

_WITH_LEDGER = "as long as the ledger"
_WITH_GIT = "as long as the repository's history"
_LOCAL = ".aftermerge/"


@dataclass(frozen=True, slots=True)
class DataKind:
    """One kind of data. `rows` is how many there are now; None where they are not counted here."""

    what: str
    why: str
    where: str
    how_long: str
    rows: int | None = None


def data_inventory(ledger: Ledger, settings: Settings) -> tuple[DataKind, ...]:
    """Every kind of data that this workspace holds or reads, those about people first."""
    people = (*_about_customers(ledger, settings), *_about_the_team(settings))
    return (*people, *_about_work(ledger, settings), *_usage(ledger, settings))


def _about_customers(ledger: Ledger, settings: Settings) -> tuple[DataKind, ...]:
    where = shown(settings.ledger_url)
    feedback = ledger.feedback()
    known = {row.asker for row in feedback if row.author or row.account}
    replies = [row for row in feedback if row.reply is not None or row.replied_at is not None]
    return (
        DataKind(
            "customers' words, with addresses, numbers and known names taken out",
            "to hear what they ask for",
            where,
            f"{_WITH_LEDGER}, or until `hear forget`",
            len(feedback),
        ),
        DataKind(
            "the words of that, and where they stand in it",
            "to find them",
            f"{_LOCAL}search",
            "until `hear forget` or `hear search --rebuild`, which make it anew from the ledger",
        ),
        DataKind(
            "customers' words as they were written",
            "to be read where the rest does not say enough; each reading is written down",
            f"{where}, apart",
            f"{_WITH_LEDGER}, or until `hear forget`",
            len(feedback),
        ),
        DataKind(
            "customers' names, mail addresses or references, as the source gives them",
            "to tell who asked from who did not",
            where,
            f"{_WITH_LEDGER}, or until `hear forget`",
            len(known),
        ),
        DataKind("the team's replies", "to know who has had an answer", where, _WITH_LEDGER, len(replies)),
        DataKind(
            "who asked for what",
            "to tell them when it has shipped",
            f"computed from {where}",
            "not kept",
            len(ledger.asks()),
        ),
        DataKind(
            "what is left of customers who were forgotten: a digest of their id",
            "to keep them from coming back",
            where,
            _WITH_LEDGER,
            len(ledger.tombstones()),
        ),
        DataKind(
            "rows that could not be used, as they were read",
            "to mend them at their source",
            f"{_LOCAL}rejected",
            "until the source's next full reading",
        ),
        DataKind(
            "backups: copies of the whole ledger, customers' words included",
            "to bring it back",
            f"{_LOCAL}backups",
            "until deleted by hand",
        ),
    )


def _about_the_team(settings: Settings) -> tuple[DataKind, ...]:
    """How many rows there are is not said: they are about persons."""
    where = shown(settings.ledger_url)
    return (
        DataKind(
            "thanks: who thanked whom, for which habit, in which words",
            "to be read by giver and receiver, and by all once the receiver has published it",
            where,
            f"{_WITH_LEDGER}, or until either of them removes it",
        ),
        DataKind(
            "what members of the team said they are called at a source",
            "to show each of them their own replies and changes",
            where,
            f"{_WITH_LEDGER}, or until they unlink it",
        ),
        DataKind(
            "who explored, and who was in an interview, where the files say so",
            "to show it to them, and to suggest thanks",
            "explorations/*.md and interviews/*.md",
            _WITH_GIT,
        ),
        DataKind("a member's evidence", "to be theirs", "computed when they ask", "not kept"),
    )


def _about_work(ledger: Ledger, settings: Settings) -> tuple[DataKind, ...]:
    where = shown(settings.ledger_url)
    bets = ledger.bets()
    owners = sum(bet.owner is not None for bet in bets)
    return (
        DataKind(
            "changes: title, message, paths",
            "to link what shipped to its bet; messages may name their authors",
            f"{where}, copied from git",
            _WITH_LEDGER,
            len(ledger.changes()),
        ),
        DataKind("owners of bets", "to remind them", f"bets/*.md and {where}", _WITH_GIT, owners),
        DataKind("bets", "to hold a claim against what happened", f"bets/*.md and {where}", _WITH_GIT, len(bets)),
        DataKind("metrics", "to say what is counted", f"metrics.toml and {where}", _WITH_GIT, len(ledger.metrics())),
        DataKind("releases", "to know when a change reached users", where, _WITH_LEDGER, len(ledger.releases())),
        DataKind(
            "links of changes to bets", "to know what was built for what", where, _WITH_LEDGER, len(ledger.links())
        ),
        DataKind(
            "readouts, no person in them",
            "to answer what it did",
            where,
            "until the next run",
            len(ledger.readouts()[1]),
        ),
        DataKind(
            "the journal: what was done to the ledger, when, and on whose behalf; none of its rows' words",
            "to see how the ledger came to be as it is",
            where,
            _WITH_LEDGER,
        ),
    )


def _usage(ledger: Ledger, settings: Settings) -> tuple[DataKind, ...]:
    kept = {table.name for table in settings.tables if isinstance(table, EventsTable) and table.is_stored}
    left = [name for name in ledger.kept_tables() if name not in kept]
    return (
        *(_stored(ledger, table) if table.name in kept else _in_place(table) for table in settings.tables),
        *(_no_longer_named(ledger, name) for name in left),
    )


def _in_place(table: UsageTable) -> DataKind:
    return DataKind(
        f"usage table `{table.name}`",
        "to measure; asked for sums only, and no row is copied into the ledger",
        shown(table.table if table.engine == "duckdb" else table.engine),
        "as long as the team keeps it; it stays where it is, text files have a cleaned copy under .aftermerge/",
    )


def _stored(ledger: Ledger, table: UsageTable) -> DataKind:
    days = table.keep_days if isinstance(table, EventsTable) else None
    how_long = f"{days} days" if days is not None else "for ever, since no `keep` is set"
    return DataKind(
        f"events of `{table.name}`, with the names of their units as the files have them",
        "to measure; asked for sums only",
        f"{_LOCAL}usage/store/{table.name}, taken in from {table.table}",
        f"{how_long}, or until `hear forget`",
        _rows(ledger, table.name),
    )


def _no_longer_named(ledger: Ledger, name: str) -> DataKind:
    return DataKind(
        f"events of `{name}`, which aftermerge.toml no longer takes in",
        "nothing asks them",
        f"{_LOCAL}usage/store/{name}",
        "until its folder is removed by hand, or `hear forget`",
        _rows(ledger, name),
    )


def _rows(ledger: Ledger, table: str) -> int:
    manifest = ledger.manifest(table)
    return sum(part.rows for part in manifest.parts) if manifest else 0
