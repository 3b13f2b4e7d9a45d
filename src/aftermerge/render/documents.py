"""Answers as JSON documents. Their shape is published in `schemas/` and stays."""

from dataclasses import asdict
from datetime import date, datetime

from aftermerge.model.helpfulness import Helpfulness
from aftermerge.model.readout import Readout, Readouts
from aftermerge.model.review import Review, ReviewedBet
from aftermerge.model.thanks import Thanks
from aftermerge.render.portfolio import portfolio_document

Document = dict[str, object]


def moment(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None


def helped_document(found: Helpfulness | None) -> Document | None:
    """What those say who were told."""
    if found is None or not found.told:
        return None
    return {**{str(answer): count for answer, count in found.said.items()}, "silent": found.silent, "told": found.told}


def readouts_document(answer: Readouts) -> Document:
    return {"as_of": moment(answer.as_of), "readouts": [readout_document(readout) for readout in answer.readouts]}


def readout_document(readout: Readout) -> Document:
    return {
        "subject": {"kind": readout.subject.kind, "id": readout.subject.id},
        "metric": readout.metric,
        "design": readout.design,
        "grade": readout.grade,
        "role": readout.role,
        "estimate": readout.estimate,
        "low": readout.low,
        "high": readout.high,
        "unit": readout.unit,
        "baseline": readout.baseline,
        "worth": readout.worth,
        "retrospective": readout.retrospective,
        "verdict": readout.verdict,
        "reason": readout.reason,
        "needs": asdict(readout.needs) if readout.needs else None,
        "checks": [asdict(check) for check in readout.checks],
        "placebo": asdict(readout.placebo) if readout.placebo else None,
        "units": dict(readout.units),
        "window": [day.isoformat() for day in readout.window] if readout.window else None,
        "slices": [asdict(part) for part in readout.slices],
        "weights": dict(readout.weights),
        "sql": readout.sql,
    }


def review_document(review: Review) -> Document:
    return {
        "as_of": moment(review.as_of),
        "workspace": review.workspace,
        "since": _day(review.since),
        "until": _day(review.until),
        "bets": [_bet(item) for item in review.bets],
        "releases": [readout_document(item.readout) for item in review.releases],
        "portfolio": portfolio_document(review.portfolio),
        "no_claim_share": review.no_claim_share,
        "waits": [{"bet": wait.bet.slug, "customers": wait.customers} for wait in review.waits],
        "constraint": review.constraint,
        "thanks": [_thanks(row) for row in review.thanks],
        "next_steps": list(review.next_steps),
    }


def _bet(item: ReviewedBet) -> Document:
    return {
        "bet": item.bet.slug,
        "asked": item.bet.asked,
        "helps": item.bet.helps,
        "release": item.release.id if item.release else None,
        "claim": readout_document(item.claim.readout) if item.claim else None,
        "others": [readout_document(other.readout) for other in item.others],
        "customers_asked": item.asked,
        "customers_waiting": item.waiting,
        "customers_said": dict(item.helped),
        "withdrawn": item.withdrawn.id if item.withdrawn else None,
        "quote": {"id": item.quote.id, "text": item.quote.text} if item.quote else None,
    }


def _thanks(row: Thanks) -> Document:
    published = moment(row.published_at)
    said = {"giver": row.giver, "receiver": row.receiver, "text": row.text, "evidence": list(row.evidence)}
    return {"id": row.id, "habit": row.habit, "published_at": published, **said}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
