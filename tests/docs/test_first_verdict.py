"""The first tutorial, typed as it stands: every command, and every line that it is said to print."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.fake_api import FakeApi
from support.fake_github_work import FakeGitHubWork
from support.histories import git

PAGE = Path(__file__).parents[2] / "docs" / "tutorial" / "first-verdict.md"
BLOCK = re.compile(r"^(`{3,4})(console|toml)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ (.*?\n(?:^>(?: .*)?\n)*)((?:^(?!\$ ).*\n)*)", re.MULTILINE)
HASH = re.compile(r"\b(?=[0-9]*[a-f])[0-9a-f]{10}\b")
DONE = "\x01"


@dataclass(slots=True)
class Shell:
    """One shell for the whole page, as its reader has."""

    process: "subprocess.Popen[str]"
    folder: Path
    github: FakeGitHubWork

    def type(self, command: str) -> str:
        """What a command prints, as one sees it at GitHub."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{command}\nprintf '{DONE}%s\\n' $?\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            said, mark, code = line.partition(DONE)
            lines.append(said)
            if mark:
                assert code.strip() == "0", f"{command}\n{''.join(lines)}"
                break
        if "Merge pull request #1" in command:
            self._merged()
        return HASH.sub("c157a923a7", "".join(lines).replace("https://github.test/", "https://github.com/"))

    def write(self, text: str) -> None:
        """A file that the reader writes. Their GitHub is this machine's here."""
        head = text.partition("\n")[0].removeprefix("# ")
        name, _, place = head.partition(", ")
        own = text.replace('kind = "github"\n', f'kind = "github"\nbase_url = "{self.github.api.url}"\n')
        with (self.folder / "harbor" / name).open("a" if place else "w") as file:
            file.write(own)

    def _merged(self) -> None:
        self.github.pull(1, 0, merge_commit_sha=git(self.folder / "harbor", "rev-parse", "HEAD"), body="")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    names = {f"GIT_{who}_{what}": said for who in ("AUTHOR", "COMMITTER") for what, said in _WHO.items()}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environ = {**os.environ, **names, "PATH": path, "GITHUB_TOKEN": "t0ken"}
    command = ["bash", "--noprofile", "--norc"]
    pipe = subprocess.PIPE
    with (
        FakeApi() as api,
        subprocess.Popen(
            command, cwd=tmp_path, env=environ, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        yield Shell(process, tmp_path, FakeGitHubWork(api))
        assert process.stdin
        process.stdin.close()


_WHO = {"NAME": "Harbor team", "EMAIL": "team@harbor.example"}


def played(page: str, shell: Shell) -> str:
    """The page with what its commands really print."""

    def run(found: re.Match[str]) -> str:
        # The reader's shell shows `> ` before a line that goes on.
        command = re.sub(r"^> ?", "", found[1], flags=re.MULTILINE)
        return f"$ {found[1]}{shell.type(command.rstrip())}"

    def block(found: re.Match[str]) -> str:
        fence, language, text = found.groups()
        if language == "toml":
            shell.write(text)
            return found[0]
        return f"{fence}console\n{COMMAND.sub(run, text)}{fence}"

    return BLOCK.sub(block, page)


def test_a_newcomer_sees_what_the_page_shows_and_the_pull_request_gets_its_verdict(shell: Shell) -> None:
    told = PAGE.read_text()
    seen = played(told, shell)
    if os.environ.get("AFTERMERGE_UPDATE_SNAPSHOTS"):
        PAGE.write_text(seen)
    assert PAGE.read_text() == seen, "AFTERMERGE_UPDATE_SNAPSHOTS=1 writes it anew"
    [body] = shell.github.bodies(1)
    assert body.startswith(
        "<!-- aftermerge: verdict -->\n### ▲ Improved: Exports that finish before the user gives up\n"
    )
    assert "3 customers asked for this; 3 still wait for an answer." in body
