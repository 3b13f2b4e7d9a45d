"""The files under bets/: why Harbor's teams believed what they believed."""

from textwrap import fill

from aftermerge.demo.bets import BETS
from aftermerge.demo.company import Experiment, HarborBet
from aftermerge.demo.timeline import Calendar

_COLUMNS = 100

_WHY = {
    "arrival-autofill": """
Harbours tell us that the arrival form is too long: {0}, {1}. Watching over their shoulders we saw that most of
what they type was typed before, for the same boat. We think that the form is not the trouble; the retyping is.

If we are right, users who never found the time will log at least one arrival in their first week with it. If
the share does not move, the boxes were an excuse and arrivals are skipped for another reason, perhaps because
nobody asks for them. Then we should look at what the log is used for before we touch the form again ({2}).
""",
    "invoice-on-departure": """
Customers asked for a reminder ({0}, {1}). A reminder is one more thing to do at the busiest moment of the day.
The boat tells us that it leaves: the departure is logged anyway. So the invoice can go out by itself.

This can't be given to half of a harbour's boats, so we read it against what harbours do besides invoices:
departures, fuel, water. We would expect a tenth more invoices by e-mail, because {2} is about the boats that
were simply forgotten.
""",
    "berth-suggestions": """
Two boats for one berth is the worst that can happen on a Saturday: {0}, {1}. A warning comes when the mistake
is made. We would rather suggest a berth that is free, deep and long enough.

What could go wrong: harbour masters know their harbour better than we do. If our suggestion is poor they may go
back to the plan on the wall, and assign fewer berths in the app than before. That is why this is behind a flag,
and why we stop when berths assigned fall. {2} reads as if it had been written by somebody who would tell us.
""",
    "berth-map": """
{0} and {1} ask for a map. Skippers call the office because they can't see what is free. We believe that a
skipper who sees a green berth books it.

We are less sure than we sound. It may be that those who call would call anyway. Ten days of work is a lot for a
picture, so if bookings have not moved after four weeks we leave the map as it is and build nothing on top of it
({2}).
""",
    "faster-export": """
An export-all button is what was asked for: {0}, {1}. The button is not what is missing. The export gives up
after a minute, and one that takes all months at once would give up sooner.

So we build the export as a job in the background which writes as it reads, and a mail when the file is there.
The button comes with it. We count users who get a file at all within two weeks; {2} shows what it costs when
they don't. The import shares the same queue, which is why failed imports are the guardrail.
""",
    "vat-hints": """
Most complaints about invoices are about VAT: {0}, {1}, {2}. The rate is chosen by hand from a list. We could
compute it, but we do not have what that needs: where the boat is registered and whether she is used for
business.

A hint beside the list is three days of work. If complaints stay as they are we will know that people do not
read hints when a skipper waits, and that computing it is the only way.
""",
    "invoice-reminders": """
Harbours want a list of those who have not paid ({0}, {1}). A list still leaves the awkward call to them. A
friendly mail after a week may do the same without anybody having to make it ({2}).

We look at the money that comes in within two weeks, not at the number of mails. If it does not rise by a tenth,
people pay when they pay, and the list is what we should have built.
""",
    "gate-pin": """
Crews who come late can't get in: {0}, {1}. With a PIN in the booking mail they open the gate and check in by
themselves, and nobody's private telephone rings.

We may lose those who can't find the mail, or whose telephone is flat. Check-ins at the gate would show that.
See {2} for what a Friday evening is like now.
""",
    "tide-digest": """
We shipped the digest in a hurry because customers were muting the app ({0}, {1}), and wrote nothing down
beforehand. This file was written a few weeks later, so its result is not a bet that we won; it is something we
noticed.

What we believe now: one digest in the morning is read, forty alerts are not ({2}).
""",
    "stay-signed-in": """
No other subject fills support like this one: {0}, {1}, {2}. We sign people out after an hour because an office
computer may be shared. A tablet on the quay is not.

A device that the harbour marks as its own stays signed in until the end of the shift. Complaints should fall by
more than half, quickly. If they don't, the hour was not the cause and the lost signal on the pier may be.
""",
    "plain-import-errors": """
"Failed" is all that the import says: {0}, {1}. We know the line and the column when it happens, we just do not
tell.

If we say it, people will mend the file and the next try will go through, so fewer of all imports fail. It may
also make people try more often, and fail more often, in which case the ratio says so. {2} waits for an answer
in any case.
""",
    "offline-log": """
There will never be signal at the end of a pier ({0}, {1}). The app has to keep what was typed and send it
later.

The risk is an entry that is lost or sent twice. We stop for a single one. Until it is released nothing can be
measured; complaints about lost signal are what we will read, since a sent entry does not show where it was
typed ({2}).
""",
}


def bet_file(bet: HarborBet, calendar: Calendar, cited: tuple[str, ...]) -> str:
    """A bet as a Markdown file; its paragraphs cite the three ids given."""
    lines = [f"{key}: {value}" for key, value in _front(bet, calendar)]
    return "\n".join(["---", *lines, "---", _wrapped(_WHY[bet.slug].strip().format(*cited)), ""])


def _wrapped(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(fill(paragraph, _COLUMNS, break_on_hyphens=False) for paragraph in paragraphs)


def bet_path(bet: HarborBet) -> str:
    return f"bets/{bet.slug}.md"


def _front(bet: HarborBet, calendar: Calendar) -> list[tuple[str, str]]:
    pairs = [
        ("bet", bet.slug),
        ("asked", _quoted(bet.asked)),
        ("helps", _quoted(bet.helps)),
        ("problem", bet.problem),
        ("metric", bet.metric),
        ("also", _listed(bet.also)),
        ("expect", _quoted(bet.expect)),
        ("worth", bet.worth),
        ("guardrails", _listed(bet.guardrails)),
        ("appetite", bet.appetite),
        ("decide", calendar.day(bet.decide).isoformat()),
        ("stop", _quoted(bet.stop)),
        ("owner", f"{bet.team}@harbor.example"),
        *_flag(bet),
        ("paths", _listed(tuple(_quoted(path) for path in bet.paths))),
    ]
    return [(key, value) for key, value in pairs if value]


def _flag(bet: HarborBet) -> list[tuple[str, str]]:
    if not isinstance(bet.plant, Experiment):
        return []
    plant = bet.plant
    return [("flag", plant.flag), ("control", _quoted(plant.control)), ("treatment", _quoted(plant.treatment))]


def _quoted(text: str) -> str:
    return f'"{text}"'


def _listed(items: tuple[str, ...]) -> str:
    return f"[{', '.join(items)}]" if items else ""


def framed_before(bet: HarborBet) -> tuple[HarborBet, ...]:
    """This bet and all that had been framed when it was."""
    return tuple(other for other in BETS if other.framed >= bet.framed)
