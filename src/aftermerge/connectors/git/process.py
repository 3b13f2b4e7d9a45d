"""The git program, asked by subprocess: answers are streamed, and its refusals are put in words."""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from aftermerge.errors import AftermergeError, DataError, OutsideError

__all__ = ["Git"]

_CHUNK_BYTES = 1 << 16

# Set inside a hook, these would send us to another repository than the one asked for.
_NOT_INHERITED = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE")

# A user's own settings must not change what we read.
_SETTINGS = (
    "core.quotepath=off",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "log.showRoot=true",
    "diff.relative=false",
    f"diff.orderFile={os.devnull}",
)


@dataclass(frozen=True, slots=True)
class Git:
    """Git in one folder. Nothing that it runs writes."""

    folder: Path

    def ask(self, *arguments: str, given: Iterable[str] = ()) -> str:
        """The whole answer, without its last newline.

        Raises:
            DataError: the folder is missing or is no repository.
            OutsideError: git is not installed, or refused.
        """
        pieces = b"".join(self._chunks(arguments, given))
        return pieces.decode("utf-8", "replace").removesuffix("\n")

    def maybe(self, *arguments: str) -> str | None:
        """The answer, or None where git has none (a ref that doesn't exist, a setting that isn't set)."""
        try:
            return self.ask(*arguments)
        except OutsideError:
            return None

    def lines(self, *arguments: str, given: Iterable[str] = ()) -> Iterator[str]:
        """The answer line by line."""
        return self._pieces(b"\n", arguments, given)

    def fields(self, *arguments: str, given: Iterable[str] = ()) -> Iterator[str]:
        """The answer cut at NUL bytes."""
        return self._pieces(b"\0", arguments, given)

    def _pieces(self, end: bytes, arguments: tuple[str, ...], given: Iterable[str]) -> Iterator[str]:
        rest = b""
        for chunk in self._chunks(arguments, given):
            *whole, rest = (rest + chunk).split(end)
            for piece in whole:
                yield piece.decode("utf-8", "replace")
        if rest:
            yield rest.decode("utf-8", "replace")

    def _chunks(self, arguments: tuple[str, ...], given: Iterable[str]) -> Iterator[bytes]:
        # Files for stdin and stderr: a pipe that nobody empties would stop both sides.
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stderr:
            stdin.writelines(f"{line}\n".encode() for line in given)
            stdin.seek(0)
            with self._start(arguments, stdin, stderr) as process:
                try:
                    yield from iter(lambda: _read(process), b"")
                finally:
                    _finish(process)
            if process.returncode:
                stderr.seek(0)
                raise self._refusal(arguments, stderr.read().decode("utf-8", "replace"))

    def _start(self, arguments: tuple[str, ...], stdin: IO[bytes], stderr: IO[bytes]) -> "subprocess.Popen[bytes]":
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        command = ["git", "--no-pager", "-C", str(self.folder), *settings, *arguments]
        try:
            return subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=stderr, env=_environment())
        except FileNotFoundError as error:
            raise OutsideError("git is not installed", then="install git and see that it is on PATH") from error

    def _refusal(self, arguments: tuple[str, ...], said: str) -> AftermergeError:
        if not self.folder.is_dir():
            return DataError(f"there is no folder `{self.folder}`", then="set `path` to a git repository")
        if "not a git repository" in said:
            return DataError(f"`{self.folder}` is not a git repository", then="set `path` to one, or run `git init`")
        if "dubious ownership" in said:
            then = f"if you trust it, run `git config --global --add safe.directory {self.folder}`"
            return OutsideError(f"git won't read `{self.folder}`, which belongs to another user", then=then)
        reason = (said.strip().splitlines() or ["no reason given"])[0]
        then = f"run `git -C {self.folder} {arguments[0]}` to see more"
        return OutsideError(f"`git {arguments[0]}` failed in `{self.folder}`: {reason}", then=then)


def _environment() -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if key not in _NOT_INHERITED}
    return inherited | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _read(process: "subprocess.Popen[bytes]") -> bytes:
    return process.stdout.read(_CHUNK_BYTES) if process.stdout else b""


def _finish(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a process that has said all; stop one whose reader has left early."""
    if process.stdout and process.stdout.read(1):
        process.kill()
    process.wait()
