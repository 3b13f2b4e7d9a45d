"""A person's own file: theirs alone, over the whole period, with nothing of theirs counted."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

from aftermerge.learn.evidence import Known, evidence
from aftermerge.model.batch import Batch
from aftermerge.model.crossing import Crossing
from aftermerge.model.evidence import EvidenceFile
from aftermerge.model.exploration import Exploration, ExploredQuestion
from aftermerge.model.feedback import Feedback
from aftermerge.model.ladder import Expectation, LadderLevel
from aftermerge.model.person import Person
from aftermerge.model.readout import Readout, Subject
from aftermerge.model.thanks import OwnName, ShownHabit, Thanks
from aftermerge.render.evidence import evidence_markdown
from support.memory_ledger import MemoryLedger
from support.world import FIRST_DAY, bet, change, day, link, metric, release

NOOR = Person("noor@harbor.example")
NOTHING = Known((), (), (), (), UTC)
CLAIM = Readout(
    Subject("bet", "faster-export"),
    "exports",
    "randomised",
    "primary",
    "percent",
    5.0,
    "improved",
    "so it is",
    estimate=8.0,
    low=5.5,
    high=10.5,
    window=(FIRST_DAY, date(2024, 3, 9)),
)


def ledger(owner: str = "Noor@Harbor.example") -> MemoryLedger:
    found = MemoryLedger()
    waiting = tuple(
        Feedback("desk", str(n), day(n), "It <b>spins</b>", author=f"c{n}", problem="slow") for n in (3, 4, 30)
    )
    bets = (bet(problem="slow", owner=owner, helps="Exports that _finish_"), bet("other", owner="ida@harbor.example"))
    batch = Batch("1", feedback=waiting, bets=bets, metrics=(metric(),), changes=(change("c1", 19),))
    found.store("all", replace(batch, releases=(release("1.0", 20, "c1"),)))
    found.replace_links([link("c1", "faster-export")])
    found.replace_readouts(day(90), [CLAIM])
    return found


def own(
    held: MemoryLedger, known: Known = NOTHING, who: Person = NOOR, until: date = date(2024, 4, 2)
) -> tuple[EvidenceFile, str]:
    found = evidence(who, "Harbor", FIRST_DAY, until, held, known)
    return found, evidence_markdown(found)


def test_every_month_of_the_period_stands_there_the_quiet_ones_too() -> None:
    found, told = own(ledger())
    assert [month.first for month in found.months] == [date(2024, n, 1) for n in (1, 2, 3, 4)]
    assert re.findall(r"## (\w+) 2024\n\n(Nothing recorded\.)?", told) == [
        ("January", ""),
        ("February", "Nothing recorded."),
        ("March", ""),
        ("April", "Nothing recorded."),
    ]


def test_a_period_may_cross_a_year() -> None:
    found = evidence(NOOR, "Harbor", date(2023, 11, 30), date(2024, 1, 1), ledger(), NOTHING)
    assert [month.first for month in found.months] == [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1)]


def test_the_customers_of_a_bet_are_told_on_the_bets_own_line_and_never_summed() -> None:
    _, told = own(ledger())
    assert "`faster-export` reached users with 1.0; 2 customers waited for this bet" in told
    assert told.count("customers") == 1


def test_a_bet_is_theirs_who_own_it() -> None:
    _, told = own(ledger())
    assert "`faster-export` written down: “Exports that \\_finish\\_”" in told
    assert "read out as improved, +8.0% [+5.5, +10.5]" in told
    assert "`other`" not in told
    assert "faster-export" not in own(ledger("ida@harbor.example"))[1]
    linked = replace(NOOR, names=(OwnName(NOOR.email, "hub", "@noor"),))
    assert "faster-export" in own(ledger("@Noor"), who=linked)[1]


def test_what_lies_outside_the_period_is_left_out() -> None:
    assert "read out" not in own(ledger(), until=date(2024, 3, 8))[1]
    assert "read out" in own(ledger(), until=date(2024, 3, 9))[1]


HABITS = (
    ShownHabit("faster-export", "bet", "closed_the_loop", date(2024, 2, 2), "all have an answer", ("faster-export",)),
    ShownHabit("other", "bet", "stopped_on_time", date(2024, 2, 2), "it was taken back", ("other",), (NOOR.email,)),
    ShownHabit("third", "bet", "stopped_on_time", date(2024, 2, 2), "never mind", ("third",), ("ida@harbor.example",)),
)
LEVELS = (
    LadderLevel(
        "engineer",
        "Engineer",
        (
            Expectation("stops", "Stops on time", ("stopped_on_time",)),
            Expectation("crosses", "Goes to customers", ("crossed_a_boundary",)),
            Expectation("kind", "Is kind"),
        ),
    ),
)


def test_the_ladder_says_what_shows_each_expectation_and_where_nothing_was_recorded() -> None:
    found, told = own(ledger(), replace(NOTHING, shown=HABITS, levels=LEVELS))
    met = {item.expectation.id: [entry.about for entry in item.items] for item in found.levels[0].expectations}
    assert met == {"stops": ["other"], "crosses": [], "kind": []}
    assert told.count("it was taken back") == 2
    assert "### Goes to customers\n\n*crossed a boundary*\n\nNothing recorded." in told
    assert "never mind" not in told


def test_without_a_ladder_nothing_is_mapped() -> None:
    assert "By the ladder" not in own(ledger())[1]


def test_crossings_explorations_and_thanks_stand_in_their_months() -> None:
    held = ledger()
    at = datetime(2024, 2, 9, tzinfo=UTC)
    mine = Thanks("t1", at, "ida@harbor.example", NOOR.email, "closed_the_loop", "You <b>asked</b> @all", ("desk:3",))
    gave = Thanks("t2", at, NOOR.email, "ida@harbor.example", "closed_the_loop", "Fine work", ("desk:4",))
    quiet = replace(gave, id="t3", text="Quiet words")
    for row in (mine, replace(gave, published_at=at), quiet):
        held.replace_thanks(None, row)
    crossed = Crossing("faster-export", "answered", date(2024, 2, 3), "desk:3", "desk:3")
    asked = Exploration("maps", "Who reads?", date(2024, 2, 5), date(2024, 2, 8), outcome="Nobody", who=(NOOR.email,))
    explored = ExploredQuestion(asked, "kept", asked.until, date(2024, 2, 8))
    found, told = own(held, replace(NOTHING, crossings=(crossed,), explorations=(explored,)))
    assert [item.kind for item in found.months[1].items] == [
        "crossing",
        "exploration",
        "exploration",
        "thanked",
        "thanks",
    ]
    assert "answered a customer, where they asked (`desk:3`)" in told
    assert "learned (its box was kept): “Nobody”" in told
    assert "thanked, by `ida@harbor.example`: “You &#60;b&#62;asked&#60;/b&#62; &#64;all”" in told
    assert "gave thanks, to `ida@harbor.example`: “Fine work”" in told
    assert "Quiet words" not in told


def test_it_says_what_could_not_be_looked_for() -> None:
    told = own(ledger())[1]
    assert "aftermerge learn me link" in told
    assert "git config aftermerge.team" in told
    whole = replace(NOOR, team="exports", names=(OwnName(NOOR.email, "hub", "noor"),))
    assert "Not looked for" not in own(ledger(), who=whole)[1]


def test_no_words_of_a_customer_are_in_it() -> None:
    assert "spins" not in own(ledger())[1]
