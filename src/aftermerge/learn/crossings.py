"""Crossings: where the person who asks went past the border of their own team, seen from facts that they linked.

Blind spot: a change is theirs where git says that they wrote one of its commits; a change in a repository other than
the workspace's is not seen.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from aftermerge.model.bet import Bet
from aftermerge.model.codeowners import Codeowners
from aftermerge.model.crossing import Crossing
from aftermerge.model.feedback import Ask
from aftermerge.model.interview import Interview
from aftermerge.model.person import Person
from aftermerge.ports import Ledger, OwnGit


@dataclass(frozen=True, slots=True)
class Borders:
    """Whose code is whose: `teams` has each team's owners, as CODEOWNERS names them."""

    codeowners: Codeowners
    teams: Mapping[str, Sequence[str]]

    def others(self, paths: Sequence[str], own_team: str) -> tuple[str, ...]:
        """The teams that own one of these paths, `own_team` not being among its owners; sorted."""
        team_of = {owner.casefold(): team for team, owners in self.teams.items() for owner in owners}
        found: set[str] = set()
        for path in paths:
            teams = {team_of[owner] for owner in self.codeowners.owners_of(path) if owner in team_of}
            found |= set() if own_team in teams else teams
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The bets of each problem, and who asked to have it solved, first asked first."""

    bets: Mapping[str, Sequence[Bet]]
    asks: Mapping[str, Sequence[Ask]]

    def customer(self, problem: str) -> str | None:
        """The feedback of the one who asked first."""
        asked = self.asks.get(problem, ())
        return asked[0].feedback if asked else None


def crossings(
    person: Person,
    ledger: Ledger,
    own_git: OwnGit,
    borders: Borders,
    interviews: Sequence[Interview],
    timezone: tzinfo,
) -> tuple[Crossing, ...]:
    """By day. Git is asked for the person's own addresses only, and what it says is not kept."""
    wanted = _wanted(ledger)
    found = (
        *_answered(person, ledger, wanted, timezone),
        *_changed(person, ledger, own_git, borders, wanted, timezone),
        *_interviewed(person, interviews, wanted),
    )
    return tuple(sorted(found, key=lambda item: (item.on, item.bet, item.evidence)))


def _wanted(ledger: Ledger) -> _Wanted:
    bets: dict[str, list[Bet]] = defaultdict(list)
    asks: dict[str, list[Ask]] = defaultdict(list)
    for bet in ledger.bets():
        if bet.problem:
            bets[bet.problem].append(bet)
    for ask in ledger.asks():
        asks[ask.problem].append(ask)
    return _Wanted(bets, asks)


def _answered(person: Person, ledger: Ledger, wanted: _Wanted, timezone: tzinfo) -> Iterator[Crossing]:
    """Their own reply, in the tool where the customer asked, on a bet's problem."""
    if not person.references:
        return
    for problem, bets in wanted.bets.items():
        for row in ledger.feedback(problem):
            is_own = row.replied_by is not None and row.replied_by in person.references.get(row.source, ())
            if is_own and row.replied_at is not None:
                on = row.replied_at.astimezone(timezone).date()
                yield from (Crossing(bet.slug, "answered", on, row.id, row.id) for bet in bets)


def _changed(
    person: Person, ledger: Ledger, own_git: OwnGit, borders: Borders, wanted: _Wanted, timezone: tzinfo
) -> Iterator[Crossing]:
    """A change in another team's code, for a bet whose problem has customers."""
    if person.team is None:
        return
    problems = {bet.slug: problem for problem, bets in wanted.bets.items() if wanted.customer(problem) for bet in bets}
    changes = {change.id: change for change in ledger.changes()}
    linked = [link for link in ledger.links() if link.bet in problems and link.change in changes]
    into = {link.change: borders.others(changes[link.change].paths, person.team) for link in linked}
    own = own_git.written_by(person.addresses, sorted(change for change, teams in into.items() if teams))
    for link in linked:
        if link.change in own:
            on = changes[link.change].merged_at.astimezone(timezone).date()
            customer = wanted.customer(problems[link.bet])
            yield Crossing(link.bet, "changed", on, link.change, customer, into[link.change])


def _interviewed(person: Person, interviews: Sequence[Interview], wanted: _Wanted) -> Iterator[Crossing]:
    for interview in interviews:
        if any(person.is_called(name) for name in interview.who):
            customer = wanted.customer(interview.problem)
            for bet in wanted.bets.get(interview.problem, ()):
                yield Crossing(bet.slug, "interviewed", interview.on, interview.file, customer)
