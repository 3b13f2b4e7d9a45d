"""Moments in DuckDB's SQL, as reading in place understands them: UTC, without a zone."""

from aftermerge.usage.store.names import literal

TIMES = ("DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE", "VARCHAR")
"""What a column of times may hold."""

_SAYS_ITS_ZONE = r"\d\d:\d\d.*(Z|z|UTC|[+-]\d\d(:?\d\d)?)$"
_SECONDS = r"\d{9,10}(\.\d+)?"
_MILLISECONDS = r"\d{12,13}"


def moment(column: str, kind: str, zone: str) -> str:
    """A column of times as TIMESTAMP in UTC; null where it holds none. A date is midnight in `zone`."""
    if kind == "TIMESTAMP":
        return column
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f"({column} AT TIME ZONE 'UTC')"
    if kind == "DATE":
        return f"((CAST({column} AS TIMESTAMP) AT TIME ZONE {literal(zone)}) AT TIME ZONE 'UTC')"
    if kind == "VARCHAR":
        return f"(TRY_CAST({column} AS TIMESTAMPTZ) AT TIME ZONE 'UTC')"
    return f"CAST({column} AS TIMESTAMP)"


def written(text: str, zone: str) -> str:
    """A text as a file of text writes times: ISO 8601, or seconds or milliseconds since 1970. Without a zone of its own
    it is in `zone`.
    """
    local = f"(TRY_CAST({text} AS TIMESTAMP) AT TIME ZONE {literal(zone)}) AT TIME ZONE 'UTC'"
    return (
        f"(CASE WHEN regexp_full_match({text}, '{_SECONDS}')"
        f" THEN make_timestamp(CAST(round(TRY_CAST({text} AS DOUBLE) * 1e6) AS BIGINT))"
        f" WHEN regexp_full_match({text}, '{_MILLISECONDS}')"
        f" THEN make_timestamp(TRY_CAST({text} AS BIGINT) * 1000)"
        f" WHEN regexp_matches({text}, '{_SAYS_ITS_ZONE}') THEN TRY_CAST({text} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        f" ELSE {local} END)"
    )
