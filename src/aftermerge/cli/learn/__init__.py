"""`aftermerge learn`: one file a command."""

import click

from aftermerge.cli.lazy import Commands, LazyGroup

COMMANDS: Commands = {
    "review": ("aftermerge.cli.learn.review:review", "What changed for customers, who waits, what made no claim."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def learn() -> None:
    """The outcome review."""
