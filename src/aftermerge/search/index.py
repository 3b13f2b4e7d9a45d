"""What was heard, searchable: tantivy in a folder of the workspace. It can be deleted at any time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tantivy import Index, Order, Searcher

from aftermerge.errors import OutsideError
from aftermerge.model.feedback import Heard
from aftermerge.model.search import Hit, Hits, SearchQuery
from aftermerge.search.asking import Question, asked, asked_loosely
from aftermerge.search.form import SCHEMA, document, opened
from aftermerge.search.place import Place, State, unwritable

__all__ = ["TantivyIndex"]

_HEAP = 48_000_000  # bytes that a writer gathers before it writes them out
_PATIENCE = 20.0  # seconds to wait for another process that writes


class TantivyIndex:
    """Fits `ports.SearchIndex`. Many may search while one writes."""

    def __init__(self, folder: Path, *, patience: float = _PATIENCE) -> None:
        self._place = Place(folder, patience)
        self._told = 0
        self._open: tuple[State, Searcher] | None = None

    @property
    def revision(self) -> int:
        state = self._place.state()
        self._told = state.revision if state and self._searcher(state) else 0
        return self._told

    def update(self, heard: Heard) -> None:
        """
        Raises:
            OutsideError: another process writes, or the folder can't be written; then nothing is changed.
        """
        told = self._told
        with self._place.writing():
            now = self.revision
            if told > 0 and now == 0:  # these rows are only what changed since then, and the rest is no longer here
                what = "the search index was emptied while it was brought up to date"
                raise OutsideError(what, then="try again: it is filled from the ledger")
            if heard.revision >= now:
                self._write(heard, self._place.state() if now else None)

    def search(self, query: SearchQuery) -> Hits:
        """
        Raises:
            InputError: the words can't be understood; it says where.
            OutsideError: the index is damaged; it is dropped, and the next update fills it anew.
        """
        state = self._place.state()
        searcher = (self._searcher(state) if state else None) or opened(Index(SCHEMA)).searcher()
        try:
            with _noticing_damage():
                return _answer(searcher, query)
        except _DamageError as error:
            self._place.disown()
            self._open = None
            what = "the search index is damaged"
            raise OutsideError(what, then="try again: it is filled anew from the ledger") from error

    def clear(self) -> None:
        """
        Raises:
            OutsideError: another process writes, or the folder can't be written.
        """
        with self._place.writing():
            try:
                self._place.sweep(None)
            except OSError as error:
                raise unwritable(self._place.folder, error) from error
        self._told = 0

    def _searcher(self, state: State) -> Searcher | None:
        """The one of the last time, while nothing has changed since."""
        if self._open is None or self._open[0] != state:
            try:
                with _noticing_damage():
                    self._open = state, opened(Index.open(str(self._place.part(state)))).searcher()
            except _DamageError:
                self._open = None
        return self._open[1] if self._open else None

    def _write(self, heard: Heard, state: State | None) -> None:
        try:
            with _noticing_damage():
                kept = state or self._place.new_part()
                _fill(self._place.part(kept), heard, is_new=state is None)
                self._place.settle(State(kept.form, heard.revision, kept.part))
        except _DamageError as error:
            raise unwritable(self._place.folder, error) from error


class _DamageError(Exception):
    """Files are missing, full disks included, or their bytes are not what they were."""


@contextmanager
def _noticing_damage() -> Iterator[None]:
    """Tantivy tells of it in three ways, and one of them, a panic, is no `Exception`."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise _DamageError(str(error)) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise _DamageError(str(error)) from error
        raise


def _fill(part: Path, heard: Heard, *, is_new: bool) -> None:
    """All in one commit: a process that dies before it leaves the index as it was."""
    index = opened(Index(SCHEMA, str(part)))
    writer = index.writer(_HEAP, num_threads=1)
    for row in {row.id: row for row in heard.rows}.values():
        if not is_new:
            writer.delete_documents_by_term("id", row.id)
        writer.add_document(document(row))
    for gone in heard.gone:
        writer.delete_documents_by_term("id", gone)
    writer.commit()
    writer.wait_merging_threads()


def _answer(searcher: Searcher, query: SearchQuery) -> Hits:
    hits = _hits(searcher, asked(query, searcher), query)
    if hits.total or hits.corrected:
        return hits
    loosely = (_hits(searcher, question, query) for question in asked_loosely(query, searcher))
    return next((found for found in loosely if found.total), hits)


def _hits(searcher: Searcher, question: Question, query: SearchQuery) -> Hits:
    limit = max(1, min(query.limit, searcher.num_docs))
    if query.order == "newest" or not question.is_ranked:
        found = searcher.search(question.query, limit, order_by_field="time", order=Order.Desc)
        scores = [0.0] * len(found.hits)
    else:
        found = searcher.search(question.query, limit)
        scores = [float(score) for score, _ in found.hits]
    ids = [str(searcher.doc(address)["id"][0]) for _, address in found.hits]
    hits = tuple(Hit(id_, score) for id_, score in zip(ids, scores, strict=True))
    return Hits(hits[: query.limit], int(found.count), question.corrected)  # type: ignore[attr-defined]
