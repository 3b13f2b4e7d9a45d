"""What Delighted sends: a response to a survey, new or changed."""

from collections.abc import Mapping, Sequence

from aftermerge.connectors.told.item import Item, NotHeard
from aftermerge.connectors.told.people import reference_of
from aftermerge.model.customer import Customer
from aftermerge.model.feedback import Feedback
from aftermerge.outside.http.reading import at, moment, reference, rows, table, text

__all__ = ["heard_in"]


def heard_in(body: Mapping[str, object], source: str) -> Sequence[Item | NotHeard]:
    """The response in a body; a score without a comment is heard too. A note of the team's is its answer."""
    kind, response = text(body, "event_type") or "", table(body, "event_data")
    if not kind.startswith("survey_response") or kind.endswith(".deleted"):
        return [NotHeard(f"no response to a survey ({kind or 'it does not say what happened'})")]
    identifier, score = reference(response, "id"), at(response, "score")
    time, said = moment(response, "created_at"), text(response, "comment") or ""
    rating = float(score) if isinstance(score, int | float) else None
    if identifier is None or time is None or (not said and rating is None):
        return [NotHeard("the response has no id, time, score or words in it")]
    person = table(response, "person")
    name, email = text(person, "name"), text(person, "email")
    author = reference(person, "id") or (reference_of(email or name or "") if email or name else None)
    note = next(iter(rows(response, "notes")), {})
    feedback = Feedback(
        source=source,
        external_id=identifier,
        time=time,
        text=said.strip(),
        url=text(response, "permalink"),
        rating=rating,
        author=author,
        account=text(response, "person_properties", "company"),
        reply=text(note, "text"),
        replied_at=moment(note, "created_at"),
        updated_at=moment(response, "updated_at"),
    )
    customer = Customer(source, author, name, email) if author and (name or email) else None
    staff = (text(note, "user_name"), text(note, "user_email"))
    return [Item(feedback, customer, tuple(part for part in (name, email, *staff) if part))]
