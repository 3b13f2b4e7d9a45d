import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftermerge.bet.parse import parse_bet
from aftermerge.bet.write import bet_file
from aftermerge.model.amount import Amount, Unit
from aftermerge.model.bet import Bet

PRINTED = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXT = st.text(PRINTED, max_size=20).map(lambda text: text.replace("\r", "").strip())
NAMED = TEXT.filter(bool)
OPTIONAL = st.none() | NAMED
NAMES = st.lists(NAMED, max_size=3).map(tuple)
UNITS: st.SearchStrategy[Unit] = st.sampled_from(["pp", "percent", "absolute"])
POSITIVE = st.integers(1, 10**9).map(lambda number: number / 1000)
SHARES = st.dictionaries(NAMED, st.integers(1, 10**6), min_size=2, max_size=4)
SPLITS = SHARES.map(lambda parts: {name: part / sum(parts.values()) for name, part in parts.items()})
DAYS = st.dictionaries(NAMED, st.dates(min_value=date(1000, 1, 1)), min_size=1, max_size=3)
COLUMNS = NAMED.filter(lambda name: not re.search(r"\d{4}-\d{2}-\d{2}$", name))
BETS = st.builds(
    Bet,
    slug=st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
    metric=NAMED,
    asked=TEXT,
    helps=TEXT,
    problem=OPTIONAL,
    also=NAMES,
    guardrails=NAMES,
    expect=st.none() | st.builds(Amount, POSITIVE.flatmap(lambda value: st.sampled_from([value, -value])), UNITS),
    worth=st.none() | st.builds(Amount, POSITIVE, UNITS),
    appetite_days=st.none() | st.integers(0, 9999).map(lambda number: number / 4),
    decide=st.none() | st.dates(min_value=date(1000, 1, 1)),
    stop=OPTIONAL,
    owner=OPTIONAL,
    flag=OPTIONAL,
    control=OPTIONAL,
    treatment=OPTIONAL,
    split=st.just({}) | SPLITS,
    rollout=st.none() | COLUMNS | DAYS,
    paths=NAMES,
    why=TEXT,
    file=st.just("bets/a.md"),
)


@settings(max_examples=300, deadline=None)
@given(BETS)
def test_a_bet_that_is_written_reads_back_as_itself(bet: Bet) -> None:
    assert parse_bet(bet_file(bet), "bets/a.md") == bet


def test_a_bet_is_written_as_a_person_would() -> None:
    bet = Bet("faster-export", "export_success", helps="Exports that finish", expect=Amount(5.0, "pp"), why="Because.")
    assert bet_file(bet) == (
        '---\nbet: faster-export\nhelps: "Exports that finish"\nmetric: export_success\nexpect: +5pp\n---\nBecause.\n'
    )


@pytest.mark.parametrize(
    ("bet", "line"),
    [
        (Bet("a", "m", split={"off": 0.9, "on": 0.1}), "split: [off 90%, on 10%]"),
        (Bet("a", "m", split={"the old one": 0.5, "on": 0.5}), 'split: ["the old one 50%", on 50%]'),
        (Bet("a", "m", rollout="app_version"), "rollout: app_version"),
        (Bet("a", "m", rollout={"DE": date(2026, 3, 2)}), "rollout: [DE 2026-03-02]"),
    ],
)
def test_who_got_it_and_when_is_written_as_a_person_would(bet: Bet, line: str) -> None:
    assert line in bet_file(bet).splitlines()
