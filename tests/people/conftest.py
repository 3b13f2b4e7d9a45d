from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aftermerge import demo
from support.harbor import SEED
from support.histories import git
from support.walks import aftermerge

_INTERVIEW = (
    "---\ndate: {day}\nproblem: export-times-out\n"
    "who: [invoices@harbor.example, arrivals@harbor.example]\n---\nThey wait.\n"
)
_EXPLORATION = (
    "---\nquestion: Who reads the tide alerts?\nfrom: {day}\nbox: 5d\nprotected_by: arrivals\n"
    "who: [invoices@harbor.example]\noutcome: Skippers do\nleads_to: no\n---\n"
)
_LADDER = (
    '[[level]]\nid = "engineer"\ntext = "Engineer"\n\n[[level.expectation]]\nid = "follows"\n'
    'text = "Follows work"\nhabits = ["followed_after_merge"]\n'
)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Harbor, read and measured, with explorations, an interview, own names and thanks; `exports` asks."""
    today = datetime.now(UTC).date()
    root = tmp_path_factory.mktemp("people") / "harbor"
    demo.build(root, SEED, today)
    for name, text in (
        ("interviews/pier.md", _INTERVIEW),
        ("explorations/tides.md", _EXPLORATION),
        ("ladder.toml", _LADDER),
    ):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text.replace("{day}", str(today - timedelta(days=2))))
    git(root, "add", "explorations", "interviews", "ladder.toml")
    git(root, "commit", "-q", "-m", "What we asked")
    aftermerge(root, "sync")
    aftermerge(root, "measure", "run")
    for giver, receiver in (("exports", "invoices"), ("invoices", "exports")):
        git(root, "config", "user.email", f"{giver}@harbor.example")
        words = ("closed_the_loop", "--evidence", "faster-export", "--text", "You asked them.")
        aftermerge(root, "learn", "thank", "give", f"{receiver}@harbor.example", *words)
    git(root, "config", "user.email", "exports@harbor.example")
    git(root, "config", "aftermerge.team", "exports")
    aftermerge(root, "learn", "me", "link", "support", "Ed Exports")
    for row in aftermerge(root, "learn", "thank", "inbox", "--json").json["thanks"]:
        if row["receiver"] == "exports@harbor.example":
            aftermerge(root, "learn", "thank", "publish", row["id"])
    return root
