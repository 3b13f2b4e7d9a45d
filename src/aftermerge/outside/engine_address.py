"""The address of an engine that holds usage data: what it leaves to the environment, and what may not stand in it."""

import re
from urllib.parse import unquote

ASKED = ("postgres", "postgresql", "clickhouse", "clickhouses", "sc", "spark", "spark+tls")
"""What the address of an engine that we ask begins with."""

WRITTEN_ONLY = ("bigquery", "databricks", "snowflake", "trino")
"""Engines whose SQL is shown by `explain`, and which are never asked."""

VARIABLE = re.compile(r"\$\{(\w+)\}")
"""`${NAME}` stands for what the environment holds under NAME."""

_PARAMETER = re.compile(r"[;?&]([^=;&]+)=([^;&]+)")
_SECRET = re.compile(r"token|passw|secret|authorization|api.?key|credential", re.IGNORECASE)


def holds_secret(address: str) -> bool:
    """Whether a password or a token stands in the address itself. In doubt it does."""
    bare = VARIABLE.sub("", address).partition("://")[2]
    user_and_password = bare.rpartition("@")[0]
    if user_and_password.partition(":")[2]:
        return True
    parameters = ((unquote(name), value.strip()) for name, value in _PARAMETER.findall(bare))
    return any(value and _SECRET.search(name) for name, value in parameters)
