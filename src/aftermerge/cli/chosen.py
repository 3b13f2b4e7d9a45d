"""Readouts chosen by what was typed."""

from dataclasses import replace

from aftermerge.errors import InputError, UnknownIdError, nearest
from aftermerge.model.readout import Readout, Readouts


def of_subject(answer: Readouts, subject: str) -> Readouts:
    """
    Raises:
        UnknownIdError: there is none.
    """
    found = tuple(readout for readout in answer.readouts if readout.subject.id == subject)
    if not found:
        known = sorted({readout.subject.id for readout in answer.readouts})
        raise UnknownIdError(f"there is no readout of `{subject}`", then=nearest(subject, known))
    return replace(answer, readouts=found)


def on_metric(answer: Readouts, metric: str) -> Readouts:
    """
    Raises:
        UnknownIdError: there is none.
    """
    found = tuple(readout for readout in answer.readouts if readout.metric == metric)
    if not found:
        known = sorted({readout.metric for readout in answer.readouts})
        raise UnknownIdError(f"there is no readout of it on `{metric}`", then=nearest(metric, known))
    return replace(answer, readouts=found)


def main_one(answer: Readouts) -> Readout:
    """The readout that the claim rests on, else the only one.

    Raises:
        InputError: several, and no claim that rests on one of them.
    """
    found = [readout for readout in answer.readouts if readout.role == "primary"] or list(answer.readouts)
    if len(found) > 1:
        names = ", ".join(sorted({readout.metric for readout in found}))
        raise InputError("it was read out on several metrics", then=f"say `--metric` with one of {names}")
    return found[0]
