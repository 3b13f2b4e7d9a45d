"""What Harbor's teams did in the repository: the work on each bet, and the chores between."""

from dataclasses import dataclass
from typing import Literal

from aftermerge.demo import bets
from aftermerge.demo.company import HarborBet

Style = Literal["github", "gitlab", "branch", "squash", "direct"]


@dataclass(frozen=True, slots=True)
class Step:
    """One commit of a branch: its subject, and the lines that it adds to the file."""

    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Work:
    """How one bet was built. `linked` is whether its message names the bet; other bets are found by branch or paths."""

    bet: HarborBet
    style: Style
    title: str
    path: str
    steps: tuple[Step, ...]
    number: int
    linked: bool = False
    helpers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that claims nothing. `{area}` and `{n}` are filled in; the line of `path` that begins with `key` is set."""

    title: str
    path: str
    key: str
    line: str


WORK = (
    Work(
        bets.ARRIVAL_AUTOFILL,
        "branch",
        "Fill in boats that called before",
        "src/arrivals/autofill.py",
        (
            Step("Find the last call of a boat", ("def last_call(calls, boat):", "    return max(calls[boat])")),
            Step("Fill the form from it", ("", "def filled(form, call):", "    return {**call, **form}")),
        ),
        12,
    ),
    Work(
        bets.INVOICE_ON_DEPARTURE,
        "github",
        "Send the invoice when the boat leaves",
        "src/invoices/departure.py",
        (
            Step("Listen to departures", ("def on_departure(boat, send):", "    send(boat)")),
            Step(
                "Never send one twice", ("", "def unsent(invoices):", "    return [i for i in invoices if not i.sent]")
            ),
        ),
        27,
    ),
    Work(
        bets.BERTH_SUGGESTIONS,
        "squash",
        "Suggest a berth that is free and deep enough",
        "src/berths/suggest.py",
        (
            Step("Ask for depth and length", ("def fits(berth, boat):", "    return berth.depth_m > boat.draught_m")),
            Step("Offer the first that fits", ("", "def suggest(free, boat):", "    return next(b for b in free)")),
            Step("Put it behind suggest-berth", ("", 'FLAG = "suggest-berth"')),
        ),
        39,
        linked=True,
        helpers=("arrivals",),
    ),
    Work(
        bets.BERTH_MAP,
        "squash",
        "Show the harbour as a map",
        "src/berths/map.py",
        (
            Step("Draw the pontoons", ("def pontoons(plan):", "    return [p.outline for p in plan]")),
            Step("Colour what is free", ("", 'FREE = "green"')),
        ),
        52,
        linked=True,
    ),
    Work(
        bets.FASTER_EXPORT,
        "github",
        "Export in the background",
        "src/exports/background.py",
        (
            Step("Write while reading", ("def rows(cursor):", "    yield from cursor")),
            Step("Run it as a job", ("", "def enqueue(queue, export):", "    queue.put(export)")),
            Step("Mail when the file is there", ("", "def done(mail, file):", "    mail(file.url)")),
            Step("Hide it behind bulk-export", ("", 'FLAG = "bulk-export"')),
        ),
        58,
        helpers=("invoices",),
    ),
    Work(
        bets.INVOICE_REMINDERS,
        "squash",
        "Remind after a week",
        "src/invoices/reminders.py",
        (
            Step(
                "Find what is open for a week", ("def due(invoices):", "    return [i for i in invoices if i.days > 7]")
            ),
            Step("Write kindly", ("", 'SUBJECT = "A small reminder from the harbour"')),
        ),
        73,
        linked=True,
    ),
    Work(
        bets.GATE_PIN,
        "direct",
        "Open the gate with a PIN",
        "src/gate/pin.py",
        (Step("", ("def pin(booking):", "    return booking.digest[:4]")),),
        79,
    ),
    Work(
        bets.TIDE_DIGEST,
        "direct",
        "Send tide alerts as one digest",
        "src/tides/digest.py",
        (Step("", ("def digest(alerts):", "    return sorted(alerts)")),),
        61,
        linked=True,
    ),
    Work(
        bets.STAY_SIGNED_IN,
        "gitlab",
        "Keep a harbour's own tablet signed in",
        "src/arrivals/sessions.py",
        (
            Step("Mark a device as the harbour's own", ("def is_own(device):", "    return device.marked")),
            Step("End the session with the shift", ("", "SHIFT_HOURS = 12")),
        ),
        88,
    ),
    Work(
        bets.VAT_HINTS,
        "direct",
        "Say beside the VAT rate when to take it",
        "src/invoices/vat_hints.py",
        (Step("", ('HINTS = {"full": "pleasure boats", "zero": "seagoing, for business"}',)),),
        90,
        linked=True,
    ),
    Work(
        bets.PLAIN_IMPORT_ERRORS,
        "github",
        "Name the line and column of an import's first mistake",
        "src/exports/import_errors.py",
        (
            Step("Carry the line through", ("def where(error):", "    return error.line, error.column")),
            Step("Say it in words behind plain-errors", ("", 'FLAG = "plain-errors"')),
        ),
        97,
    ),
    Work(
        bets.OFFLINE_LOG,
        "squash",
        "Keep arrivals on the tablet without signal",
        "src/arrivals/offline.py",
        (
            Step("Keep entries", ("def keep(store, entry):", "    store.append(entry)")),
            Step("Send them once", ("", "def send(store, seen):", "    return [e for e in store if e.id not in seen]")),
        ),
        104,
        linked=True,
    ),
)

CHORES = (
    Chore("Bump httpx to 0.27.{n}", "requirements.txt", "httpx", "httpx==0.27.{n}"),
    Chore("Bump jinja2 to 3.1.{n}", "requirements.txt", "jinja2", "jinja2==3.1.{n}"),
    Chore("Bump sqlalchemy to 2.0.{n}", "requirements.txt", "sqlalchemy", "sqlalchemy==2.0.{n}"),
    Chore("Give {area} {n} seconds to answer", "src/{area}/settings.py", "TIMEOUT", "TIMEOUT_SECONDS = {n}"),
    Chore("Show {n} rows a page in {area}", "src/{area}/settings.py", "PAGE_ROWS", "PAGE_ROWS = {n}"),
    Chore("Retry {area} {n} times", "src/{area}/settings.py", "RETRIES", "RETRIES = {n}"),
    Chore("Keep {n} days of {area} logs", "src/{area}/log.py", "KEEP_DAYS", "KEEP_DAYS = {n}"),
    Chore("Fix a typo on the {area} page", "docs/{area}.md", "Ask", "Ask support about {area}, on ext. {n}."),
    Chore("Say how {area} are backed up", "docs/{area}.md", "Backups", "Backups of {area} are kept for {n} days."),
    Chore("Test {area} with {n} boats", "tests/test_{area}.py", "BOATS", "BOATS = {n}"),
    Chore("Fix {area} after the clocks change", "src/{area}/clock.py", "OFFSET", "OFFSET_MINUTES = {n}"),
    Chore("Cache {area} for {n} seconds", "src/{area}/cache.py", "TTL", "TTL_SECONDS = {n}"),
    Chore("Let the linter look at {area}", "lint.ini", "{area}", "{area} = {n}"),
)
