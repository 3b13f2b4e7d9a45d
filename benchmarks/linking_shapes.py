"""Messages as they come from squashing, merging, reverting and copying, each with the bets that it serves."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aftermerge.model.change import Change
from aftermerge.model.pull_request import PullRequest

BETS = ("faster-export", "safer-import", "berth-map")
SHA = "3f2a9c1d7e5b4a6088c1d2e3f4a5b6c7d8e9f0a1"


@dataclass(frozen=True, slots=True)
class Shape:
    """One change, what it serves, and in words what is odd about it. `after` came before it in the history.

    `body` is that of its pull request, which is found by the merged commit, or by the number 12 in the title.
    """

    name: str
    message: str
    serves: tuple[str, ...] = ("faster-export",)
    branch: str | None = None
    paths: tuple[str, ...] = ()
    after: tuple[Change, ...] = ()
    body: str | None = None
    request_branch: str | None = None
    by_number: bool = False

    @property
    def requests(self) -> tuple[PullRequest, ...]:
        """The pull request, where there is one."""
        if self.body is None:
            return ()
        commit, merged_at = "0" * 40 if self.by_number else self.name, datetime(2024, 1, 9, tzinfo=UTC)
        url = "https://github.test/harbor/app/pull/12"
        return (PullRequest("hub", "harbor/app", 12, commit, merged_at, "Stream", self.body, url, self.request_branch),)


_TITLE = "Stream the export (#12)"
_FIRST = Change(SHA, "git", datetime(2024, 1, 2, tzinfo=UTC), _TITLE, f"{_TITLE}\n\nBet: faster-export")
_BACK = Change("4e" * 20, "git", datetime(2024, 1, 3, tzinfo=UTC), "Revert", f"Revert\n\nThis reverts commit {SHA}.")
_SIGNED = "Signed-off-by: A <a@harbor.example>"

SHAPES = (
    Shape("a plain trailer", "Stream the export\n\nBet: faster-export"),
    Shape("among other trailers", f"Stream\n\nCloses #12\nBet: faster-export\n{_SIGNED}"),
    Shape("closes right before it", "Stream\n\nCloses #12\n\nBet: faster-export"),
    Shape("squash bullets around it", "Stream (#12)\n\n* stream\n\nBet: faster-export\n\n* review comments"),
    Shape(
        "a rule line and co-authors",
        "Stream (#12)\n\nBet: faster-export\n\n---------\n\nCo-authored-by: B <b@x.example>",
    ),
    Shape("indented", "Stream\n\n    Bet: faster-export"),
    Shape("tabs and spaces", "Stream\n\n\tBet:\tfaster-export  "),
    Shape("Windows line ends", "Stream\r\n\r\nBet: faster-export\r\n"),
    Shape("no blank line before it", "Stream\nBet: faster-export"),
    Shape("two bets", "Stream\n\nBet: faster-export\nBet: safer-import", ("faster-export", "safer-import")),
    Shape("the same bet twice", "Stream (#12)\n\n* a\n\nBet: faster-export\n\n* b\n\nBet: faster-export"),
    Shape("an inner commit of a merge", "Merge branch 'x'\n\nstream\n\nBet: faster-export"),
    Shape(
        "GitHub's merge of its branch",
        "Merge pull request #12 from harbor/bet/faster-export",
        branch="bet/faster-export",
    ),
    Shape("GitLab's merge of its branch", "Merge branch 'bet/faster-export' into 'main'", branch="bet/faster-export"),
    Shape("a branch under a person's prefix", "Merge branch 'maya/bet/faster-export'", branch="maya/bet/faster-export"),
    Shape("by the paths that it touches", "Stream", paths=("src/exports/stream.py", "README.md")),
    Shape("a revert", f'Revert "Stream the export (#12)"\n\nThis reverts commit {SHA}.', after=(_FIRST,)),
    Shape("GitHub's revert by number", 'Revert "Stream" (#13)\n\nReverts harbor/app#12', after=(_FIRST,)),
    Shape("a revert of a revert", f"Reapply\n\nThis reverts commit {_BACK.id}.", after=(_FIRST, _BACK)),
    Shape("a cherry-pick", f"Stream\n\nBet: faster-export\n(cherry picked from commit {SHA})", after=(_FIRST,)),
    Shape("the message over its branch", "Merge\n\nBet: safer-import", ("safer-import",), branch="bet/faster-export"),
    Shape("the pull request's body, with GitHub's line ends", "Stream (#12)", body="Why\r\n\r\nBet: faster-export\r\n"),
    Shape("the body over the message", "Stream\n\nBet: safer-import", body="Bet: faster-export"),
    Shape("the body over branch and paths", "Merge", branch="bet/berth-map", body="* a\nBet: faster-export"),
    Shape(
        "two bets in a body, one named twice",
        "Stream (#12)",
        ("faster-export", "safer-import"),
        body="Bet: faster-export\r\nBet: safer-import\r\nBet: faster-export",
    ),
    Shape("the request is found by its number", "Stream (#12)", body="Bet: faster-export", by_number=True),
    Shape("so is a merge's", "Merge pull request #12 from harbor/x", body="Bet: faster-export", by_number=True),
    Shape("a comment behind the line", "Stream", body="Bet: faster-export <!-- which bet? -->"),
    Shape("a squash of a bet's branch", "Stream (#12)", body="", request_branch="bet/faster-export"),
    Shape("an unfilled template, then the message", "Stream\n\nBet: faster-export", body="Bet: \r\n\r\nTests: yes"),
    Shape("an unfilled template", "Stream", (), body="## Which bet?\r\nBet: \r\nfaster-export\r\n"),
    Shape("hidden in a comment", "Stream", (), body="<!-- Bet: faster-export -->"),
    Shape("hidden in a comment of several lines", "Stream", (), body="<!--\r\nBet: faster-export\r\n-->\r\nWhy"),
    Shape("a comment that never ends", "Stream", (), body="Why <!--\nBet: faster-export"),
    Shape(
        "a template's example in a comment, then filled", "Stream", body="<!-- Bet: berth-map -->\nBet: faster-export"
    ),
    Shape("quoted in a body", "Stream", (), body="> Bet: faster-export"),
    Shape("another request's number", "Stream (#13)", (), body="Bet: faster-export", by_number=True),
    Shape("a number in a sentence", "Stream (#12) again", (), body="Bet: faster-export", by_number=True),
    Shape("a revert of the request", 'Revert "Stream (#12)" (#14)', (), body="Bet: faster-export", by_number=True),
    Shape("an unknown bet in the body, one in the message", "Stream\n\nBet: faster-export", body="Bet: no-such-bet"),
    Shape("spoken of in a sentence", "We bet: faster-export will win", ()),
    Shape("quoted", "Reply\n\n> Bet: faster-export", ()),
    Shape("an unknown bet", "Stream\n\nBet: no-such-bet", ()),
    Shape("a slug in capitals", "Stream\n\nBet: Faster-Export", ()),
    Shape("a bet's name alone", "faster-export: stream", ()),
    Shape("a link to its file", "See bets/faster-export.md", ()),
    Shape("reverting in prose", "This reverts to the old look", (), after=(_FIRST,)),
)
