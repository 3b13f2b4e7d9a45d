"""ladder.toml: what a team expects."""

from pathlib import Path

import pytest

from aftermerge.errors import SettingsError
from aftermerge.model.ladder import Expectation, LadderLevel
from aftermerge.settings import read_ladder

LADDER = """\
[[level]]
id = "engineer"
text = "Engineer"

[[level.expectation]]
id = "follows"
text = "Follows work"
habits = ["followed_after_merge"]

[[level]]
id = "senior"
text = "Senior"

[[level.expectation]]
id = "teaches"
text = "Teaches"
"""


def read(folder: Path, text: str) -> tuple[LadderLevel, ...]:
    (folder / "ladder.toml").write_text(text)
    return read_ladder(folder / "ladder.toml")


def test_levels_and_their_expectations_are_read_in_the_files_order(tmp_path: Path) -> None:
    follows = Expectation("follows", "Follows work", ("followed_after_merge",))
    assert read(tmp_path, LADDER) == (
        LadderLevel("engineer", "Engineer", (follows,)),
        LadderLevel("senior", "Senior", (Expectation("teaches", "Teaches"),)),
    )


@pytest.mark.parametrize(
    ("before", "after", "line", "what"),
    [
        ("followed_after_merge", "followed_after_merg", 8, "did you mean `followed_after_merge`?"),
        ('"teaches"', '"follows"', 15, "`follows` stands here twice"),
        ('"senior"', '"follows"', 11, "`follows` stands here twice"),
        ('text = "Teaches"', "", 14, "`text` is missing"),
        ("habits =", "habit =", 8, "unknown key `habit`"),
        ('id = "senior"', 'id = "senior"\nscore = 3', 12, "unknown key `score`"),
        ('id = "senior"', 'id = "Senior Engineer"', 11, "`id`"),
        ('[[level.expectation]]\nid = "teaches"', '[level.expectation]\nid = "teaches"', 14, "not a list of tables"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, before: str, after: str, line: int, what: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, LADDER.replace(before, after, 1))
    assert caught.value.where is not None
    assert (caught.value.where.line, what in str(caught.value)) == (line, True), caught.value
