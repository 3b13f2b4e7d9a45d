from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from aftermerge.errors import DataError
from aftermerge.jobs.doctor import Diagnosis, Finding, data_inventory, examine
from aftermerge.model.amount import Amount
from aftermerge.model.batch import Batch
from aftermerge.model.bet import Bet
from aftermerge.model.change import Change, Link, Release
from aftermerge.model.feedback import Feedback
from aftermerge.model.metric import Metric
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.model.readout import Readout, Subject
from aftermerge.model.table import EventsTable, UnitsTable, UsageTable
from aftermerge.settings import Settings, Source, Workspace
from support.memory_ledger import MemoryLedger

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
APP = EventsTable("app", "data/events.parquet", "user", "ts", "event")
CATS = UnitsTable("cats", "data/cats.csv", "id", "version", "gate")
EXPORTS = Metric("exports", "count", "app", "up", Amount(5.0, "percent"), event="export")
BET = Bet(
    slug="faster-export",
    metric="exports",
    problem="slow",
    worth=Amount(5.0, "percent"),
    decide=date(2026, 4, 1),
    owner="team@harbor.example",
    file="bets/faster-export.md",
)
HEARD = Feedback("support", "1", NOON, "too slow", author="c-1", problem="slow", reply="soon", replied_at=NOON)
CHANGE = Change("abc", "git", NOON, "Faster", "Faster")
READOUT = Readout(Subject("bet", "faster-export"), "exports", "before_after", "primary", "percent", 5.0, "improved", "")


@dataclass(frozen=True)
class Tables:
    """Usage data that answers everything, but for the metrics told to fail and the tables told to be broken."""

    known: Sequence[UsageTable] = (APP,)
    failed: Mapping[str, str] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()

    def tables(self) -> Sequence[UsageTable]:
        return self.known

    def compile(self, plan: Plan, dialect: str | None = None) -> Sequence[Query]:
        return ()

    def answer(self, plan: Plan) -> Answers:
        for question in plan.questions:
            if question.metric.source in self.broken:
                raise DataError(f"{question.metric.source} is torn")
        return Answers(
            failed={q.key: self.failed[q.metric.name] for q in plan.questions if q.metric.name in self.failed}
        )


def settings(*tables: UsageTable, sources: Sequence[Source] | None = None) -> Settings:
    named = (Source("git", "git"), Source("csv", "support", {"as": "feedback"})) if sources is None else tuple(sources)
    return Settings(Path(), Workspace(name="Harbor"), (), named, tables or (APP,), "ledger.db")


def full_ledger() -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.store("workspace", Batch("1", bets=(BET,), metrics=(EXPORTS,)))
    ledger.store("support", Batch("1", feedback=(HEARD,)))
    ledger.store("git", Batch("1", changes=(CHANGE,), releases=(Release("v1", "git", "tag", NOON),)))
    ledger.replace_links([Link("abc", BET.slug, "message")])
    ledger.replace_readouts(NOON, [READOUT])
    return ledger


def store_bet(ledger: MemoryLedger, bet: Bet) -> MemoryLedger:
    ledger.store("workspace", Batch("2", bets=(bet,)))
    return ledger


def diagnose(
    ledger: MemoryLedger,
    root: Path,
    of: Settings | None = None,
    metrics: Sequence[Metric] = (EXPORTS,),
    usage: Tables | None = None,
) -> Diagnosis:
    return examine(of or settings(), metrics, ledger, usage or Tables(), root)


def unwell(diagnosis: Diagnosis) -> list[Finding]:
    return [finding for finding in diagnosis.findings if finding.outcome != "ok"]


def only(diagnosis: Diagnosis) -> Finding:
    (finding,) = unwell(diagnosis)
    return finding


def test_a_whole_loop_is_well_and_every_link_is_named_in_order(tmp_path: Path) -> None:
    diagnosis = diagnose(full_ledger(), tmp_path)
    assert diagnosis.is_well, unwell(diagnosis)
    links = list(dict.fromkeys(finding.link for finding in diagnosis.findings))
    assert links == ["hear", "bet", "ship", "measure", "tell", "learn"]


def test_an_empty_workspace_misses_every_link_and_each_says_how_to_mend_it(tmp_path: Path) -> None:
    diagnosis = examine(replace(settings(sources=()), tables=()), (), MemoryLedger(), None, tmp_path)
    missing = {finding.link for finding in diagnosis.findings if finding.outcome == "missing"}
    assert missing == {"hear", "bet", "ship", "measure", "tell", "learn"}
    assert all(finding.command for finding in unwell(diagnosis))


