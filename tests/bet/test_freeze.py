"""A claim is held to what it said when its first change was merged."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from aftermerge.bet.freeze import freeze, freeze_merged
from aftermerge.bet.stand import standing_of
from aftermerge.bet.write import bet_file
from aftermerge.errors import UnknownIdError
from aftermerge.model.amendment import amendments
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.trail import LineOrigin
from aftermerge.ports import Repository
from aftermerge.render.standing import standing_document, standing_text, standings_text
from support.memory_ledger import MemoryLedger
from support.versions import Versions
from support.world import bet, change, day, link, metric

NOW = day(90)
FILE = "bets/faster-export.md"


class Known(Versions):
    """A repository of whose commits all are known."""

    def commit(self, name: str) -> str | None:
        return "c0ffee" if name == "HEAD" else name

    def origin_of_line(self, path: str, line: int) -> LineOrigin:
        raise NotImplementedError

    def landed_with(self, commit: str) -> str | None:
        return commit

    def changed_since(self, base: str, folder: str) -> Sequence[str]:
        raise NotImplementedError


def ledger_with(now: Bet, *merged: int) -> MemoryLedger:
    ledger = MemoryLedger()
    changes = tuple(change(f"c{index}", index) for index in merged)
    ledger.store("all", Batch("1", bets=(now,), metrics=(metric(),), changes=changes))
    ledger.replace_links([link(row.id, now.slug) for row in changes])
    return ledger


def repository(*versions: tuple[int, Bet | str], metrics: Sequence[tuple[int, str]] = ()) -> Repository:
    """The bet's file, by the day on which each version was committed; newest first."""
    texts = [(day(at), said if isinstance(said, str) else bet_file(said)) for at, said in versions]
    return Known({FILE: texts, "metrics.toml": [(day(at), text) for at, text in metrics]})


def written() -> Bet:
    return bet(file=FILE, why="Because.")


CLAIMED = replace(written(), worth=metric(worth="5%").worth)
LOWERED = replace(CLAIMED, worth=metric(worth="1%").worth)


def frozen(ledger: MemoryLedger) -> Mapping[str, object]:
    (claim,) = ledger.frozen_claims()
    found: dict[str, object] = json.loads(claim.claim)
    return found


def test_what_the_bet_said_when_its_first_change_was_merged_is_frozen_and_by_which_commit() -> None:
    ledger = ledger_with(LOWERED, 20, 30)
    assert freeze_merged(ledger, repository((25, LOWERED), (0, CLAIMED)), NOW) == 1
    (claim,) = ledger.frozen_claims()
    assert (claim.commit, claim.frozen_at, frozen(ledger)["worth"]) == ("c20", day(20), "5%")


def test_a_version_of_the_very_moment_of_the_merge_counts() -> None:
    ledger = ledger_with(CLAIMED, 20)
    freeze_merged(ledger, repository((20, LOWERED), (0, CLAIMED)), NOW)
    assert frozen(ledger)["worth"] == "1%"


def test_what_is_frozen_never_changes() -> None:
    ledger = ledger_with(CLAIMED, 20)
    freeze_merged(ledger, repository((0, CLAIMED)), NOW)
    before = ledger.frozen_claims()
    assert freeze_merged(ledger, repository((0, LOWERED)), NOW) == 0
    assert freeze((), ledger, repository((0, LOWERED)), NOW) == ()
    assert ledger.frozen_claims() == before


def test_a_bet_that_came_after_the_merge_claimed_nothing_in_time() -> None:
    ledger = ledger_with(replace(CLAIMED, begun_at=day(21)), 20)
    assert freeze_merged(ledger, repository((21, CLAIMED)), NOW) == 0


def test_a_bet_that_is_not_committed_or_not_built_is_not_frozen() -> None:
    assert freeze_merged(ledger_with(replace(CLAIMED, begun_at=None), 20), repository(), NOW) == 0
    assert freeze_merged(ledger_with(CLAIMED), repository((0, CLAIMED)), NOW) == 0


