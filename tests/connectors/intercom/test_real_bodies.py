"""Every Intercom body that others saved is heard or not heard, with a reason."""

import json
import tarfile

from aftermerge.connectors.intercom.webhook import heard_in
from aftermerge.connectors.told.item import Item, NotHeard
from support.real_data import real_data


def test_every_saved_body_is_heard_or_says_why_not() -> None:
    made: list[Item | NotHeard] = []
    with tarfile.open(real_data("webhooks", "zulip_webhook_fixtures.tar.gz")) as archive:
        for member in archive:
            file = archive.extractfile(member)
            if file and "/intercom/" in member.name:
                made += heard_in(json.load(file), "intercom")
    heard = [item.feedback for item in made if isinstance(item, Item)]
    assert (len(made), len(heard)) == (25, 10)
    assert all(feedback.text and feedback.author and feedback.url for feedback in heard)
    assert [feedback.reply is not None for feedback in heard].count(True) == 2
