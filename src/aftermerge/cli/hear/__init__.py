"""`aftermerge hear`: one file a command."""

import click

from aftermerge.cli.lazy import Commands, LazyGroup

COMMANDS: Commands = {
    "import": ("aftermerge.cli.hear.importing:import_", "Read an export, a mailbox or saved webhooks, once."),
    "search": ("aftermerge.cli.hear.search:search", "Find what customers said: words, phrases, filters."),
    "show": ("aftermerge.cli.hear.show:show", "One piece of feedback, or one customer, whole."),
    "themes": ("aftermerge.cli.hear.themes:themes", "What customers speak of that nobody has named yet."),
    "problems": ("aftermerge.cli.hear.problems:problems", "The problems that were confirmed, and how they stand."),
    "link": ("aftermerge.cli.hear.link:link", "Say of which problem feedback speaks."),
    "undo": ("aftermerge.cli.hear.undo:undo", "Take back what was last decided about problems."),
    "held": ("aftermerge.cli.hear.forget:held", "All that is held about one customer, for them to have."),
    "forget": ("aftermerge.cli.hear.forget:forget", "Remove a customer's words, names and addresses."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def hear() -> None:
    """The customers' own words, and the problems that they speak of."""