def test_a_source_that_was_never_synced_is_named(tmp_path: Path) -> None:
    sources = (*settings().sources, Source("csv", "reviews", {"as": "feedback"}))
    finding = only(diagnose(full_ledger(), tmp_path, settings(sources=sources)))
    assert (finding.what, finding.command) == ("never synced: `reviews`", "aftermerge sync")


def test_without_feedback_the_next_step_is_to_sync_or_to_name_a_source(tmp_path: Path) -> None:
    ledger = MemoryLedger()
    synced = diagnose(ledger, tmp_path)
    assert Finding("hear", "missing", "no feedback: nobody has been heard", "aftermerge sync") in synced.findings
    no_source = diagnose(ledger, tmp_path, settings(sources=(Source("git", "git"),)))
    commands = [finding.command for finding in no_source.findings if "nobody has been heard" in finding.what]
    assert 'as = "feedback"' in str(commands[0])


def test_a_problem_of_which_nobody_spoke_is_named_with_its_bet(tmp_path: Path) -> None:
    finding = only(diagnose(store_bet(full_ledger(), replace(BET, problem="unheard")), tmp_path))
    assert (finding.link, finding.outcome) == ("hear", "warn")
    assert "`unheard`" in finding.what
    assert "bets/faster-export.md" in str(finding.command)


@pytest.mark.parametrize(
    ("bet", "line"),
    [
        (replace(BET, owner=None), "owner: "),
        (replace(BET, worth=None), "worth: "),
        (replace(BET, decide=None), "decide: "),
    ],
)
def test_what_a_bet_leaves_unsaid_is_told_with_the_line_to_add(tmp_path: Path, bet: Bet, line: str) -> None:
    finding = only(diagnose(store_bet(full_ledger(), bet), tmp_path))
    assert (finding.link, finding.outcome) == ("bet", "warn")
    assert f"add to {BET.file}: {line}" in str(finding.command)


def test_bet_files_that_were_not_read_yet_are_told_apart_from_none(tmp_path: Path) -> None:
    commands = {finding.command for finding in diagnose(MemoryLedger(), tmp_path).findings if finding.link == "bet"}
    assert all("aftermerge bet new" in command for command in commands if command)
    assert commands
    (tmp_path / "bets").mkdir()
    for name in ("README.md", "_template.md", "a.md"):
        (tmp_path / "bets" / name).touch()
    (finding,) = [found for found in diagnose(MemoryLedger(), tmp_path).findings if found.link == "bet"]
    assert (finding.what, finding.command) == ("1 bet file not yet read", "aftermerge sync")


def test_a_bet_without_a_change_says_how_to_link_one(tmp_path: Path) -> None:
    ledger = full_ledger()
    ledger.replace_links([])
    diagnosis = diagnose(ledger, tmp_path)
    assert "`Bet: faster-export`" in str(only(diagnosis).command)
    assert Finding("ship", "ok", "1 of 1 change made no claim") in diagnosis.findings


def test_without_releases_the_next_step_is_a_tag_once_git_was_read(tmp_path: Path) -> None:
    ledger = full_ledger()
    ledger.store("git", Batch("2", whole=frozenset({"releases"})))
    assert "git tag" in str(only(diagnose(ledger, tmp_path)).command)


def test_a_metric_that_nobody_asks_for_is_told_unless_it_watches_releases(tmp_path: Path) -> None:
    idle = Metric("idle", "count", "app", "up", Amount(1.0, "percent"), event="x")
    assert "`idle`" in only(diagnose(full_ledger(), tmp_path, metrics=(EXPORTS, idle))).what
    assert diagnose(full_ledger(), tmp_path, metrics=(EXPORTS, replace(idle, watch=True))).is_well


def test_a_bets_metric_without_its_table_or_without_its_definition_is_told(tmp_path: Path) -> None:
    astray = diagnose(full_ledger(), tmp_path, metrics=(replace(EXPORTS, source="ap"),))
    assert any("reads `ap`" in found.what and "`app`" in str(found.command) for found in unwell(astray))
    ledger = store_bet(full_ledger(), replace(BET, also=("exprts",)))
    assert "did you mean `exports`?" in str(only(diagnose(ledger, tmp_path)).command)


def test_the_feedback_rate_needs_no_definition(tmp_path: Path) -> None:
    assert diagnose(store_bet(full_ledger(), replace(BET, also=("feedback_rate",))), tmp_path).is_well


