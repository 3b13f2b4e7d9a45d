"""The command line as a person meets it: help, errors, exit codes, colour."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from aftermerge.cli import COMMANDS
from aftermerge.cli import aftermerge as group
from aftermerge.cli.lazy import LazyGroup
from support.histories import linear
from support.walks import aftermerge


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    linear(tmp_path / "app", 12, tags={5: "v1.0", 9: "v1.1"})
    subprocess.run(["git", "-C", str(tmp_path / "app"), "reset", "-q", "--hard"], check=True)
    return tmp_path / "app"


def walk_commands(command: click.Command, name: str = "aftermerge") -> list[tuple[str, click.Command]]:
    context = click.Context(command)
    if not isinstance(command, click.Group):
        return [(name, command)]
    found: list[tuple[str, click.Command]] = [(name, command)]
    for child in command.list_commands(context):
        child_command = command.get_command(context, child)
        assert child_command is not None
        found += walk_commands(child_command, f"{name} {child}")
    return found


def test_every_command_says_what_it_does() -> None:
    for name, command in walk_commands(group):
        assert command.help, name


def test_help_lists_each_command_with_the_words_of_its_own_help() -> None:
    assert isinstance(group, LazyGroup)
    for name, (_, told) in COMMANDS.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert (command.help or "").splitlines()[0] == told, name


WRITES = ("bet new", "hear link", "hear undo", "hear themes accept", "hear problems rename", "hear problems merge",
          "hear problems split", "learn explore new", "learn me link", "learn me unlink", "learn thank give",
          "learn thank publish", "learn thank unpublish", "learn thank remove", "tell edit", "tell approve",
          "tell waive", "tell settle", "tell stop", "serve")  # fmt: skip
"""What only says in a line what it did."""


def test_every_verb_that_reads_can_print_json() -> None:
    wordless = {"aftermerge", *(f"aftermerge {stage}" for stage in ("hear", "bet", "ship", "measure", "tell", "learn"))}
    one_form = {"aftermerge hear held", "aftermerge learn thank export"}  # which print nothing but JSON
    writes = {*(f"aftermerge {name}" for name in WRITES), *one_form, "aftermerge learn evidence"}  # which is Markdown
    for name, command in walk_commands(group):
        if name not in wordless | writes:
            assert "--json" in {option for p in command.params for option in p.opts}, name


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from aftermerge.cli import aftermerge as g; g(['--help'], standalone_mode=False);"
        "print([m for m in ('numpy', 'scipy', 'duckdb', 'sqlalchemy', 'pydantic', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_command_outside_a_workspace_says_how_to_begin(tmp_path: Path) -> None:
    typed = aftermerge(tmp_path, "sync", code=2)
    assert "aftermerge init" in typed.err
    assert "Traceback" not in typed.err


def test_init_outside_git_says_how_to_begin(tmp_path: Path) -> None:
    assert "git init" in aftermerge(tmp_path, "init", code=2).err


def test_a_mistyped_command_ends_with_two(tmp_path: Path) -> None:
    assert "No such command" in aftermerge(tmp_path, "mesure", code=2).err


def test_from_init_to_review_each_screen_says_what_to_do_next(repository: Path) -> None:
    assert "aftermerge sync" in aftermerge(repository, "init").out
    assert "12 new" not in aftermerge(repository, "doctor").out
    assert "14 new" in aftermerge(repository, "sync").out
    assert "aftermerge doctor" in aftermerge(repository, "sync").out
    assert "aftermerge bet new" in aftermerge(repository, "doctor").out
    assert "aftermerge bet new" in aftermerge(repository, "learn", "review").out
    assert "doctor" in aftermerge(repository, "measure", "show").out


def test_init_again_changes_nothing_that_a_human_touched(repository: Path) -> None:
    aftermerge(repository, "init")
    settings = repository / "aftermerge.toml"
    settings.write_text(settings.read_text() + "\n# ours\n")
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    assert "Kept as they were" in aftermerge(repository, "init").out
    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before


def test_syncing_twice_finds_nothing_new(repository: Path) -> None:
    aftermerge(repository, "init")
    aftermerge(repository, "sync")
    again = aftermerge(repository, "sync", "--json").json
    assert [source["new"] + source["changed"] + source["gone"] for source in again["sources"]] == [0, 0]


def test_doctor_names_only_commands_that_exist(repository: Path) -> None:
    aftermerge(repository, "init")
    named = re.findall(r"aftermerge ((?:[a-z]+ ?)+)", aftermerge(repository, "doctor").out)
    known = {name.removeprefix("aftermerge ") for name, _ in walk_commands(group)}
    assert named
    assert {words.strip() for words in named} <= known


def test_doctor_asked_to_check_exits_with_three_when_something_is_missing(repository: Path) -> None:
    aftermerge(repository, "init")
    aftermerge(repository, "doctor", "--check", code=3)


def test_nothing_is_coloured_where_nobody_looks(repository: Path) -> None:
    assert "\x1b[" not in aftermerge(repository, "init").out


def test_a_mistake_in_the_settings_is_shown_with_its_line_and_the_nearest_key(repository: Path) -> None:
    aftermerge(repository, "init")
    (repository / "aftermerge.toml").write_text('[workspace]\nname = "x"\ntimezon = "UTC"\n')
    typed = aftermerge(repository, "sync", code=2)
    assert "aftermerge.toml:3" in typed.err
    assert "`timezone`" in typed.err


def test_a_mistake_in_a_bet_is_shown_with_its_line_and_the_other_sources_are_read(repository: Path) -> None:
    aftermerge(repository, "init")
    (repository / "bets" / "b.md").write_text("---\nbet: b\nmetrik: exports\n---\n")
    typed = aftermerge(repository, "sync", code=2)
    assert "bets/b.md:3" in typed.err
    assert "`metric`" in typed.err
    assert "14 new" in typed.out


def test_a_source_that_is_not_there_leaves_the_others_their_turn(repository: Path) -> None:
    aftermerge(repository, "init")
    with (repository / "aftermerge.toml").open("a") as settings:
        settings.write('\n[[source]]\nkind = "csv"\npath = "nowhere.csv"\nas = "feedback"\n')
    typed = aftermerge(repository, "sync", code=2)
    assert "nowhere.csv" in typed.err
    assert "14 new" in typed.out


def test_the_log_says_which_changes_made_no_claim(repository: Path) -> None:
    aftermerge(repository, "init")
    aftermerge(repository, "sync")
    assert "no claim" in aftermerge(repository, "ship", "log").out
    changes = aftermerge(repository, "ship", "log", "--json").json["changes"]
    assert len(changes) == 12
    assert set(changes[0]) == {"id", "merged_at", "title", "bet", "bets", "rule", "maintenance", "releases"}


def test_a_backup_can_be_restored_and_what_was_replaced_is_kept(repository: Path) -> None:
    aftermerge(repository, "init")
    aftermerge(repository, "sync")
    aftermerge(repository, "backup", "saved.zip")
    assert "replace" in aftermerge(repository, "restore", "saved.zip", code=1).err
    aftermerge(repository, "restore", "saved.zip", "--replace")
    assert len(list((repository / ".aftermerge" / "backups").glob("*-before-restore.zip"))) == 1
    assert len(aftermerge(repository, "ship", "log", "--json").json["changes"]) == 12


def test_upgrading_a_ledger_of_today_does_nothing_and_says_so(repository: Path) -> None:
    aftermerge(repository, "init")
    aftermerge(repository, "sync")
    assert "nothing to do" in aftermerge(repository, "upgrade").out


def test_a_reader_that_goes_away_is_no_error(repository: Path) -> None:
    aftermerge(repository, "init")
    aftermerge(repository, "sync")
    command = f"{sys.executable} -m aftermerge ship log --json | head -1"
    done = subprocess.run(command, shell=True, cwd=repository, capture_output=True, text=True, check=False)  # noqa: S602
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_power_of_a_mistyped_metric_ends_with_two_and_offers_the_nearest(repository: Path) -> None:
    aftermerge(repository, "init")
    aftermerge(repository, "sync")
    typed = aftermerge(repository, "measure", "power", "feedback_rat", code=2)
    assert "did you mean `feedback_rate`?" in typed.err
