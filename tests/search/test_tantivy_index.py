"""The index in a folder: crashes, damage, other processes, and what lies in its files."""

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aftermerge.errors import OutsideError
from aftermerge.model.feedback import Feedback, Heard
from aftermerge.model.search import SearchQuery
from aftermerge.search import index as index_module
from aftermerge.search.form import FORM, document
from aftermerge.search.index import TantivyIndex
from aftermerge.search.place import Place

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / ".aftermerge" / "search"


def heard(revision: int, *texts: str, gone: tuple[str, ...] = ()) -> Heard:
    return Heard(revision, tuple(Feedback("desk", text.split()[0], AT, text) for text in texts), gone)


def total(folder: Path, words: str = "") -> int:
    return TantivyIndex(folder).search(SearchQuery(words)).total


@contextmanager
def another_writer(folder: Path) -> Iterator[None]:
    """Another process that holds the lock until the block ends."""
    code = f"""
        import sys
        from pathlib import Path
        from aftermerge.search.place import Place
        with Place(Path({str(folder)!r}), 0).writing():
            print("held", flush=True)
            sys.stdin.read()
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield
        assert process.stdin is not None
        process.stdin.close()


def test_what_was_taken_in_is_there_for_the_next_who_opens_it(folder: Path) -> None:
    TantivyIndex(folder).update(heard(4, "export fails", "login fails"))
    assert TantivyIndex(folder).revision == 4
    assert total(folder, "fails") == 2


def test_a_process_that_dies_before_the_revision_is_written_leaves_it_to_be_done_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    TantivyIndex(folder).update(heard(1, "export fails"))

    def die(self: Place, state: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Place, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            TantivyIndex(folder).update(heard(2, "export works", "login fails"))
    assert TantivyIndex(folder).revision == 1
    TantivyIndex(folder).update(heard(2, "export works", "login fails"))
    assert (TantivyIndex(folder).revision, total(folder), total(folder, "works")) == (2, 2, 1)


def test_an_update_that_fails_midway_changes_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    TantivyIndex(folder).update(heard(1, "export fails"))

    def failing(feedback: Feedback) -> object:
        if feedback.external_id == "bad":
            raise OSError("No space left on device")
        return document(feedback)

    monkeypatch.setattr(index_module, "document", failing)
    with pytest.raises(OutsideError, match="No space left on device"):
        TantivyIndex(folder).update(heard(2, "export works", "bad luck"))
    assert (TantivyIndex(folder).revision, total(folder, "fails"), total(folder)) == (1, 1, 1)


def test_a_filling_that_was_cut_off_leaves_nothing_that_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(self: Place, state: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Place, "settle", die)
        with pytest.raises(KeyboardInterrupt):
            TantivyIndex(folder).update(heard(2, "export fails"))
    assert (TantivyIndex(folder).revision, total(folder)) == (0, 0)
    TantivyIndex(folder).update(heard(2, "export fails"))
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1


@pytest.mark.parametrize(
    "written", ["", "{", "[]", "null", '{"form": 1}', '{"form": 1, "revision": 3, "part": "gone"}']
)
def test_a_state_that_cannot_be_read_is_an_empty_index(folder: Path, written: str) -> None:
    TantivyIndex(folder).update(heard(3, "export fails"))
    (folder / "state.json").write_text(written)
    assert (TantivyIndex(folder).revision, total(folder)) == (0, 0)
    TantivyIndex(folder).update(heard(3, "login fails"))
    assert (total(folder), total(folder, "login")) == (1, 1)


def test_an_index_of_another_form_is_filled_anew(folder: Path) -> None:
    TantivyIndex(folder).update(heard(3, "export fails"))
    state = json.loads((folder / "state.json").read_text())
    (folder / "state.json").write_text(json.dumps(state | {"form": FORM + 1}))
    index = TantivyIndex(folder)
    assert index.revision == 0
    index.update(heard(3, "login fails"))
    assert (index.revision, total(folder), total(folder, "export")) == (3, 1, 0)


@pytest.mark.parametrize("kind", [".idx", ".term", ".store", "meta.json"])
@pytest.mark.parametrize("content", [b"", b"\xff" * 64])
def test_a_damaged_file_never_crashes_and_the_index_is_filled_anew(folder: Path, kind: str, content: bytes) -> None:
    TantivyIndex(folder).update(heard(3, *(f"export{i} fails" for i in range(50))))
    for path in folder.glob(f"*/*{kind}"):
        path.write_bytes(content)
    index = TantivyIndex(folder)
    with suppress(OutsideError):
        index.search(SearchQuery("fails"))
    assert index.revision == 0
    index.update(heard(3, "login fails"))
    assert (index.revision, total(folder)) == (3, 1)


def test_two_can_not_write_at_once_and_whoever_searches_is_not_kept_waiting(folder: Path) -> None:
    TantivyIndex(folder).update(heard(1, "export fails"))
    with another_writer(folder):
        with pytest.raises(OutsideError, match="another process is writing"):
            TantivyIndex(folder, patience=0).update(heard(2, "login fails"))
        with pytest.raises(OutsideError, match="another process is writing"):
            TantivyIndex(folder, patience=0).clear()
        assert total(folder, "fails") == 1
    TantivyIndex(folder, patience=0).update(heard(2, "login fails"))
    assert total(folder, "fails") == 2


def test_one_who_searches_all_the_while_finds_everything_of_before_or_after(folder: Path) -> None:
    index = TantivyIndex(folder)
    index.update(heard(1, "export fails"))
    for revision in range(2, 8):
        if revision % 3 == 0:
            (folder / "state.json").unlink()  # from here on it is filled anew
        TantivyIndex(folder).update(heard(revision, *(f"export{i} fails" for i in range(revision))))
        assert index.search(SearchQuery("fails")).total >= revision


def test_rows_that_follow_on_what_was_emptied_meanwhile_are_not_taken_for_everything(folder: Path) -> None:
    behind = TantivyIndex(folder)
    behind.update(heard(1, "export fails"))
    assert behind.revision == 1
    TantivyIndex(folder).clear()
    with pytest.raises(OutsideError, match="emptied"):
        behind.update(heard(2, "login fails"))
    assert (behind.revision, total(folder)) == (0, 0)
    behind.update(heard(2, "export fails", "login fails"))
    assert total(folder) == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    with pytest.raises(OutsideError, match="can't be written"):
        TantivyIndex(folder).update(heard(1, "export fails"))


def test_a_folder_that_is_a_file_is_told(folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("")
    with pytest.raises(OutsideError, match="can't be written"):
        TantivyIndex(folder).update(heard(1, "export fails"))
    assert total(folder) == 0


def test_clearing_leaves_no_word_in_any_file(folder: Path) -> None:
    index = TantivyIndex(folder)
    index.update(heard(1, *(f"xylophone{i} broke" for i in range(20))))
    assert any(b"xylophone" in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    index.clear()
    assert [path.name for path in folder.iterdir()] == ["lock"]


def test_nobody_else_on_the_machine_may_read_it(folder: Path) -> None:
    TantivyIndex(folder).update(heard(1, "export fails"))
    (part,) = (path for path in folder.iterdir() if path.is_dir())
    assert part.stat().st_mode & 0o077 == 0
