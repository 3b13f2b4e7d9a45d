"""Do themes find what people told apart? `uv run python -m benchmarks.themes`.

Bank customers' questions whose intents people labelled: grouped without a number of groups and without downloaded
weights. NMI and AMI are in percent, over all texts: what belongs to no group is one group of its own, or, in the second
figure, each such text is one by itself. Then five examples of each intent, drawn by chance, are confirmed, and the rest
is drawn to the problems as the product does it. The representation was chosen on the training part.
"""

import csv
import gzip
import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.magnets import Magnets
from aftermerge.search.themes import TextThemer
from benchmarks.rates import markdown, verdict
from benchmarks.real_data import file

SEED = 20260101
EXAMPLES = 5
NMI_BAR, COVERAGE_BAR, PRECISION_BAR = 75.0, 0.5, 0.8
PARTS = ("test",)
Labels = NDArray[np.int64]


def questions(part: str) -> tuple[list[str], Labels]:
    """Texts and the number of each one's intent."""
    with gzip.open(file("support", f"banking77_{part}.csv.gz"), "rt", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    intents = sorted({row["category"] for row in rows})
    return [row["text"] for row in rows], np.array([intents.index(row["category"]) for row in rows])


def agreement(groups: Labels, truth: Labels) -> tuple[float, float]:
    """NMI and AMI in percent."""
    from sklearn.metrics import adjusted_mutual_info_score, normalized_mutual_info_score

    return 100 * normalized_mutual_info_score(truth, groups), 100 * adjusted_mutual_info_score(truth, groups)


def alone(groups: Labels) -> Labels:
    """Each text that belongs to no group as a group of its own."""
    found = groups.copy()
    found[groups < 0] = groups.max() + 1 + np.arange(int((groups < 0).sum()))
    return found


def drawn(
    vectors: NDArray[np.float32], truth: Labels, seed: int = SEED
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Of the texts that are no examples: whether the problem they would be drawn to is theirs, and how sure that is."""
    rng = np.random.default_rng(SEED)
    chosen = [rng.permutation(np.flatnonzero(truth == intent))[:EXAMPLES] for intent in range(int(truth.max()) + 1)]
    examples = np.concatenate(chosen)
    rest = np.setdiff1d(np.arange(len(truth)), examples)
    best, certainty = Magnets.of(vectors[examples], truth[examples]).answers(vectors[rest])
    return best == truth[rest], certainty


def report() -> str:
    grouped, precise = [], []
    for part in PARTS:
        texts, truth = questions(part)
        began = time.process_time()
        themer = TextThemer()
        vectors = themer.vectors(texts)
        groups = themer.groups(vectors)
        seconds = time.process_time() - began
        grouped.append(_grouped(part, groups, truth, seconds))
        precise += [(part, *row) for row in _precise(*drawn(vectors, truth))]
    head = (
        "questions",
        "NMI",
        "AMI",
        "NMI, strays alone",
        "themes, of 77",
        "strays",
        "CPU s",
        "bar: NMI ≥ 75, 39–154",
        "",
    )
    drawn_head = ("questions", "certainty", "drawn", "of it right", "bar: ≥ 80% right of ≥ 50%")
    return f"{markdown(head, grouped)}\n\n{markdown(drawn_head, precise)}"


def _grouped(part: str, groups: Labels, truth: Labels, seconds: float) -> tuple[str, ...]:
    nmi, ami = agreement(groups, truth)
    own, _ = agreement(alone(groups), truth)
    count, known = int(groups.max()) + 1, int(truth.max()) + 1
    holds = verdict(nmi >= NMI_BAR and known / 2 <= count <= 2 * known)
    strays = f"{(groups < 0).mean():.0%}"
    return (
        f"{part}, {len(truth):,}",
        f"{nmi:.1f}",
        f"{ami:.1f}",
        f"{own:.1f}",
        str(count),
        strays,
        f"{seconds:.0f}",
        "",
        holds,
    )


def _precise(right: NDArray[np.bool_], certainty: NDArray[np.float64]) -> Iterator[tuple[str, ...]]:
    for least in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        sure = certainty >= least
        share, precision = float(sure.mean()), float(right[sure].mean()) if sure.any() else 1.0
        yield (f"≥ {least}", f"{share:.1%}", f"{precision:.1%}", "")
    half = np.argsort(-certainty)[: len(certainty) // 2]
    precision = float(right[half].mean())
    yield ("the surer half", "50.0%", f"{precision:.1%}", verdict(precision >= PRECISION_BAR))


if __name__ == "__main__":
    print(report())
