"""The reference of the command line, from the commands themselves: `uv run python docs/reference/generate.py`."""

from collections.abc import Iterator
from pathlib import Path

import click

from aftermerge.cli import aftermerge

TARGET = Path(__file__).with_name("cli.md")
HEAD = (
    "# The command line\n\nExit codes: 0 done, 1 failed, 2 a mistake in what was given, 3 something asks for a human.\n"
)


def reference() -> str:
    return HEAD + "".join(_pages(aftermerge, "aftermerge"))


def _pages(command: click.Command, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, max_content_width=110)
    if isinstance(command, click.Group):
        children = ((child, command.get_command(context, child)) for child in command.list_commands(context))
        for child, found in children:
            if found is not None:
                yield from _pages(found, f"{name} {child}")
        if not command.invoke_without_command:
            return
    usage = command.collect_usage_pieces(context)
    yield f"\n## {name}\n\n`{' '.join([name, *usage])}`\n\n{_help(command)}\n\n"
    yield from (_option(parameter) for parameter in command.params if isinstance(parameter, click.Option))


def _help(command: click.Command) -> str:
    return "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))


def _option(option: click.Option) -> str:
    return f"- `{', '.join(option.opts)}`: {option.help}\n"


if __name__ == "__main__":
    TARGET.write_text(reference())
