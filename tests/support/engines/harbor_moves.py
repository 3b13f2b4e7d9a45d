"""The demo's workspace, whose tables may move to another engine, and what stays the same then."""

from datetime import UTC, datetime, time
from pathlib import Path

from aftermerge import demo
from aftermerge.jobs.sync import sync_workspace
from support.engines.loaded import Loaded
from support.engines.moves import HERE, Moving
from support.engines.read_out import same_readout
from support.harbor import SEED, TODAY


def harbor_under(folder: Path) -> Moving:
    """Built and synced, its tables read in place."""
    root = folder / "harbor"
    demo.build(root, SEED, TODAY)
    settings = root / "aftermerge.toml"
    text = settings.read_text().replace('engine = "duckdb"\n', "")
    settings.write_text(text.replace("\n[[usage.events]]", f"{HERE}\n[[usage.events]]", 1))
    tables = {"data/events.parquet": "events", "data/daily.parquet": "daily"}
    moving = Moving(root, datetime.combine(TODAY, time(6), UTC), tables)
    with moving.open({}) as workspace:
        sync_workspace(workspace, lambda *said: None)
    return moving


def same_after_the_move(moving: Moving, loaded: Loaded) -> None:
    """Every readout is that of the files themselves."""
    expected = moving.readouts({})
    with moving.moved_to(loaded):
        found = moving.readouts(loaded.environ)
    assert list(found) == list(expected)
    assert any(readout.estimate is not None for readout in expected.values())
    for key, readout in expected.items():
        same_readout(found[key], readout)
