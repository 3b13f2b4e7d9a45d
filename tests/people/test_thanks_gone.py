"""A thank-you that giver or receiver removes is gone from the ledger's files, to the byte."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftermerge.learn import thank
from aftermerge.ledger import open_ledger
from aftermerge.model.person import Person
from aftermerge.model.thanks import Thanks

MAYA, NOOR = Person("maya@harbor.example"), Person("noor@harbor.example")
WORDS = "The customer called you a lighthouse"
GIVEN = Thanks("t1", datetime(2026, 3, 2, tzinfo=UTC), MAYA.email, NOOR.email, "closed_the_loop", WORDS, ("a-bet",))


def holds(folder: Path) -> bool:
    return any(WORDS.encode() in file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("who", [MAYA, NOOR], ids=["giver", "receiver"])
def test_its_text_goes_when_giver_or_receiver_asks(tmp_path: Path, who: Person) -> None:
    url = str(tmp_path / "ledger.db")
    with open_ledger(url) as ledger:
        ledger.replace_thanks(None, GIVEN)
        thank.publish(NOOR, GIVEN.id, ledger, GIVEN.given_at)
    assert holds(tmp_path)
    with open_ledger(url) as ledger:
        thank.remove(who, GIVEN.id, ledger)
        assert ledger.thanks(MAYA.email) == ledger.thanks(NOOR.email) == []
    assert not holds(tmp_path)
