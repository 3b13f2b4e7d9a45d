"""The files that Harbor's repository began with."""

from aftermerge.demo.series import SHIFTED
from aftermerge.demo.usage import EXPOSURE

TEAMS = ("exports", "arrivals", "berths", "invoices")

GITIGNORE = ".aftermerge/\ndata/\n__pycache__/\n"

README = """# Harbor

Software for small harbours: berths, arrivals, invoices and exports.

What we believe about our customers stands in `bets/`, what we count in `metrics.toml`.
"""

CODEOWNERS = "".join(f"/src/{team}/ @harbor/{team}\n" for team in TEAMS) + "/src/gate/ @harbor/arrivals\n"

AFTERMERGE_TOML = f"""[workspace]
name = "Harbor"
timezone = "Europe/London"
country = "GB"

[[team]]
name = "exports"
owners = ["@harbor/exports"]
slack_days = ["friday"]

[[team]]
name = "arrivals"
owners = ["@harbor/arrivals"]
slack_days = ["friday"]

[[team]]
name = "berths"
owners = ["@harbor/berths"]

[[team]]
name = "invoices"
owners = ["@harbor/invoices"]

[[source]]
kind = "git"
repo = "harbor/app"
path = "."
releases = "tags"
tag_pattern = "v*"

[[source]]
kind = "csv"
name = "support"
path = "data/support.csv"
as = "feedback"

[source.columns]
id = "id"
time = "created_at"
author = "customer"
account = "account"
title = "subject"
text = "body"
rating = "rating"
problem = "problem"
reply = "reply"
replied_at = "replied_at"
url = "url"

[[usage.events]]
name = "app"
engine = "duckdb"
table = "data/events.parquet"
unit = "user_id"
account = "account_id"
time = "ts"
event = "event"
exposure = "{EXPOSURE}"
flag = "flag"
variant = "variant"

[[usage.series]]
name = "daily"
engine = "duckdb"
table = "data/daily.parquet"
day = "day"
metric = "metric"
value = "value"
not_controls = [{", ".join(f'"{row}"' for row in SHIFTED)}]
"""


def area_files() -> dict[str, str]:
    """A settings and a log module for each team's area, and the pages of the handbook."""
    files = {"requirements.txt": "httpx==0.27.0\njinja2==3.1.3\nsqlalchemy==2.0.30\n", "VERSION": "0.9\n"}
    for team in TEAMS:
        files[f"src/{team}/settings.py"] = (
            f'"""What can be set for {team}."""\n\nTIMEOUT_SECONDS = 30\nPAGE_ROWS = 50\n'
        )
        files[f"src/{team}/log.py"] = f'"""What {team} write to the log."""\n\nLEVEL = "info"\n'
        files[f"docs/{team}.md"] = f"# {team.capitalize()}\n\nHow {team} work in Harbor.\n"
    return files


def first_files(metrics_toml: str) -> dict[str, str]:
    """Path → text of the first commit."""
    own = {
        ".gitignore": GITIGNORE,
        "README.md": README,
        "CODEOWNERS": CODEOWNERS,
        "aftermerge.toml": AFTERMERGE_TOML,
        "metrics.toml": metrics_toml,
    }
    return own | area_files()
