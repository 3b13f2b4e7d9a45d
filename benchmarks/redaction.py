"""Is personal data gone, and nothing else? `python -m benchmarks.redaction [pieces of a kind]`.

Made-up data of every kind is put between the words of real texts (questions to a bank, reviews of two apps), as it
comes: without a word that says what it is. A piece is found when none of it is left. False redactions are counted in
the same texts as they are, masked by those who published them, each with a made-up name on its record: every one counts
as false, though some are true (a reviewer's own telephone number).
"""

import csv
import gzip
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import duckdb

from aftermerge.hear.language import language_of
from aftermerge.hear.redaction import persons, redact
from benchmarks.personal_data import DRAWS, EVERYDAY_NAMES, FIRST, LAST, NATIONAL, Draw, Seeded, planted
from benchmarks.rates import Rate, markdown, verdict
from benchmarks.real_data import file

SEED = 51907733
"""Drawn after the finders were done; while they were mended, another one was looked at."""
EACH = 5_000
MOST_MISSED = 0.01
MOST_FALSE = 0.001
"""A word."""
NO_BAR = frozenset({"phone, of another country, no code"})
"""Shown, not promised: nothing tells such a number from any other."""
REVIEWS = "reviews/appstore_reviews_chrome_github_2017_2021.parquet"
_MARKS = ("[email]", "[phone]", "[card]", "[iban]", "[ip]", "[name]", "[secret]")


@dataclass(frozen=True, slots=True)
class Missed:
    """Of one kind: how many were left in the text, and the first few of them."""

    kind: str
    rate: Rate
    examples: tuple[str, ...]


def missed(draw: Draw, carriers: Sequence[str], n: int, seed: int) -> Missed:
    rng = random.Random(f"{seed} {draw.__name__}")  # noqa: S311
    seeded = [draw(rng) for _ in range(n)]
    left = [one for one in seeded if is_left(one, planted(rng, rng.choice(carriers), one))]
    return Missed(seeded[0].kind, Rate(len(left), n), tuple(one.text for one in left[:5]))


def is_left(seeded: Seeded, text: str) -> bool:
    """Is any part of it still there? What the carrier had before does not count."""
    redacted = redact(text, persons(seeded.names), seeded.region).lower()
    return any(redacted.count(part.lower()) > _elsewhere(text, seeded, part) for part in seeded.core)


def _elsewhere(text: str, seeded: Seeded, part: str) -> int:
    return text.replace(seeded.text, " ", 1).lower().count(part.lower())


def false_redactions(carriers: Sequence[str], seed: int) -> tuple[Counter[str], int]:
    """By placeholder, and of how many words. Each text's record names somebody, and its workspace is somewhere."""
    rng = random.Random(seed)  # noqa: S311
    marks: Counter[str] = Counter()
    for carrier in carriers:
        name = rng.choice([*EVERYDAY_NAMES, f"{rng.choice(FIRST)} {rng.choice(LAST)}"])
        redacted = redact(carrier, persons([name]), rng.choice(list(NATIONAL)))
        if redacted != carrier:
            marks.update({mark: redacted.count(mark) - carrier.count(mark) for mark in _MARKS})
    return marks, sum(len(carrier.split()) for carrier in carriers)


def report(results: Sequence[Missed]) -> str:
    head = ("kind", "found", "n", "missed, at least (95%)", "bar", "")
    return markdown(head, [_row(result) for result in results])


def _row(result: Missed) -> tuple[str, ...]:
    rate = result.rate
    judged = ("–", "") if result.kind in NO_BAR else ("≥ 99%", verdict(rate.is_within(MOST_MISSED)))
    return (result.kind, f"{1 - rate.share:.2%}", f"{rate.n:,}", f"{rate.lower_limit:.2%}", *judged)


def false_report(name: str, carriers: Sequence[str], seed: int) -> tuple[str, ...]:
    marks, words = false_redactions(carriers, seed)
    rate = Rate(sum(marks.values()), words)
    by_kind = ", ".join(f"{mark} {count}" for mark, count in marks.most_common() if count)
    shown = (f"{1000 * rate.share:.3f}", f"{words:,}", f"{1000 * rate.lower_limit:.3f}")
    return (name, *shown, "≤ 1", verdict(rate.is_within(MOST_FALSE)), by_kind)


def speed(name: str, texts: Sequence[str]) -> tuple[str, ...]:
    language_of("loaded once, and not counted here")
    redacting = _cpu(lambda text: redact(text, None, "GB"), texts)
    telling = _cpu(language_of, texts)
    seconds = (f"{each:.1f}" for each in (redacting, telling, redacting + telling))
    return (name, f"{len(texts):,}", f"{sum(map(len, texts)) / 1e6:.1f}", *seconds)


def _cpu(work: object, texts: Sequence[str]) -> float:
    assert callable(work)
    begun = time.process_time()
    for text in texts:
        work(text)
    return time.process_time() - begun


@cache
def questions() -> tuple[str, ...]:
    with gzip.open(file("support", "banking77_train.csv.gz"), "rt", encoding="utf-8") as lines:
        return tuple(row["text"] for row in csv.DictReader(lines))


@cache
def reviews() -> tuple[str, ...]:
    query = "select concat_ws(E'\\n', title, content) from read_parquet(?)"
    return tuple(str(text) for (text,) in duckdb.execute(query, [str(file(*REVIEWS.split("/")))]).fetchall())


def _long(carriers: Sequence[str], characters: int) -> Iterator[str]:
    rng = random.Random(SEED)  # noqa: S311
    while characters > 0:
        text = planted(rng, rng.choice(carriers), rng.choice(DRAWS)(rng))
        characters -= len(text)
        yield text


def main(each: int) -> None:
    carriers = questions() + reviews()
    results = [missed(draw, carriers, each, SEED) for draw in DRAWS]
    print(report(results))
    for result in results:
        if result.examples and result.kind not in NO_BAR:
            print(f"\n{result.kind}, missed: {', '.join(result.examples)}", file=sys.stderr)
    head = ("texts as they are", "redactions in 1,000 words", "words", "at least (95%)", "bar", "", "of which")
    rows = [false_report(*named, SEED) for named in (("questions", questions()), ("reviews", reviews()))]
    print("\n" + markdown(head, rows))
    columns = ("texts", "n", "million characters", "redacted, CPU s", "language told, CPU s", "both")
    print("\n" + markdown(columns, [speed(*given) for given in _amounts(carriers)]))


def _amounts(carriers: tuple[str, ...]) -> Iterator[tuple[str, Sequence[str]]]:
    yield "questions and reviews, over and over", (carriers * 5)[:100_000]
    yield "one text, full of personal data", ["\n".join(_long(carriers, 10_000_000))]


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else EACH)
