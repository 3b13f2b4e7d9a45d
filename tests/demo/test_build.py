from datetime import date
from pathlib import Path

import pytest

from aftermerge import demo
from aftermerge.bet.check import check_bets
from aftermerge.bet.parse import cited, parse_bet
from aftermerge.demo.bets import BETS
from aftermerge.errors import OutsideError, WorkspaceError
from aftermerge.settings import check_metrics, read_metrics, read_settings
from support.harbor import SEED, TODAY, Harbor

DATA = ("support.csv", "daily.parquet", "events.parquet")


def test_the_same_seed_and_day_give_the_same_commits_tickets_rows_and_truth(harbor: Harbor, tmp_path: Path) -> None:
    again = Harbor(tmp_path, demo.build(tmp_path, SEED, TODAY))
    assert again.git("rev-parse", "HEAD", "--tags") == harbor.git("rev-parse", "HEAD", "--tags")
    for name in DATA:
        assert (tmp_path / "data" / name).read_bytes() == (harbor.root / "data" / name).read_bytes(), name
    assert again.truth == harbor.truth


def test_another_seed_gives_another_company(harbor: Harbor, tmp_path: Path) -> None:
    demo.build(tmp_path, SEED + 1, TODAY)
    for name in DATA:
        assert (tmp_path / "data" / name).read_bytes() != (harbor.root / "data" / name).read_bytes(), name


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WorkspaceError, match="is not empty") as caught:
        demo.build(tmp_path, SEED, TODAY)
    assert caught.value.then == "name a new or an empty folder for the demo"
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_in_the_way_is_said_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for into in (tmp_path / "file", tmp_path / "file" / "harbor"):
        with pytest.raises(WorkspaceError, match="can't be written"):
            demo.build(into, SEED, TODAY)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="can't be written"):
        demo.build(tmp_path / ("n" * 300), SEED, TODAY)


def test_without_git_the_demo_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(OutsideError, match="git is not installed"):
        demo.build(tmp_path, SEED, TODAY)


def test_the_ordinary_readers_accept_every_file(harbor: Harbor) -> None:
    settings, metrics = read_settings(harbor.root, {}), read_metrics(harbor.root)
    check_metrics(harbor.root, metrics, settings.tables)
    texts = {str(path): path.read_text() for path in sorted((harbor.root / "bets").glob("*.md"))}
    bets = [parse_bet(text, file) for file, text in texts.items()]
    check_bets(bets, metrics, texts)
    assert {bet.slug for bet in bets} == {bet.slug for bet in BETS}
    assert all(bet.worth and bet.decide and bet.problem and bet.stop and bet.owner for bet in bets)


def test_every_bet_cites_tickets_about_its_own_problem_from_before_it_was_framed(harbor: Harbor) -> None:
    problems = {
        f"support:{number}": (problem, day)
        for number, problem, day in harbor.sql("SELECT id, problem, created_at::DATE FROM tickets")
    }
    for path in (harbor.root / "bets").glob("*.md"):
        bet = parse_bet(path.read_text(), str(path))
        framed = date.fromisoformat(harbor.git("log", "--format=%cs", "--", f"bets/{path.name}").split()[-1])
        told = [problems[feedback] for feedback in cited(bet)]
        assert len(told) == 3, bet.slug
        assert {problem for problem, _ in told} <= {bet.problem, None}, bet.slug
        assert all(day <= framed for _, day in told), bet.slug


def test_every_shipped_bet_has_a_truth_and_the_one_that_waits_has_none(harbor: Harbor) -> None:
    known = {effect.bet: effect for effect in reversed(harbor.truth.effects)}
    assert set(known) == {bet.slug for bet in BETS} - {"offline-log"}
    assert {slug for slug, effect in known.items() if effect.effect == 0} == {
        "arrival-autofill",
        "berth-map",
        "invoice-reminders",
        "vat-hints",
    }