def test_of_versions_that_can_t_be_read_the_one_before_them_counts() -> None:
    ledger = ledger_with(LOWERED, 20)
    freeze_merged(ledger, repository((25, LOWERED), (15, "---\nbet: [\n"), (12, ""), (0, CLAIMED)), NOW)
    assert frozen(ledger)["worth"] == "5%"


def test_without_a_repository_the_present_claim_is_frozen_as_of_now() -> None:
    ledger = ledger_with(CLAIMED, 20)
    freeze_merged(ledger, None, NOW)
    (claim,) = ledger.frozen_claims()
    assert (claim.commit, claim.frozen_at) == (None, NOW)


def test_a_worth_that_is_the_metrics_is_frozen_as_the_metric_had_it() -> None:
    ledger = ledger_with(written(), 20)
    ledger.store("all", Batch("2", metrics=(metric(worth="1%", framed_at=day(25)),)))
    versions = [(25, '[exports]\nworth = "1%"'), (10, "no toml ["), (0, '[exports]\nworth = "5%"')]
    freeze_merged(ledger, repository((0, written()), metrics=versions), NOW)
    assert frozen(ledger)["worth"] == "5%"
    assert [str(item) for item in standing_of("faster-export", ledger).amended] == ["worth: 5% → 1%"]


def test_by_hand_the_present_claim_is_frozen_with_the_present_commit() -> None:
    ledger = ledger_with(CLAIMED)
    assert freeze(("faster-export",), ledger, repository(), NOW) == ("faster-export",)
    (claim,) = ledger.frozen_claims()
    assert (claim.commit, claim.frozen_at) == ("c0ffee", NOW)


def test_by_hand_a_claim_that_is_not_committed_as_it_stands_bears_no_commit() -> None:
    ledger = ledger_with(replace(CLAIMED, framed_at=None))
    freeze((), ledger, repository(), NOW)
    assert ledger.frozen_claims()[0].commit is None


def test_freezing_an_unknown_bet_offers_the_nearest() -> None:
    with pytest.raises(UnknownIdError, match="did you mean `faster-export`"):
        freeze(("faster-exprt",), ledger_with(CLAIMED), None, NOW)


def test_words_paths_and_owner_may_be_edited() -> None:
    ledger = ledger_with(CLAIMED, 20)
    freeze_merged(ledger, repository((0, CLAIMED)), NOW)
    edited = replace(CLAIMED, why="Said better.", asked="More", helps="Else", owner="you", paths=("src/**",))
    assert amendments(ledger.frozen_claims()[0], edited, [metric()]) == ()


def test_a_metric_that_was_only_renamed_is_the_same_metric() -> None:
    ledger = ledger_with(CLAIMED, 20)
    freeze_merged(ledger, repository((0, CLAIMED)), NOW)
    renamed = replace(CLAIMED, metric="exports_done")
    now = [metric("exports_done", was=("exports",))]
    assert amendments(ledger.frozen_claims()[0], renamed, now) == ()


def test_an_amended_bet_says_so_wherever_it_is_shown() -> None:
    ledger = ledger_with(LOWERED, 20)
    freeze_merged(ledger, repository((25, LOWERED), (0, CLAIMED)), NOW)
    standing = standing_of("faster-export", ledger)
    assert "amended since: worth: 5% → 1%" in standing_text(standing)
    assert standings_text([standing]).endswith("amended")
    document = standing_document(standing)
    assert (document["amended"], document["amendments"]) == (True, [{"key": "worth", "before": "5%", "after": "1%"}])


def test_what_was_not_amended_is_not_called_so() -> None:
    ledger = ledger_with(CLAIMED, 20)
    freeze_merged(ledger, repository((0, CLAIMED)), NOW)
    standing = standing_of("faster-export", ledger)
    assert "amended" not in standing_text(standing) + standings_text([standing])
    assert standing_document(standing)["amended"] is False
