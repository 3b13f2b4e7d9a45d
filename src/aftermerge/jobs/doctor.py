"""`aftermerge doctor`: which link of the loop is missing, and the command or line that mends it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from aftermerge.jobs.doctor_measure import of_measure
from aftermerge.jobs.findings import Diagnosis, Facts, Finding, counted, gather, listed
from aftermerge.jobs.inventory import DataKind, data_inventory
from aftermerge.model.bet import Bet
from aftermerge.model.metric import Metric
from aftermerge.ports import Ledger, Usage
from aftermerge.settings import Settings

__all__ = ["DataKind", "Diagnosis", "Finding", "data_inventory", "examine"]

_SYNC = "aftermerge sync"
_NEW_BET = "`aftermerge bet new NAME` writes one; say why you believe it, and commit it"
_GIT_SOURCE = 'add to aftermerge.toml: [[source]] kind = "git"'
_FEEDBACK_SOURCE = 'add to aftermerge.toml: [[source]] kind = "csv" path = "data/feedback.csv" as = "feedback"'
_NOT_FEEDBACK = ("releases", "deployments", "events", "series", "units")


def examine(
    settings: Settings, metrics: Sequence[Metric], ledger: Ledger, usage: Usage | None, root: Path
) -> Diagnosis:
    """Look at every link of the loop. Nothing is changed; the usage data is asked for every metric once.

    `root` is the workspace's folder, to see whether a bet file waits to be synced.
    """
    facts = gather(settings, metrics, ledger)
    findings = (
        *_of_hear(facts),
        *_of_bet(facts, root),
        *_of_ship(facts),
        *of_measure(facts, usage),
        *_of_tell(facts),
        *_of_learn(facts),
    )
    return Diagnosis(findings)


def _of_hear(facts: Facts) -> Iterator[Finding]:
    if facts.never_synced:
        yield Finding("hear", "missing", f"never synced: {listed(facts.never_synced)}", _SYNC)
    if facts.feedback:
        yield Finding("hear", "ok", f"{counted(len(facts.feedback), 'piece')} of feedback")
    else:
        command = _SYNC if _reads_feedback(facts.settings) else _FEEDBACK_SOURCE
        yield Finding("hear", "missing", "no feedback: nobody has been heard", command)
    yield from _problems_unheard(facts)


def _reads_feedback(settings: Settings) -> bool:
    return any(source.kind != "git" and source.config.get("as") not in _NOT_FEEDBACK for source in settings.sources)


def _problems_unheard(facts: Facts) -> Iterator[Finding]:
    heard = {row.problem for row in facts.feedback}
    for bet in facts.bets:
        if bet.problem and bet.problem not in heard:
            what = f"no feedback speaks of `{bet.problem}`, the problem of `{bet.slug}`"
            yield Finding("hear", "warn", what, f"cite it by its id in {bet.file}, as in `source:1234`, then {_SYNC}")


def _of_bet(facts: Facts, root: Path) -> Iterator[Finding]:
    if not facts.bets:
        yield _no_bets(root)
        return
    yield Finding("bet", "ok", counted(len(facts.bets), "bet"))
    for bet in facts.bets:
        for key, line, why in _unsaid(bet):
            yield Finding("bet", "warn", f"`{bet.slug}` has no {key}: {why}", f"add to {bet.file}: {line}")


def _no_bets(root: Path) -> Finding:
    written = [path for path in (root / "bets").glob("*.md") if path.name[0] != "_" and path.stem != "README"]
    if written:
        return Finding("bet", "missing", f"{counted(len(written), 'bet file')} not yet read", _SYNC)
    return Finding("bet", "missing", "no bets: nothing says what a change was to do", _NEW_BET)


def _unsaid(bet: Bet) -> Iterator[tuple[str, str, str]]:
    """Each key that a bet leaves out, the line that would say it, and why it matters."""
    if bet.owner is None:
        yield "owner", "owner: team@example.com", "nobody is reminded when a stage stays open"
    if bet.worth is None:
        yield "worth", "worth: 5%", "its metric's own smallest effect worth having holds"
    if bet.decide is None:
        yield "decide", "decide: 2030-01-31", "nothing says when the answer is due"


def _of_ship(facts: Facts) -> Iterator[Finding]:
    if not facts.settings.sources:
        yield Finding("ship", "missing", "no source is named in aftermerge.toml", _GIT_SOURCE)
    if facts.releases:
        yield Finding("ship", "ok", counted(len(facts.releases), "release"))
    else:
        command = _SYNC if not facts.changes else 'git tag v0.1.0, or set releases = "merges"; then aftermerge sync'
        yield Finding("ship", "missing", "no releases: nothing says when a change reached users", command)
    yield from _unlinked(facts)


def _unlinked(facts: Facts) -> Iterator[Finding]:
    linked_bets = {link.bet for link in facts.links}
    for bet in facts.bets:
        if bet.slug not in linked_bets:
            line = f"put a line `Bet: {bet.slug}` in the commit message or the pull request"
            yield Finding("ship", "warn", f"no change is linked to `{bet.slug}`", line)
    claimed = {link.change for link in facts.links}
    silent = sum(change.id not in claimed for change in facts.changes)
    if silent:
        yield Finding("ship", "ok", f"{silent:,} of {counted(len(facts.changes), 'change')} made no claim")


def _of_tell(facts: Facts) -> Iterator[Finding]:
    waiting = [ask for ask in facts.asks if ask.answered_at is None and ask.may_contact]
    if waiting:
        what = f"{len(waiting):,} of {counted(len(facts.asks), 'ask')} not answered yet"
        yield Finding("tell", "warn", what, f"answer them where they asked, then {_SYNC}")
    elif facts.asks:
        yield Finding("tell", "ok", "everyone who asked, and may be contacted, has had an answer")
    else:
        command = "cite feedback by its id in a bet that names its `problem`"
        yield Finding("tell", "missing", "nobody is known to have asked for anything", command)


def _of_learn(facts: Facts) -> Iterator[Finding]:
    verdicts = sum(readout.verdict is not None for readout in facts.readouts)
    if verdicts:
        yield Finding("learn", "ok", f"{counted(verdicts, 'verdict')} to learn from", "aftermerge learn review")
    else:
        yield Finding("learn", "missing", "no verdict yet, so the review has nothing to show", "aftermerge measure run")
