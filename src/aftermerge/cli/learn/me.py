"""`aftermerge learn me`: what a person says they are called elsewhere. Nobody else can say it for them."""

import os
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import as_json, in_folder, paint, print_json, say
from aftermerge.errors import UnknownIdError, nearest
from aftermerge.jobs.asking import own_name, person_asking
from aftermerge.render.thanks import own_names_document, own_names_text


@click.group(invoke_without_command=True)
@in_folder
@as_json
@click.pass_context
def me(context: click.Context, folder: Path, as_json: bool) -> None:
    """What you linked: your own names at the sources, known to nobody else.

    You are the `user.email` of this repository's git.
    """
    if context.invoked_subcommand is not None:
        return
    with open_workspace(folder, os.environ) as workspace:
        person = person_asking(workspace)
    if as_json:
        print_json(own_names_document(person.email, person.team, person.names))
    else:
        say(own_names_text(person.email, person.team, person.names, paint))


@me.command()
@click.argument("source")
@click.argument("name")
@in_folder
def link(source: str, name: str, folder: Path) -> None:
    """Say what you are called at a source: your login, agent id or address there."""
    with open_workspace(folder, os.environ) as workspace:
        linked = own_name(workspace, source, name)
        is_new = workspace.ledger.link_own_name(linked)
    say(f"`{linked.name}` at `{source}` is you{'' if is_new else ', as you said before'}")
    say(paint("take it back with `aftermerge learn me unlink`", "quiet"))


@me.command()
@click.argument("source")
@click.argument("name")
@in_folder
def unlink(source: str, name: str, folder: Path) -> None:
    """Take back that a name is yours."""
    with open_workspace(folder, os.environ) as workspace:
        names = person_asking(workspace).names
        said = (source, " ".join(name.split()))
        own = next((own for own in names if (own.source, own.name) == said), None)
        if own is None:
            known = sorted(own.name for own in names if own.source == source)
            raise UnknownIdError(f"you linked no `{name}` at `{source}`", then=nearest(name, known))
        workspace.ledger.unlink_own_name(own)
    say(f"`{name}` at `{source}` is no longer linked to you")
