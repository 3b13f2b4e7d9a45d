"""How far has each bet come round the loop?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from aftermerge.errors import UnknownIdError, nearest
from aftermerge.model.amendment import amendments
from aftermerge.model.helpfulness import helpfulness
from aftermerge.model.reach import reaches
from aftermerge.model.readout import Readout
from aftermerge.model.standing import LinkedChange, Stage, Standing
from aftermerge.model.waiting import told_by
from aftermerge.ports import Ledger

MOST_VOICES = 5


def standings(ledger: Ledger) -> tuple[Standing, ...]:
    """Every bet, in the ledger's order."""
    changes, links = {change.id: change for change in ledger.changes()}, ledger.links()
    reached = reaches(ledger.releases(), links, tuple(changes.values()))
    readouts, asks, metrics = ledger.readouts()[1], ledger.asks(), ledger.metrics()
    frozen = {claim.bet: claim for claim in ledger.frozen_claims()}
    messages, confirmations = ledger.messages(), ledger.confirmations()
    told = told_by(messages)
    linked: dict[str, list[LinkedChange]] = defaultdict(list)
    for link in links:
        if link.change in changes:
            linked[link.bet].append(LinkedChange(changes[link.change], link.rule))
    found = []
    for bet in ledger.bets():
        standing = Standing(
            bet=bet,
            stage="framed",
            changes=tuple(sorted(linked[bet.slug], key=lambda item: item.change.merged_at)),
            release=reached[bet.slug].release if bet.slug in reached else None,
            withdrawn=reached[bet.slug].withdrawn if bet.slug in reached else None,
            readouts=tuple(r for r in readouts if r.subject.kind == "bet" and r.subject.id == bet.slug),
            asks=tuple(ask for ask in asks if bet.problem and ask.problem == bet.problem),
            voices=(),
            frozen=frozen.get(bet.slug),
            amended=amendments(frozen[bet.slug], bet, metrics) if bet.slug in frozen else (),
            told=told,
            helpfulness=helpfulness({bet.slug}, messages, confirmations),
        )
        found.append(replace(standing, stage=_stage(standing)))
    return tuple(found)


def standing_of(slug: str, ledger: Ledger) -> Standing:
    """One bet, with the first of its voices.

    Raises:
        UnknownIdError: there is no such bet.
    """
    known = {standing.bet.slug: standing for standing in standings(ledger)}
    if slug not in known:
        raise UnknownIdError(f"there is no bet `{slug}`", then=nearest(slug, sorted(known)))
    problem = known[slug].bet.problem
    said = [row for row in ledger.feedback(problem) if row.text] if problem else []
    return replace(known[slug], voices=tuple(said[:MOST_VOICES]))


def _stage(standing: Standing) -> Stage:
    """The last one that was reached."""
    if not standing.changes:
        return "framed"
    if standing.release is None:
        return "merged"
    if not _is_measured(standing.readouts):
        return "released"
    return "told" if standing.is_told else "measured"


def _is_measured(readouts: Sequence[Readout]) -> bool:
    return any(r.role == "primary" and r.verdict not in (None, "too_early") for r in readouts)
