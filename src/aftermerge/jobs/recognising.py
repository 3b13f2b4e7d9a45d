"""Explorations, habits, crossings and evidence, gathered from a workspace for the person who asks."""

from collections.abc import Mapping, Sequence
from datetime import date

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.jobs.asking import person_asking
from aftermerge.learn.contributions import contributors
from aftermerge.learn.crossings import Borders, crossings
from aftermerge.learn.evidence import Known, evidence
from aftermerge.learn.explore import explored
from aftermerge.learn.habits import shown_habits
from aftermerge.model.codeowners import CODEOWNERS_PLACES, Codeowners, read_codeowners
from aftermerge.model.evidence import EvidenceFile
from aftermerge.model.exploration import ExploredQuestion
from aftermerge.model.ladder import LadderLevel
from aftermerge.model.thanks import ShownHabit


def explored_in(workspace: OpenWorkspace) -> tuple[ExploredQuestion, ...]:
    """Every exploration of the working tree, and how it stands today."""
    today = workspace.clock().astimezone(workspace.timezone).date()
    slack_days = {team.name: team.slack_days for team in workspace.settings.teams}
    versions = workspace.repository.versions_of_file
    return explored(workspace.explorations(), versions, today, workspace.timezone, slack_days)


def shown_in(workspace: OpenWorkspace) -> tuple[tuple[ShownHabit, ...], Mapping[str, str]]:
    """The habits that facts show, and what each bet and exploration they are about is called."""
    found = explored_in(workspace)
    titles = {item.exploration.slug: item.exploration.question for item in found}
    titles |= {bet.slug: bet.title for bet in workspace.ledger.bets()}
    return shown_habits(workspace.ledger, found, workspace.interviews(), workspace.timezone), titles


def evidence_in(workspace: OpenWorkspace, since: date, until: date, levels: Sequence[LadderLevel]) -> EvidenceFile:
    """Of the person who asks, and of nobody else."""
    person, ledger, zone = person_asking(workspace), workspace.ledger, workspace.timezone
    found, interviews = explored_in(workspace), workspace.interviews()
    borders = Borders(_codeowners(workspace), {team.name: team.owners for team in workspace.settings.teams})
    known = Known(
        shown=shown_habits(ledger, found, interviews, zone),
        crossings=crossings(person, ledger, workspace.repository, borders, interviews, zone),
        explorations=found,
        levels=levels,
        timezone=zone,
    )
    return evidence(person, workspace.name, since, until, ledger, known)


def contributors_in(workspace: OpenWorkspace) -> list[dict[str, object]]:
    """Those who published a thank-you, for all-contributors."""
    published = [row for row in workspace.ledger.thanks("") if row.published_at is not None]
    names = {row.receiver: workspace.ledger.own_names(row.receiver) for row in published}
    github = [source.name for source in workspace.settings.sources if source.kind == "github"]
    return contributors(published, names, github)


def _codeowners(workspace: OpenWorkspace) -> Codeowners:
    top = workspace.repository.root()
    file = next((top / place for place in CODEOWNERS_PLACES if (top / place).is_file()), None)
    return read_codeowners(file.read_text("utf-8", "replace")) if file else Codeowners()
