"""Folders, zips, tars and packed files are read up to a limit, and their tricks refused."""

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from aftermerge.connectors.files.archive import Archive
from aftermerge.errors import DataError


def every(name: str) -> bool:
    return True


def zipped(path: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/"), content)
    return path


def tarred(path: Path, **files: bytes) -> Path:
    with tarfile.open(path, "w:gz") as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name.replace("__", "/"))
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return path


def test_whatever_packs_them_the_files_are_the_same(tmp_path: Path) -> None:
    files = {"b__x.json": b"1", "a.json": b"2"}
    folder = tmp_path / "folder"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "x.json").write_bytes(b"1")
    (folder / "a.json").write_bytes(b"2")
    for path in (folder, zipped(tmp_path / "z.zip", **files), tarred(tmp_path / "t.tar.gz", **files)):
        assert Archive(path).names() == ["a.json", "b/x.json"]
        assert [(member.name, member.content) for member in Archive(path).read(every)] == [
            ("a.json", b"2"), ("b/x.json", b"1"),
        ]  # fmt: skip


def test_a_packed_file_is_an_archive_of_itself(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b"[]"))
    assert [(member.name, member.content) for member in Archive(tmp_path / "a.json.gz").read(every)] == [
        ("a.json", b"[]")
    ]


@pytest.mark.parametrize("name", ["../out.json", "/etc/x.json", "a/../../x.json", "..\\x.json", "C:\\x.json"])
def test_names_that_lead_out_refuse_the_whole(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as packed:
        packed.writestr(name, b"1")
    with pytest.raises(DataError, match="leads out of it"):
        Archive(tmp_path / "z.zip").names()
    with tarfile.open(tmp_path / "t.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    with pytest.raises(DataError, match="leads out of it"):
        list(Archive(tmp_path / "t.tar").read(every))


def test_links_are_passed_over(tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_bytes(b"key")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link.json").symlink_to(secret)
    with tarfile.open(tmp_path / "t.tar", "w") as tar:
        link = tarfile.TarInfo("link.json")
        link.type, link.linkname = tarfile.SYMTYPE, str(secret)
        tar.addfile(link)
    assert Archive(folder).names() == Archive(tmp_path / "t.tar").names() == []


def test_what_expands_too_far_is_refused_and_one_file_too_large_is_told(tmp_path: Path) -> None:
    zeros = b"0" * 10_000
    for path in (
        zipped(tmp_path / "z.zip", a=zeros, b=zeros, c=b"1"),
        tarred(tmp_path / "t.tgz", a=zeros, b=zeros, c=b"1"),
    ):
        with pytest.raises(DataError, match="expands to more than 15,000 bytes"):
            list(Archive(path, expanded_bytes=15_000).read(every))
        assert [member.content for member in Archive(path, member_bytes=9_999).read(every)] == [None, None, b"1"]


@pytest.mark.parametrize("name", ["z.zip", "t.tar.gz", "a.json.gz"])
def test_damage_is_told_with_the_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(DataError, match="damaged") as told:
        list(Archive(tmp_path / name).read(every))
    assert name in str(told.value)


def test_a_cut_packed_file_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b"x" * 1000)[:-12])
    with pytest.raises(DataError, match="damaged"):
        list(Archive(tmp_path / "a.json.gz").read(every))


def test_a_missing_path_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        Archive(tmp_path / "x.zip").names()
