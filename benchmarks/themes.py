"""Do themes find what people told apart? `uv run python -m benchmarks.themes`.

Bank customers' questions whose intents people labelled: grouped without a number of groups and without downloaded
weights. NMI and AMI are in percent, over all texts. What belongs to no group (a stray) is put with the group whose
middle is nearest, which is the figure that the bar is for; or all strays are one group; or each is a group by itself.
Then five examples of each intent, drawn by chance, are confirmed, and the rest is drawn to the problems as the product
does it. The representation was chosen on the training part. Last, how long many texts take: real questions and reviews.
"""

import csv
import gzip
import time
from collections.abc import Iterator

import duckdb
import numpy as np
from numpy.typing import NDArray

from aftermerge.hear.magnets import Magnets
from aftermerge.hear.theme_words import telling_words
from aftermerge.search.themes import TextThemer
from benchmarks.rates import markdown, verdict
from benchmarks.real_data import file

SEED = 20260101
EXAMPLES = 5
NMI_BAR, COVERAGE_BAR, PRECISION_BAR = 75.0, 0.5, 0.8
MANY, MOST_SECONDS = 100_000, 300
REVIEWS = (
    "appstore_reviews_chrome_github_2017_2021.parquet",
    "googleplay_fintech_5apps_versions_replies.parquet",
)
PARTS = ("train", "test")
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


def to_the_nearest(vectors: NDArray[np.float32], groups: Labels) -> Labels:
    """The group to whose middle each text is nearest."""
    sums = np.zeros((int(groups.max()) + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, groups[groups >= 0], vectors[groups >= 0])
    nearest: Labels = (vectors @ (sums / np.linalg.norm(sums, axis=1, keepdims=True)).T).argmax(axis=1)
    return nearest


def alone(groups: Labels) -> Labels:
    """Each text that belongs to no group as a group of its own."""
    found = groups.copy()
    found[groups < 0] = groups.max() + 1 + np.arange(int((groups < 0).sum()))
    return found


def drawn(
    vectors: NDArray[np.float32], truth: Labels, seed: int = SEED
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Of the texts that are no examples: whether the problem they would be drawn to is theirs, and how sure that is."""
    rng = np.random.default_rng(seed)
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
        grouped.append(_grouped(part, vectors, groups, truth, seconds))
        precise += [(part, *row) for row in _precise(*drawn(vectors, truth))]
    head = (
        "questions",
        "NMI",
        "AMI",
        "NMI, strays one group",
        "NMI, strays alone",
        "themes, of 77",
        "strays",
        "CPU s",
        "",
    )
    drawn_head = ("questions", "certainty", "drawn", "of it right", "bar: ≥ 80% right of ≥ 50%")
    return "\n\n".join((markdown(head, grouped), markdown(drawn_head, precise), _many()))


def _many() -> str:
    texts = heard(MANY)
    began, busy = time.perf_counter(), time.process_time()
    themer = TextThemer()
    groups = themer.groups(themer.vectors(texts))
    words = telling_words(texts, groups)
    clock, cpu = time.perf_counter() - began, time.process_time() - busy
    row = (f"{len(texts):,}", str(len(words)), f"{(groups < 0).mean():.0%}", f"{clock:.0f}", f"{cpu:.0f}")
    return markdown(("texts", "themes", "strays", "s", "CPU s", "bar: 300 s"), [(*row, verdict(clock <= MOST_SECONDS))])


def heard(count: int) -> list[str]:
    """Real questions and reviews; once they are used up, pairs of them."""
    told = [text for part in ("train", "test") for text in questions(part)[0]]
    for name in REVIEWS:
        query = f"SELECT content FROM '{file('reviews', name)}' WHERE content IS NOT NULL"  # noqa: S608
        told += [str(row[0]) for row in duckdb.execute(query).fetchall()]
    rng = np.random.default_rng(SEED)
    pairs = rng.integers(0, len(told), (max(0, count - len(told)), 2))
    return (told + [f"{told[one]} {told[other]}" for one, other in pairs])[:count]


def _grouped(part: str, vectors: NDArray[np.float32], groups: Labels, truth: Labels, seconds: float) -> tuple[str, ...]:
    nearest = np.where(groups >= 0, groups, to_the_nearest(vectors, groups))
    nmi, ami = agreement(nearest, truth)
    count, known = int(groups.max()) + 1, int(truth.max()) + 1
    others = (f"{agreement(found, truth)[0]:.1f}" for found in (groups, alone(groups)))
    holds = verdict(nmi >= NMI_BAR and known / 2 <= count <= 2 * known) if part == "test" else "chosen on"
    strays = f"{(groups < 0).mean():.0%}"
    return (f"{part}, {len(truth):,}", f"{nmi:.1f}", f"{ami:.1f}", *others, str(count), strays, f"{seconds:.0f}", holds)


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
