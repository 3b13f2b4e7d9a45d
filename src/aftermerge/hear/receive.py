"""What a connector hands over, made ready to be kept: the words redacted, and the verbatim apart."""

from dataclasses import replace

from aftermerge.hear.language import language_of
from aftermerge.hear.redaction import persons, redact
from aftermerge.model.batch import Batch
from aftermerge.model.feedback import Feedback, Verbatim


def received(batch: Batch, region: str | None) -> Batch:
    """Feedback as the ledger may keep it; all else of the batch as it came.

    `region`, a country's two letters, is where a telephone number without a country's code is from. What was received
    already keeps its verbatim, so receiving twice changes nothing.
    """
    if not batch.feedback:
        return replace(batch, names={}) if batch.names else batch
    known = {verbatim.feedback for verbatim in batch.verbatims}
    new = tuple(Verbatim(said.id, said.text, said.reply) for said in batch.feedback if said.id not in known)
    feedback = tuple(_redacted(said, batch.names.get(said.id, ()), region) for said in batch.feedback)
    return replace(batch, feedback=feedback, verbatims=batch.verbatims + new, names={})


def _redacted(said: Feedback, names: tuple[str, ...], region: str | None) -> Feedback:
    named = persons(names)
    text = redact(said.text, named, region)
    reply = None if said.reply is None else redact(said.reply, named, region)
    return replace(said, text=text, reply=reply, language=said.language or language_of(text))
