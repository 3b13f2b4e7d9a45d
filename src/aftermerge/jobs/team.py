"""What the team is told by itself in a round: the review of a period that has ended, and a word to owners of bets."""

from dataclasses import dataclass

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.errors import AftermergeError
from aftermerge.jobs.announce import Announced
from aftermerge.jobs.nudges import NudgeReport, Nudging, nudge_owners
from aftermerge.jobs.review import PostReport
from aftermerge.jobs.review_posting import due_period_of, post_review_of

__all__ = ["TeamReport", "tell_team"]


@dataclass(frozen=True, slots=True)
class TeamReport:
    """None of what is not turned on."""

    review: PostReport | None = None
    nudges: NudgeReport | None = None

    @property
    def news(self) -> tuple[Announced, ...]:
        """What a reader of the round has to know; what was told in an earlier round is none."""
        reports = [report.announced for report in (self.review, self.nudges) if report]
        return tuple(one for announced in reports for one in announced if one.became != "already")

    @property
    def errors(self) -> tuple[AftermergeError, ...]:
        return tuple(error for report in (self.review, self.nudges) if report for error in report.errors)


def tell_team(workspace: OpenWorkspace) -> TeamReport:
    """Whatever was told before stays told once."""
    settings = workspace.settings
    review = post_review_of(workspace, due_period_of(workspace)) if settings.review.to else None
    if settings.nudge.by is None:
        return TeamReport(review)
    nudging = Nudging(workspace.name, settings.nudge.by, workspace.timezone, settings.tell.quiet_hours)
    nudges = nudge_owners(workspace.ledger, workspace.noticeboards, nudging, workspace.clock)
    return TeamReport(review, nudges)
