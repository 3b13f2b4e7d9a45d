"""A place where the team is told something."""

import re
from dataclasses import dataclass
from typing import Literal

from aftermerge.errors import InputError

Board = Literal["slack", "email"]
_SCHEMES: dict[str, Board] = {"slack": "slack", "mailto": "email"}
_ADDRESS = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+\.[^@\s<>,;:\".]+")


@dataclass(frozen=True, slots=True)
class Destination:
    """`to` as `ports.Bulletin` has it: a channel, or somebody's mail address."""

    board: Board
    to: str

    def __str__(self) -> str:
        return f"{'mailto' if self.board == 'email' else self.board}:{self.to}"


def parse_destination(text: str) -> Destination:
    """`slack:#product`, `slack:C0123ABCD`, `mailto:team@harbor.example`.

    Raises:
        InputError: it is none of these.
    """
    scheme, _, to = text.strip().partition(":")
    board = _SCHEMES.get(scheme)
    if board is None or not to or any(sign.isspace() for sign in to) or (board == "email" and not is_address(to)):
        then = "write `slack:#channel`, `slack:C0123ABCD` or `mailto:team@harbor.example`"
        raise InputError(f"`{text}` is no place to post to", then=then)
    return Destination(board, to)


def is_address(text: str) -> bool:
    """Whether it looks like one mail address and nothing else."""
    return _ADDRESS.fullmatch(text) is not None
