"""The files that a workspace begins with. A line that begins `#` without a space is an example to uncomment."""

import json
from collections.abc import Mapping

from aftermerge.jobs.survey import Survey

_SETTINGS = """\
# What this workspace is and where it reads. To use an example, take the `#` away from its lines.

[workspace]
name = {name}
timezone = "UTC"                # days begin and end here; for example "Europe/London"
#country = "GB"                 # two letters, for its holidays

{teams}
# A source is a repository or a tool. Its other keys are its connector's own.
[[source]]
kind = "git"
{repo}path = "."
releases = "{releases}"             # tags | merges | deployments: the moment at which a change reaches users
#tag_pattern = "v*"

# What customers said: any export as CSV, JSON lines or Parquet.{data}
#[[source]]
#kind = "csv"
#path = "data/feedback.csv"
#as = "feedback"                # feedback | releases | deployments
#columns = {{ text = "Comment", time = "Date" }}

# Usage data stays where it is. Three shapes are understood.
# A row an event, with the feature flag's exposure events among them:
#[[usage.events]]
#name = "app"
#table = "data/events/*.parquet"
#unit = "user_id"
#account = "account_id"
#time = "ts"
#event = "event"

# A row a day and metric; the other metrics are candidates for controls:
#[[usage.series]]
#name = "daily"
#table = "data/daily.parquet"
#day = "day"
#metric = "metric"
#value = "value"

# A row a unit: an experiment already gathered.
#[[usage.units]]
#name = "experiment"
#table = "data/experiment.csv"
#unit = "user_id"
#variant = "variant"
#flag = "new-gate"
"""

_NO_TEAMS = """\
# Teams as CODEOWNERS names them.
#[[team]]
#name = "exports"
#owners = ["@your-organisation/exports"]
#slack_days = ["friday"]        # declared time for exploration
"""

METRICS = """\
# What is counted, over which data, and which way is good. Take the `#` away from one and make it yours.
# Every metric: kind, from (a usage table of aftermerge.toml, or "feedback"), good (up or down), and
# worth, the smallest effect worth having: "1pp" of a rate, "5%" of the baseline, or a plain number.
# Optional: label, where, window = "28d" (how long after the change it is read), winsorize = 0.99,
# unit = "account", was = ["an_old_name"], watch = "releases" (read for every release, bet or no bet).

# The share of active users who do something.
#[activation]
#label = "People who finish the first export"
#kind = "share"
#from = "app"
#event = "export_completed"
#good = "up"
#worth = "1pp"
#window = "14d"

# Of all that was begun, how much came to its end.
#[export_success]
#label = "Exports that finish"
#kind = "ratio"
#from = "app"
#numerator = "export_completed"
#denominator = "export_started"
#good = "up"
#worth = "1pp"
#watch = "releases"

# How much a user does: the mean of a value.
#[spend]
#kind = "mean"
#from = "app"
#event = "invoice_paid"
#value = "amount"
#good = "up"
#worth = "5%"
#winsorize = 0.99

# How often something happens.
#[exports]
#kind = "count"
#from = "app"
#event = "export_completed"
#good = "up"
#worth = "5%"

# How much in all.
#[rows_exported]
#kind = "sum"
#from = "app"
#event = "export_completed"
#value = "rows"
#good = "up"
#worth = "5%"

# A column of a table with a row a unit.
#[retention_7]
#kind = "share"
#from = "experiment"
#column = "retention_7"
#good = "up"
#worth = "0.5pp"

# A row of a daily series.
#[downloads]
#kind = "series"
#from = "daily"
#value = "downloads"
#good = "up"
#worth = "5%"

# What customers wrote: how many complain. Needs no usage data.
#[complaints]
#kind = "count"
#from = "feedback"
#where = "rating <= 2"
#good = "down"
#worth = "20%"

# Complaints about a problem for each active customer.
#[export_complaints]
#kind = "feedback_rate"
#from = "feedback"
#problem = "export-times-out"
#good = "down"
#worth = "20%"
"""

BETS_README = """\
# Bets

A bet is a claim about what will help, written down before it is built: who asked and for what, what we believe
helps, the metric that would show it, the smallest effect worth having, and when we stop.

To make one, copy `_template.md` to a name of its own, fill it in, and commit it: the commit is its date.
Files that begin with `_` and this one are not bets.

To link a change to it, put a line `Bet: its-name` in the commit message or the pull request, or work on a
branch `bet/its-name`.

Feedback is cited by its id (`zendesk:8841`) and never quoted: this folder holds no customer's words or names.
"""

BET_TEMPLATE = """\
---
bet: a-short-name              # unique in the workspace: small letters, digits and -
asked: "What customers asked for"
helps: "What we believe will help them"
problem: the-problem           # the label under which feedback about it is gathered
metric: a_metric               # one of metrics.toml; the claim rests on this one
# also: [another_metric]       # reported, without a verdict
expect: +5%                    # what we think it will do
worth: 1%                      # the smallest effect worth having
# guardrails: [a_metric_that_must_not_suffer]
appetite: 5d                   # how long we would spend on it: 5d, or 2w for 14 days
decide: 2030-01-31             # when we decide
stop: "What would make us stop"
owner: team@example.com
# flag: a-flag                 # when it is behind one; control and treatment where its variants bear other names
# paths: ["src/exports/**"]    # changes under these paths belong to this bet
---
Why we believe it, in a few paragraphs. Cite feedback by its id (`source:1234`), never quote it.
"""


def settings_file(found: Survey) -> str:
    """aftermerge.toml for this repository."""
    data = f"\n# Found here: {', '.join(_one_line(file) for file in found.data_files)}" if found.data_files else ""
    return _SETTINGS.format(
        name=_quoted(found.name),
        teams=_teams(found.teams) if found.teams else _NO_TEAMS,
        repo=f"repo = {_quoted(found.repo)}\n" if found.repo else "",
        releases=found.releases,
        data=data,
    )


def _teams(teams: Mapping[str, tuple[str, ...]]) -> str:
    return "# Teams, as CODEOWNERS names them.\n" + "\n".join(
        f"[[team]]\nname = {_quoted(name)}\nowners = [{', '.join(map(_quoted, owners))}]\n"
        '#slack_days = ["friday"]        # declared time for exploration\n'
        for name, owners in teams.items()
    )


def _one_line(text: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _quoted(text: str) -> str:
    """A TOML text: JSON's quoting, which TOML shares once what can't be printed is gone."""
    return json.dumps(_one_line(text), ensure_ascii=False)
