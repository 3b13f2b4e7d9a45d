"""What answers questions, and what draws."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aftermerge.model.feedback import Heard
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.model.search import Hits, SearchQuery
from aftermerge.model.table import UsageTable


class Usage(Protocol):
    """The team's usage data, wherever it stands."""

    def tables(self) -> Sequence[UsageTable]: ...

    def compile(self, plan: Plan, dialect: str | None = None) -> Sequence[Query]:
        """What would be asked, as SQL. The tables are looked at, for what they are like; nothing is measured.

        With a `dialect`, it is written in the words of that engine; else of the one that would be asked, with its cost.

        Raises:
            InputError: there is no such dialect.
        """
        ...

    def answer(self, plan: Plan) -> Answers: ...


class SearchIndex(Protocol):
    """What was heard, searchable. It can be thrown away and filled again from the ledger at any time."""

    @property
    def revision(self) -> int:
        """Up to which of the ledger's revisions it has come; 0 when it is empty, damaged, or of an older form."""
        ...

    def update(self, heard: Heard) -> None:
        """Take in what changed: all of it, or nothing. Doing so twice changes nothing."""
        ...

    def search(self, query: SearchQuery) -> Hits:
        """
        Raises:
            InputError: the words can't be understood; it says where.
        """
        ...

    def clear(self) -> None: ...


Embedder = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts as vectors, (texts, dimensions): what speaks alike lies close together."""


class Themer(Protocol):
    """Groups texts by what they speak of, without being told how many groups there are."""

    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(texts, dimensions), each of length 1; an `Embedder` where the team brings its own."""
        ...

    def groups(self, vectors: NDArray[np.float32]) -> NDArray[np.int64]:
        """The group of each, (texts,), from 0; −1 for what belongs to none. Deterministic."""
        ...


class Figures(Protocol):
    """Draws a Vega-Lite specification that has its data inside."""

    def svg(self, spec: Mapping[str, object]) -> str: ...

    def png(self, spec: Mapping[str, object]) -> bytes: ...
