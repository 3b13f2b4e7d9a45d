"""bets/*.md and the metrics, as one batch that holds all of them."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import tee
from pathlib import Path

from aftermerge.bet.check import check_bets, with_current_names
from aftermerge.bet.parse import BET, parse_bet
from aftermerge.connectors.workspace.claims import bet_claim, bet_claim_in, metric_claim_in, metric_tables
from aftermerge.connectors.workspace.framed import stood_since
from aftermerge.connectors.workspace.reading import texts_in
from aftermerge.errors import BetError, Place
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.file_version import FileVersion
from aftermerge.model.front_matter import read_front_matter
from aftermerge.model.metric import Metric
from aftermerge.ports import FileVersions

_METRICS_FILE = "metrics.toml"
_BETS_FOLDER = "bets"


@dataclass(frozen=True, slots=True)
class WorkspaceFiles:
    """The connector of the workspace itself.

    `metrics` are those of `root`/metrics.toml. `repository` is asked by paths relative to `root`; without one
    nothing is known to be framed.
    """

    root: Path
    metrics: tuple[Metric, ...]
    repository: FileVersions | None

    @property
    def name(self) -> str:
        return "workspace"

    def pull(self, cursor: str | None) -> Iterator[Batch]:
        """One batch with every bet and metric, or none when nothing differs from `cursor`.

        Raises:
            BetError: a file under bets/ that can't be read, or does not fit the metrics or another bet.
        """
        metrics = tuple(self._framed_metrics())
        bets = tuple(self._framed_bet(bet) for bet in self._bets())
        digest = _digest(bets, metrics)
        if digest != cursor:
            yield Batch(cursor=digest, bets=bets, metrics=metrics, whole=frozenset({"bets", "metrics"}))

    def _bets(self) -> Sequence[Bet]:
        texts = texts_in(self.root, _BETS_FOLDER, BetError)
        bets = [with_current_names(parse_bet(text, file), self.metrics) for file, text in texts.items()]
        _refuse_twins(bets, texts)
        check_bets(bets, self.metrics, texts)
        return bets

    def _framed_bet(self, bet: Bet) -> Bet:
        versions = [(was.committed_at, bet_claim_in(was.text, self.metrics)) for was in self._versions(bet.file)]
        begun_at = versions[-1][0] if versions else None
        return replace(bet, begun_at=begun_at, framed_at=stood_since(bet_claim(bet), versions))

    def _framed_metrics(self) -> Iterator[Metric]:
        now = metric_tables(_text_if_any(self.root / _METRICS_FILE))
        read = ((was.committed_at, metric_tables(was.text)) for was in self._versions(_METRICS_FILE))
        # One reading of the file's versions for all metrics, as far back as the oldest of them needs.
        for metric, versions in zip(self.metrics, tee(read, len(self.metrics)), strict=True):
            yield replace(metric, framed_at=_metric_stood_since(metric, now, versions))

    def _versions(self, file: str) -> Iterator[FileVersion]:
        return self.repository.versions_of_file(file) if self.repository else iter(())


def _metric_stood_since(
    metric: Metric, now: Mapping[str, object], versions: Iterable[tuple[datetime, Mapping[str, object]]]
) -> datetime | None:
    claim = metric_claim_in(now, metric)
    if claim is None:
        return None
    return stood_since(claim, ((time, metric_claim_in(tables, metric)) for time, tables in versions))


def _text_if_any(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""


def _refuse_twins(bets: Sequence[Bet], texts: Mapping[str, str]) -> None:
    files: dict[str, str] = {}
    for bet in bets:
        if bet.slug in files:
            line = read_front_matter(texts[bet.file], bet.file, BET).entries["bet"].line
            what = f"two bets are called `{bet.slug}`: {files[bet.slug]} and {bet.file}"
            raise BetError(what, where=Place(bet.file, line), then="give one of them another name")
        files[bet.slug] = bet.file


def _digest(bets: Sequence[Bet], metrics: Sequence[Metric]) -> str:
    nouns = [*map(asdict, bets), *map(asdict, metrics)]
    return hashlib.sha256(json.dumps(nouns, default=str, sort_keys=True).encode()).hexdigest()
