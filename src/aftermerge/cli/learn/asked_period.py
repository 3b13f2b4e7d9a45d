"""A period, as `--from`, `--to` and `--period` name it."""

from dataclasses import dataclass
from datetime import datetime

import click

from aftermerge.bootstrap import OpenWorkspace
from aftermerge.learn.period import Period, period_of

day = click.DateTime(["%Y-%m-%d"])


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    since: datetime | None
    until: datetime | None
    name: str | None

    def period(self, workspace: OpenWorkspace) -> Period | None:
        """None where none was named."""
        since, until, zone = self.since, self.until, workspace.timezone
        if self.name and (since or until):
            raise click.UsageError("--period says what --from and --to say: leave one out")
        if since and until and since > until:
            raise click.UsageError(f"--from {since:%Y-%m-%d} is later than --to {until:%Y-%m-%d}")
        if self.name:
            return period_of(self.name, workspace.clock().astimezone(zone).date(), zone)
        if since or until:
            return Period(zone, since.date() if since else None, until.date() if until else None)
        return None
