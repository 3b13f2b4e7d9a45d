from datetime import date

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
