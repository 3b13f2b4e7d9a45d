"""`aftermerge tell`: one file for reading, one for deciding, one for sending."""

import click

from aftermerge.cli.lazy import Commands, LazyGroup

COMMANDS: Commands = {
    "due": ("aftermerge.cli.tell.reading:due", "Who asked for what has reached them, and waits to hear of it."),
    "draft": ("aftermerge.cli.tell.deciding:draft", "Write a draft for each who waits."),
    "show": ("aftermerge.cli.tell.reading:show", "One message, whole, as it would be sent."),
    "edit": ("aftermerge.cli.tell.deciding:edit", "Change the words of a draft."),
    "approve": ("aftermerge.cli.tell.deciding:approve", "Let these very words be sent."),
    "waive": ("aftermerge.cli.tell.deciding:waive", "Leave one untold, for a reason."),
    "send": ("aftermerge.cli.tell.sending:send", "Send what was approved, where they asked."),
    "settle": ("aftermerge.cli.tell.deciding:settle", "Say whether a message arrived of which nobody knows."),
    "confirm": ("aftermerge.cli.tell.reading:confirm", "Did it help? What they say, or said in their thread."),
    "stop": ("aftermerge.cli.tell.deciding:stop", "Never write to a customer again."),
}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def tell() -> None:
    """The answer to everyone who asked, and whether it helped them."""
