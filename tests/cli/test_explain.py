"""`aftermerge measure explain`: as it would be asked, with its cost, and in the words of another engine."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from support.histories import START, commit_at, git, linear
from support.usage import write_events
from support.walks import aftermerge

TABLE = '\n[[usage.events]]\nname = "app"\ntable = "app.parquet"\nunit = "user_id"\ntime = "ts"\nevent = "event"\n'
METRIC = '[opens]\nkind = "count"\nfrom = "app"\nevent = "open"\ngood = "up"\nworth = "5%"\nwatch = "releases"\n'


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("workspace")
    linear(root, 3)
    subprocess.run(["git", "-C", str(root), "reset", "-q", "--hard"], check=True)
    aftermerge(root, "init")
    with (root / "aftermerge.toml").open("a") as settings:
        settings.write(TABLE)
    (root / "metrics.toml").write_text(METRIC)
    write_events(root / "app.parquet", "'2026-03-01', 'a', 'x', 'open', 1.0, NULL, NULL")
    commit_at(root, START + timedelta(days=9), "Exports end")
    git(root, "tag", "v1.0")
    aftermerge(root, "sync")
    return root


def test_a_query_is_shown_with_what_it_would_read(workspace: Path) -> None:
    told = aftermerge(workspace, "measure", "explain").out
    assert "-- app: answers series:opens" in told
    assert "-- reads 1 file: 1 rows, 0.0 MB in the columns that it names" in told
    assert "never run" not in told


def test_another_engines_sql_is_said_to_be_generated(workspace: Path) -> None:
    told = aftermerge(workspace, "measure", "explain", "--dialect", "snowflake").out
    assert told.startswith("-- Written for snowflake: generated, and never run by Aftermerge.")
    assert 'FROM "app"' in told
    assert "-- reads" not in told


def test_json_has_the_cost_and_the_dialect(workspace: Path) -> None:
    told = aftermerge(workspace, "measure", "explain", "--json").json
    assert told["dialect"] is None
    assert told["queries"][0]["cost"].startswith("reads 1 file")
    assert aftermerge(workspace, "measure", "explain", "--dialect", "trino", "--json").json["dialect"] == "trino"


def test_an_unknown_dialect_offers_the_nearest(workspace: Path) -> None:
    refused = aftermerge(workspace, "measure", "explain", "--dialect", "bigqery", code=2)
    assert "there is no dialect `bigqery`" in refused.err
    assert "did you mean `bigquery`?" in refused.err
