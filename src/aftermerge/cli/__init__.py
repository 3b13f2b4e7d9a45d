"""The command line: one file a stage, each imported only when its command is called."""

import os
import signal
import sys
import threading
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

import click

from aftermerge import __version__
from aftermerge.cli.lazy import LazyGroup
from aftermerge.cli.screen import say_error
from aftermerge.errors import AftermergeError, OutsideError

COMMANDS: Mapping[str, tuple[str, str]] = {
    "init": ("aftermerge.cli.init:init", "Set up a workspace in this git repository."),
    "sync": ("aftermerge.cli.sync:sync", "Read git, feedback and usage files, as far as they have come."),
    "run": ("aftermerge.cli.run:run", "The nightly round: sync, measure, draft, tell the team."),
    "doctor": ("aftermerge.cli.doctor:doctor", "Say what is missing, and the command that mends it."),
    "demo": ("aftermerge.cli.demo:demo", "Walk a simulated company through the whole loop."),
    "backup": ("aftermerge.cli.keep:backup", "Write the ledger into one file."),
    "restore": ("aftermerge.cli.keep:restore", "Bring a ledger back from a backup."),
    "upgrade": ("aftermerge.cli.keep:upgrade", "Bring the ledger up to this version; a backup is written first."),
    "serve": ("aftermerge.cli.serve:serve", "Serve the pages on which customers say whether it helped."),
    "hear": ("aftermerge.cli.hear:hear", "The customers' own words, and the problems that they speak of."),
    "bet": ("aftermerge.cli.bet:bet", "Claims, written down before they are built."),
    "ship": ("aftermerge.cli.ship:ship", "Changes, the bets they serve, the releases that carried them."),
    "measure": ("aftermerge.cli.measure:measure", "What did it change for customers?"),
    "tell": ("aftermerge.cli.tell:tell", "The answer to everyone who asked, and whether it helped them."),
    "learn": ("aftermerge.cli.learn:learn", "The outcome review."),
}


_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


@click.group(cls=LazyGroup, commands_at=COMMANDS, context_settings=_CONTEXT)
@click.version_option(__version__, prog_name="aftermerge")
def aftermerge() -> None:
    """What did it change for customers?

    From the customers' own words to an honest verdict: hear → bet → ship → measure → tell → learn.
    Start with `aftermerge demo`, or `aftermerge init` in your own repository.
    """


def _wants_colour(environ: Mapping[str, str]) -> bool | None:
    """By the conventions NO_COLOR and FORCE_COLOR; None leaves it to whether anybody looks."""
    return False if environ.get("NO_COLOR") else True if environ.get("FORCE_COLOR") else None


def _end_when_told() -> None:
    """SIGTERM and SIGHUP end a command as an exit does, so that a lease is given back and files are closed."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP")):
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup ignores SIGHUP, and so do we
            signal.signal(number, _end)


def _end(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def main() -> None:
    """Run, and turn every error that we know into a sentence and an exit code."""
    _end_when_told()
    try:
        aftermerge(standalone_mode=False, color=_wants_colour(os.environ))
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("stopped: what was read so far is kept", err=True)
        sys.exit(130)
    except AftermergeError as error:
        say_error(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        say_error(
            OutsideError(f"the system refused: {error.strerror or error}", then="make room or give leave, then again")
        )
        sys.exit(1)
