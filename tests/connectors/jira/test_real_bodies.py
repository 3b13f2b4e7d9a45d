"""Every Jira body that others saved is heard or not heard, with a reason."""

import json
import tarfile

from aftermerge.connectors.jira.webhook import heard_in
from aftermerge.connectors.told.item import Item, NotHeard
from support.real_data import real_data


def test_every_saved_body_is_heard_or_says_why_not() -> None:
    made: list[Item | NotHeard] = []
    broken = 0
    with tarfile.open(real_data("webhooks", "zulip_webhook_fixtures.tar.gz")) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file and "/jira/" in member.name:
                try:
                    made += heard_in(json.load(file), "jira")
                except json.JSONDecodeError:
                    broken += 1
    heard = [item.feedback for item in made if isinstance(item, Item)]
    assert (len(made), len(heard), broken) == (34, 29, 1)
    assert len({feedback.external_id for feedback in heard}) == 7
    assert all(feedback.text and feedback.author and feedback.url for feedback in heard)
