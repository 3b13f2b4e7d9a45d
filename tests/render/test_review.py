"""The review in its four forms; how each looks is held by snapshots that were read."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftermerge.model.feedback import Feedback
from aftermerge.model.portfolio import Added, Forecasts, Portfolio
from aftermerge.model.readout import Check, Readout, Subject, Verdict
from aftermerge.model.review import ReadMetric, Review, ReviewedBet, Wait
from aftermerge.model.thanks import Thanks
from aftermerge.render.page_html import Picture
from aftermerge.render.review import review_blocks, review_html, review_markdown, review_text
from support.world import bet, day, metric, release

SNAPSHOTS = Path(__file__).parent / "snapshots"
READ = Readout(
    Subject("bet", "b"), "exports", "randomised", "primary", "pp", 2.0, "improved", "so it is",
    estimate=6.0, low=4.5, high=7.5, units={"off": 900, "on": 912}, window=(date(2026, 2, 1), date(2026, 3, 4)),
)  # fmt: skip
METRIC = metric(label="Users who finish an export")
QUOTE = Feedback("desk", "7", day(5), "The export spins.\nI go home at six.", author="c", may_quote=True)


def read(slug: str, verdict: Verdict, **more: object) -> ReadMetric:
    return ReadMetric(replace(READ, subject=Subject("bet", slug), verdict=verdict, **more), METRIC)  # type: ignore[arg-type]


def item(slug: str, verdict: Verdict, title: str = "Exports that finish", **more: object) -> ReviewedBet:
    claim = read(slug, verdict)
    made = ReviewedBet(bet(slug, helps=title), release("v1", 20), claim, (), 12, 3, QUOTE, is_built=True)
    return replace(made, **more)  # type: ignore[arg-type]


WARNED = (Check("amended", "warn", "the claim was amended"), Check("fine", "pass", "x"))
BROKEN = ReadMetric(
    replace(READ, role="guardrail", verdict="harmed", checks=(Check("guardrail", "warn", "x"),)), METRIC
)
THANKS = Thanks(
    "t1", datetime(2026, 3, 4, 9, tzinfo=UTC), "4711+maya@users.example", "theo@harbor.example",
    "followed_after_merge", "You stayed with it until the last berth had its invoice", ("faster-export", "desk:7"),
    datetime(2026, 3, 5, 9, tzinfo=UTC),
)  # fmt: skip
FULL = Review(
    workspace="Harbor",
    as_of=datetime(2026, 3, 9, 4, 30, tzinfo=UTC),
    since=date(2026, 3, 2),
    until=date(2026, 3, 8),
    bets=(
        item("faster-export", "improved", helped={"yes": 5, "partly": 1, "no": 2}),
        item("gate-pin", "harmed", "A PIN at the gate", claim=read("gate-pin", "harmed", checks=WARNED), quote=None),
        item("berth-map", "no_change", "Skippers who see a berth book it", others=(BROKEN,)),
        item("import-errors", "too_early", claim=read("import-errors", "too_early", reason="about 24 days more")),
        item("stay-signed-in", "cannot_tell", withdrawn=release("v3", 30)),
        item("unread", "improved", claim=None),
        item("offline-log", "improved", "Kept until there is signal", release=None, claim=None),
    ),
    releases=(ReadMetric(replace(READ, subject=Subject("release", "v1"), role="watch"), METRIC),),
    no_claim_share=0.86,
    next_steps=("link a change to its bet with a line `Bet: slug`",),
    portfolio=Portfolio(9, 2, ("faster-export",), (Added("e", "Exports", "pp", 1, 6.0, 5.8),), Forecasts(9, 3, 0.03)),
    waits=tuple(Wait(bet(f"bet-{number}"), 9 - number) for number in range(7)),
    constraint="half of the wait is for a release: relieving it would gain about 4 days",
    thanks=(THANKS,),
)
QUIET = replace(FULL, bets=(), releases=(), no_claim_share=None, next_steps=(), portfolio=None, waits=(), thanks=(),
                constraint=None)  # fmt: skip
FORMS: Mapping[str, Callable[[Review], str]] = {
    "txt": lambda review: review_text(review) + "\n",
    "md": review_markdown,
    "html": lambda review: review_html(review, {"faster-export": Picture("data:image/png;base64,QQ==", "goes up")}),
    "json": lambda review: json.dumps(review_blocks(review), ensure_ascii=False, indent=1) + "\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_review_is_the_one_that_was_read(form: str) -> None:
    path, shown = SNAPSHOTS / f"review.{form}", FORMS[form](FULL)
    if os.environ.get("AFTERMERGE_UPDATE_SNAPSHOTS"):
        path.write_text(shown)
    assert shown == path.read_text()


def test_the_parts_come_in_the_order_in_which_a_customer_would_ask() -> None:
    told = review_text(FULL)
    order = ["helped customers", "“The export spins", "What changed", "What we learned", "Not known yet", "On its way",
             "Who waits", "Where the loop is slow", "Thanks", "made no claim"]  # fmt: skip
    assert [told.index(part) for part in order] == sorted(told.index(part) for part in order)


def test_it_opens_with_a_sentence_that_counts_outcomes_in_words() -> None:
    assert review_text(FULL).splitlines()[3] == (
        "One change helped customers, and one hurt them. One made no difference that would matter, "
        "one could not be told from chance, and two are still open. One of the wins may be chance."
    )


def test_a_week_in_which_nothing_happened_says_so_and_no_more() -> None:
    assert review_text(QUIET).splitlines()[3:] == [
        "Nothing that a bet is about reached users in this time, and no verdict came in."
    ]


def test_what_customers_say_stands_beside_the_number_and_is_not_added_to_it() -> None:
    assert "of 12 customers who asked, 5 say that it helped, 1 partly, 2 that it did not" in review_text(FULL)


def test_a_long_list_is_cut_and_names_the_command_that_shows_the_rest() -> None:
    many = replace(FULL, bets=tuple(item(f"bet-{number:02}", "improved") for number in range(40)))
    told = review_text(many)
    assert "and 32 more: `aftermerge measure show`" in told
    assert "and 2 more bets" in told
    assert len(told.split()) < 600


def test_a_thank_you_bears_names_and_no_addresses() -> None:
    assert "5 Mar  maya to theo: You stayed with it" in review_text(FULL)
    assert "@" not in review_text(FULL)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, Mapping[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags(html: str) -> list[tuple[str, Mapping[str, str | None]]]:
    parser = _Tags()
    parser.feed(html)
    return parser.tags


def test_a_mail_loads_nothing_from_elsewhere() -> None:
    html = FORMS["html"](FULL)
    found = tags(html)
    assert {tag for tag, _ in found} <= {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "span", "br",
                                         "blockquote", "img"}  # fmt: skip
    assert [given["src"] for tag, given in found if tag == "img"] == ["data:image/png;base64,QQ=="]
    assert "url(" not in html
    assert "http" not in html


def test_without_charts_words_stand_alone() -> None:
    assert "<img" not in review_html(FULL)
    assert "+6.00 pp" in review_html(FULL)


HOSTILE = "<!channel> <@U1> @here <script>x</script> *b* `c` [l](https://evil.test) www.evil.test \x1b[31m \u202e"
BAD = replace(
    FULL,
    workspace=HOSTILE,
    bets=(
        item("gate-pin", "harmed", HOSTILE, quote=replace(QUOTE, text=HOSTILE),
             claim=read("gate-pin", "harmed", checks=(Check("x", "warn", HOSTILE),))),
        item("berth-map", "cannot_tell", HOSTILE, claim=read("berth-map", "cannot_tell", reason=HOSTILE)),
    ),
    constraint=HOSTILE,
    thanks=(replace(THANKS, text=HOSTILE),),
)  # fmt: skip


def test_what_others_wrote_is_no_tag_and_no_link_in_a_mail() -> None:
    html = review_html(BAD)
    assert {tag for tag, _ in tags(html)} <= {tag for tag, _ in tags(FORMS["html"](FULL))}
    assert "https://" not in html
    assert "www.evil" not in html


def test_what_others_wrote_calls_nobody_and_links_nowhere_in_markdown() -> None:
    told = review_markdown(BAD)
    assert "<script" not in told
    assert "@here" not in told.replace("&#64;", "@")
    assert "](http" not in told


def test_no_control_character_reaches_any_form() -> None:
    for form in FORMS.values():
        assert "\x1b" not in form(BAD)
        assert "\u202e" not in form(BAD)


def texts(value: object) -> Iterator[Mapping[str, object]]:
    """Everything in blocks that has a type."""
    if isinstance(value, Mapping):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def test_no_block_is_of_a_kind_in_which_slack_looks_for_people_or_links() -> None:
    assert {str(one["type"]) for one in texts(review_blocks(BAD))} == {
        "header", "plain_text", "context", "rich_text", "rich_text_section", "rich_text_quote", "text",
    }  # fmt: skip
    assert "<!channel>" in str(review_blocks(BAD))  # as it was written, and nothing that is obeyed


@given(st.text(max_size=9000), st.integers(0, 60))
def test_blocks_stay_within_what_slack_takes(text: str, count: int) -> None:
    guards = tuple(replace(BROKEN, metric=replace(METRIC, label=text)) for _ in range(count))
    bets = tuple(item(f"bet-{number}", "improved", text, others=guards) for number in range(count))
    long = replace(FULL, workspace=text or "x", bets=bets, next_steps=(text,), constraint=text or None,
                   thanks=(replace(THANKS, text=text, evidence=(text,)),) * count)  # fmt: skip
    blocks = review_blocks(long)
    assert len(blocks) <= 50
    for one in texts(blocks):
        if isinstance(one.get("text"), str):
            assert 0 < len(str(one["text"])) <= 3000
        if one["type"] == "header":
            assert len(one["text"]["text"]) <= 150  # type: ignore[index]
    assert len(json.dumps(blocks)) < 60_000
