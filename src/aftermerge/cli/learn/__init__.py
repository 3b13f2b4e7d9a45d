"""`aftermerge learn`: one file a command."""

import click

from aftermerge.cli.lazy import Commands, LazyGroup

COMMANDS: Commands = {
    "review": ("aftermerge.cli.learn.review:review", "What changed for customers, what we learned, who waits."),
    "loops": ("aftermerge.cli.learn.loops:loops", "How long each stage takes, and where loops wait."),
    "constraint": ("aftermerge.cli.learn.constraint:constraint", "Which stage holds the others up, and what it costs."),
    "results": ("aftermerge.cli.learn.results:results", "What the period's bets came to; what did not land."),
    "explore": ("aftermerge.cli.learn.explore:explore", "What is being explored, and what was learned."),
    "me": ("aftermerge.cli.learn.me:me", "What you linked: your own names at the sources."),
    "thank": ("aftermerge.cli.learn.thank:thank", "What the facts suggest to thank for, and your thanks."),
    "evidence": ("aftermerge.cli.learn.evidence:evidence", "Your own file: what the facts of a period show of you."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def learn() -> None:
    """The outcome review."""
