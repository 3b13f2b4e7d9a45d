"""`aftermerge serve`."""

import os
from importlib.util import find_spec
from pathlib import Path

import click

from aftermerge.bootstrap import open_workspace
from aftermerge.cli.screen import in_folder, say
from aftermerge.errors import InputError, SettingsError


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", default=8642, show_default=True, type=click.IntRange(0, 65535), help="On which port.")
@in_folder
def serve(host: str, port: int, folder: Path) -> None:
    """Serve the pages on which customers say whether it helped.

    There they stop further messages, too. Each page is reached by a link that was signed for one of them, and by
    nothing else; the team's own pages are not here. Put it behind whatever ends TLS for the address that `[tell] site`
    names.
    """
    if not all(map(find_spec, ("uvicorn", "starlette", "jinja2"))):
        raise InputError("serving pages needs the extra `web`", then="pip install 'aftermerge[web]'")
    import uvicorn

    from aftermerge.web.app import customer_pages

    with open_workspace(folder, os.environ) as workspace:
        links = workspace.links
        if links is None:
            then = 'name it in aftermerge.toml: `site = "https://after.harbor.example"` under [tell]'
            raise SettingsError("no site is named at which customers reach this", then=then)
        say(f"listening on http://{host}:{port}; customers reach it as {links.site}", err=True)
        pages = customer_pages(workspace.ledger, links, workspace.clock)
        uvicorn.run(pages, host=host, port=port, log_level="warning", access_log=False, server_header=False)
