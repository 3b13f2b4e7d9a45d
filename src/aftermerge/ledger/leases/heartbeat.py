"""Doing a small thing again and again beside the work, for as long as the work lasts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from aftermerge.errors import LedgerError

_AGAIN_SECONDS = 1.0


@contextmanager
def heartbeat(beat: Callable[[], None], every_seconds: float) -> Iterator[None]:
    """Call `beat` from a thread of its own. One that finds the ledger busy is tried again soon."""
    ended = Event()
    thread = Thread(target=_go_on, args=(beat, every_seconds, ended), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _go_on(beat: Callable[[], None], every_seconds: float, ended: Event) -> None:
    pause = every_seconds
    while not ended.wait(pause):
        try:
            beat()
            pause = every_seconds
        except LedgerError:
            pause = min(every_seconds, _AGAIN_SECONDS)
