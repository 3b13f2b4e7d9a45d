"""Where the team is told what by itself, as aftermerge.toml says it."""

from pathlib import Path

import pytest

from aftermerge.errors import SettingsError
from aftermerge.model.destination import Destination
from aftermerge.settings import Settings, read_settings

HEAD = '[workspace]\nname = "Harbor"\n'


def settings(root: Path, text: str) -> Settings:
    (root / "aftermerge.toml").write_text(HEAD + text)
    return read_settings(root, {})


def test_nothing_is_told_where_nothing_is_said(tmp_path: Path) -> None:
    found = settings(tmp_path, "")
    assert (found.review.destinations, found.review.every, found.nudge.by) == ((), "week", None)


def test_places_are_channels_and_addresses_each_named_once(tmp_path: Path) -> None:
    found = settings(tmp_path, '[review]\nto = ["slack:#product", "mailto:team@harbor.example", "slack:#product"]\n')
    assert found.review.destinations == (Destination("slack", "#product"), Destination("email", "team@harbor.example"))
    assert [str(place) for place in found.review.destinations] == ["slack:#product", "mailto:team@harbor.example"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[review]\nto = ["#product"]\n', "`#product` is no place to post to"),
        ('[review]\nto = ["mailto:team"]\n', "`mailto:team` is no place to post to"),
        ('[review]\nto = ["slack:two words"]\n', "is no place to post to"),
        ('[review]\nevery = "day"\n', "`every` can't be `day`"),
        ('[review]\nevery = "month"\non = "monday"\n', "`on` says nothing for a month"),
        ('[review]\non = "mondy"\n', "did you mean `monday`"),
        ('[nudge]\nby = "fax"\n', "`by` can't be `fax`"),
        ('[nudge]\nbye = "slack"\n', "unknown key `bye`"),
        ('[slack]\ntoken = "xoxb-1"\n', "unknown key `token`"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings(tmp_path, text)
    assert told in str(raised.value)
    assert raised.value.where is not None
    assert raised.value.where.line is not None
    assert raised.value.where.line > 2
