"""Git histories for tests, written by one `git fast-import` each: real ones from their logs, and synthetic ones."""

import csv
import gzip
import json
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
WHO = b"Harbor team <team@harbor.example>"


def git(folder: Path, *arguments: str) -> str:
    """Run git in a folder with a name to commit by."""
    names = {"GIT_AUTHOR_NAME": "Harbor team", "GIT_AUTHOR_EMAIL": "team@harbor.example"}
    names |= {key.replace("AUTHOR", "COMMITTER"): value for key, value in names.items()}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True, env={**os.environ, **names}
    )
    return done.stdout.strip()


def commit_at(folder: Path, time: datetime, message: str) -> str:
    """Commit all that stands in the working tree, at a time; the commit's hash."""
    git(folder, "add", "--all")
    stamp = f"{int(time.timestamp())} +0000"
    names = ["-c", "user.name=Harbor team", "-c", "user.email=team@harbor.example"]
    subprocess.run(
        ["git", "-C", str(folder), *names, "commit", "-q", "--allow-empty", "-m", message],
        check=True,
        capture_output=True,
        env={**os.environ, "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp},
    )
    return git(folder, "rev-parse", "HEAD")


@dataclass
class Stream:
    """A fast-import stream in the making. Commits are known by their marks, counted from 1."""

    parts: list[bytes] = field(default_factory=list)
    marks: int = 0

    def commit(
        self,
        message: str | bytes,
        time: datetime,
        parents: Sequence[int] = (),
        files: Mapping[str, str] | None = None,
    ) -> int:
        self.marks += 1
        text = message if isinstance(message, bytes) else message.encode()
        self.parts.append(b"commit refs/heads/stream\nmark :%d\n" % self.marks)
        self.parts.append(b"committer %s %d +0000\n" % (WHO, int(time.timestamp())))
        self.parts.append(b"data %d\n%s\n" % (len(text), text))
        self._parents(parents)
        for path, content in ({} if files is None else files).items():
            data = content.encode()
            self.parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        return self.marks

    def _parents(self, parents: Sequence[int]) -> None:
        if not parents:
            # Otherwise fast-import would go on from the stream's last commit.
            self.parts.insert(len(self.parts) - 3, b"reset refs/heads/stream\n")
        for place, parent in enumerate(parents):
            self.parts.append(b"%s :%d\n" % (b"merge" if place else b"from", parent))

    def tag(self, name: str, mark: int, time: datetime | None = None, message: str = "") -> None:
        """A plain tag, or an annotated one when it has a time of its own."""
        if time is None:
            self.parts.append(b"reset refs/tags/%s\nfrom :%d\n\n" % (name.encode(), mark))
            return
        text = message.encode()
        self.parts.append(b"tag %s\nfrom :%d\ntagger %s %d +0000\n" % (name.encode(), mark, WHO, int(time.timestamp())))
        self.parts.append(b"data %d\n%s\n" % (len(text), text))

    def branch(self, name: str, mark: int) -> None:
        self.parts.append(b"reset refs/heads/%s\nfrom :%d\n\n" % (name.encode(), mark))

    def write(self, into: Path) -> dict[int, str]:
        """Make the repository, without a working tree's files; the hash of each mark."""
        into.mkdir(parents=True, exist_ok=True)
        git(into, "init", "-q", "-b", "main")
        marks = into / ".git" / "marks"
        command = ["git", "-C", str(into), "fast-import", "--quiet", "--force", f"--export-marks={marks}"]
        subprocess.run(command, input=b"".join(self.parts), check=True, capture_output=True)
        if self.marks:
            git(into, "update-ref", "-d", "refs/heads/stream")
        pairs = (line.split() for line in marks.read_text().splitlines())
        return {int(mark[1:]): commit for mark, commit in pairs}


def step(number: int) -> str:
    return f"Step {number}"


def squashed(number: int) -> str:
    return f"Improve part {number} (#{number})\n\n* first try\n* review"


def topic(number: int) -> str:
    return f"topic-{number}"


def linear(
    into: Path,
    count: int,
    *,
    start: datetime = START,
    every: timedelta = timedelta(hours=1),
    message: Callable[[int], str] = step,
    tags: Mapping[int, str] | None = None,
) -> list[str]:
    """A straight line of commits, one file each; the hashes, oldest first. `tags` names commits counted from 1."""
    stream = Stream()
    for number in range(1, count + 1):
        time = start + every * (number - 1)
        mark = stream.commit(
            message(number), time, [number - 1][: number - 1], {f"src/part{number % 50}.py": str(number)}
        )
        if tags and number in tags:
            stream.tag(tags[number], mark)
    return _written(stream, list(range(1, count + 1)), into)


def squash_merges(into: Path, count: int, **options: Any) -> list[str]:
    """A straight line whose messages are those of squashed pull requests."""
    return linear(into, count, **{"message": squashed, **options})


def merge_commits(
    into: Path,
    count: int,
    *,
    inner: int = 2,
    start: datetime = START,
    every: timedelta = timedelta(hours=8),
    branch: Callable[[int], str] = topic,
    title: Callable[[int], str] = squashed,
    tags: Mapping[int, str] | None = None,
) -> list[str]:
    """A root, then merged pull requests of `inner` commits each; the main line's hashes, oldest first."""
    stream = Stream()
    line = [stream.commit("Begin", start, files={"README.md": "Harbor"})]
    for number in range(1, count + 1):
        time = start + every * number
        side = line[-1]
        for part in range(1, inner + 1):
            files = {f"src/{branch(number)}/{part}.py": str(part)}
            side = stream.commit(
                f"Part {part} of {branch(number)}", time - timedelta(minutes=inner - part + 1), [side], files
            )
        subject = f"Merge pull request #{number} from harbor/{branch(number)}\n\n{title(number)}"
        merged = {f"src/{branch(number)}/{part}.py": str(part) for part in range(1, inner + 1)}
        line.append(stream.commit(subject, time, [line[-1], side], merged))
        if tags and number in tags:
            stream.tag(tags[number], line[-1])
    return _written(stream, line, into)


def rebuild(jsonl_gz: Path, tags_csv: Path | None, repo_name: str, into: Path) -> dict[str, str]:
    """A real history from its log (newest first); the new hash of each original one.

    Where the log has no paths, each commit writes one file.
    """
    with gzip.open(jsonl_gz, "rt", encoding="utf-8") as lines:
        log = {record["sha"]: record for record in map(json.loads, lines)}
    stream, marks = Stream(), dict[str, int]()
    for record in _parents_first(log):
        parents = [marks[parent] for parent in record["parents"] if parent in marks]
        files = dict.fromkeys(record.get("paths", ["CHANGES"]), record["sha"])
        message = "\n\n".join(part for part in (record["subject"], record["body"]) if part)
        marks[record["sha"]] = stream.commit(message, datetime.fromisoformat(record["committed"]), parents, files)
    if tags_csv:
        _tag(stream, tags_csv, repo_name, marks)
    stream.branch("main", marks[next(iter(log))])
    hashes = stream.write(into)
    return {commit: hashes[mark] for commit, mark in marks.items()}


def _tag(stream: Stream, tags_csv: Path, repo_name: str, marks: Mapping[str, int]) -> None:
    with tags_csv.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["repo"] == repo_name and row["commit"] in marks:
                own = row["tag_date"] != row["commit_date"]
                time = datetime.fromisoformat(row["tag_date"]) if own else None
                stream.tag(row["tag"], marks[row["commit"]], time, row["tag"])


def _parents_first(log: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    placed: dict[str, dict[str, Any]] = {}
    for newest in log:
        waiting = [newest]
        while waiting:
            missing = [parent for parent in log[waiting[-1]]["parents"] if parent in log and parent not in placed]
            if missing:
                waiting += missing
            else:
                commit = waiting.pop()
                placed.setdefault(commit, log[commit])
    return list(placed.values())


def _written(stream: Stream, line: Sequence[int], into: Path) -> list[str]:
    if line:
        stream.branch("main", line[-1])
    hashes = stream.write(into)
    return [hashes[mark] for mark in line]