def test_a_table_that_no_metric_reads_is_told(tmp_path: Path) -> None:
    finding = only(diagnose(full_ledger(), tmp_path, settings(APP, CATS)))
    assert (finding.outcome, finding.what) == ("warn", "no metric reads `cats`")


def test_a_metric_that_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    finding = only(diagnose(full_ledger(), tmp_path, usage=Tables(failed={"exports": "no column `event`"})))
    assert (finding.link, finding.outcome) == ("measure", "warn")
    assert "no column `event`" in finding.what


def test_one_broken_table_does_not_hide_another_metrics_state(tmp_path: Path) -> None:
    cats = Metric("cats_kept", "share", "cats", "up", Amount(1.0, "pp"), column="kept", watch=True)
    usage = Tables((APP, CATS), failed={"exports": "no column `event`"}, broken=frozenset({"cats"}))
    found = unwell(diagnose(full_ledger(), tmp_path, settings(APP, CATS), (EXPORTS, cats), usage))
    assert ["no column `event`" in found[0].what, "cats is torn" in found[1].what] == [True, True]


def test_asks_that_wait_are_told_but_not_those_that_may_not_be_answered(tmp_path: Path) -> None:
    ledger = full_ledger()
    quiet = replace(HEARD, external_id="2", author="c-2", reply=None, replied_at=None, may_contact=False)
    ledger.store("support", Batch("2", feedback=(quiet,)))
    assert diagnose(ledger, tmp_path).is_well
    ledger.store("support", Batch("3", feedback=(replace(quiet, external_id="3", author="c-3", may_contact=True),)))
    assert only(diagnose(ledger, tmp_path)).what == "1 of 3 asks not answered yet"


def test_without_readouts_the_next_step_is_to_measure(tmp_path: Path) -> None:
    ledger = full_ledger()
    ledger.replace_readouts(NOON, [])
    assert {finding.command for finding in unwell(diagnose(ledger, tmp_path))} == {"aftermerge measure run"}


def test_the_inventory_says_what_why_where_and_how_long_for_each_kind_of_data() -> None:
    kinds = data_inventory(full_ledger(), settings(APP, CATS))
    assert all(kind.what and kind.why and kind.where and kind.how_long for kind in kinds)
    rows = {kind.what: kind.rows for kind in kinds}
    assert rows["customers' words as they were written"] == 1
    assert rows["bets"] == 1
    assert "usage table `app`" in rows


def test_the_inventory_says_which_engine_holds_a_table_and_no_secret_of_its_address() -> None:
    address = "postgresql://reader:${PASSWORD}@db.internal/warehouse?sslmode=require"
    kinds = data_inventory(full_ledger(), settings(replace(APP, engine=address)))
    (where,) = (kind.where for kind in kinds if kind.what == "usage table `app`")
    assert where == "postgresql://reader@db.internal/warehouse"


def test_the_inventory_owns_up_to_names_backups_and_the_journal() -> None:
    kinds = data_inventory(full_ledger(), settings(APP, CATS))
    told = " / ".join(f"{kind.what} {kind.where} {kind.how_long}" for kind in kinds)
    assert "no names" not in told
    assert "names, mail addresses or references, as the source gives them" in told
    assert ".aftermerge/backups until deleted by hand" in told
    assert "the journal" in told


def test_the_inventory_says_what_is_kept_of_the_team_and_counts_none_of_it() -> None:
    kinds = {kind.what: kind for kind in data_inventory(full_ledger(), settings())}
    told = [kind for what, kind in kinds.items() if "thanks" in what or "members of the team" in what]
    assert [kind.rows for kind in told] == [None, None]
    assert all("until" in kind.how_long for kind in told)
    assert kinds["a member's evidence"].how_long == "not kept"


def test_the_inventory_shows_no_token_of_a_usage_table() -> None:
    table = replace(APP, table="s3://bucket/events/*.parquet?token=hunter2")
    (kind,) = [kind for kind in data_inventory(MemoryLedger(), settings(table)) if "usage table" in kind.what]
    assert kind.where == "s3://bucket/events/*.parquet"


def test_the_inventory_shows_no_password() -> None:
    url = "postgresql://ledger:se:cr/et@host/db?password=se:cr/et"
    kinds = data_inventory(MemoryLedger(), replace(settings(), ledger_url=url))
    assert all("cr/et" not in kind.where for kind in kinds)
    assert kinds[0].where == "postgresql://ledger@host/db"
