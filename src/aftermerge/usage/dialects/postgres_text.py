"""From text and back in PostgreSQL: what is no number, day or time becomes null, and is not an error.

PostgreSQL has no TRY_CAST, and its `pg_input_is_valid` came with version 16 only, so the text is looked at first.
"""

from sqlglot import exp

_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*$"
_NO_NUMBER = r"^\s*([+-]?inf(inity)?|nan)\s*$"
_LARGEST = "1.7976931348623157e308"
_SMALLEST = "2.3e-308"
_LEAP_YEAR = r"(\d\d(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_IN_ANY_YEAR = (
    r"(0?[13578]|1[02])[-/](0?[1-9]|[12]\d|3[01])|(0?[469]|11)[-/](0?[1-9]|[12]\d|30)|0?2[-/](0?[1-9]|1\d|2[0-8])"
)
_DATE = rf"(\d{{4}}[-/]({_IN_ANY_YEAR})|{_LEAP_YEAR}[-/]0?2[-/]29)"
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?"
_ZONE = r"\s*(Z|UTC|[+-](0\d|1[0-5])(:?[0-5]\d)?)?"
_WHOLE_DATE = rf"^\s*{_DATE}([ T]{_CLOCK}{_ZONE})?\s*$"
_TRUE = r"^(true|t|1|yes|y)$"
_FALSE = r"^(false|f|0|no|n)$"


def of_text(value: str, to: exp.DataType) -> str:
    """SQL for a value of that type, or null; `value` is SQL for a text."""
    if to.is_type(exp.DType.BOOLEAN):
        return f"CASE WHEN {value} ~* {_quoted(_TRUE)} THEN TRUE WHEN {value} ~* {_quoted(_FALSE)} THEN FALSE END"
    if to.is_type(exp.DType.DATE):
        return _where(value, _WHOLE_DATE, f"CAST({value} AS DATE)")
    if to.is_type(exp.DType.TIMESTAMPTZ, exp.DType.TIMESTAMP):
        return _where(value, _WHOLE_DATE, f"CAST({value} AS {to.sql('postgres')})")
    return _number(value)


def as_text(real: str) -> str:
    """SQL for a float64 as DuckDB writes it: a whole one with `.0` behind."""
    text = f"LOWER(CAST({real} AS TEXT))"
    short = f"REPLACE({text}, 'infinity', 'inf')"
    return rf"CASE WHEN {text} ~ '^-?\d+$' THEN {text} || '.0' ELSE {short} END"


def _number(value: str) -> str:
    """A float64; what is too large for it is infinite, what is too small 0."""
    decimal = f"CAST({value} AS DECIMAL)"
    infinite = f"SIGN({decimal}) * CAST('Infinity' AS DOUBLE PRECISION)"
    return (
        f"CASE WHEN {value} ~ {_quoted(_NUMBER)} THEN CASE WHEN ABS({decimal}) > {_LARGEST} THEN {infinite} "
        f"WHEN ABS({decimal}) < {_SMALLEST} THEN 0 ELSE CAST({value} AS DOUBLE PRECISION) END "
        f"WHEN {value} ~* {_quoted(_NO_NUMBER)} THEN CAST({value} AS DOUBLE PRECISION) END"
    )


def _where(value: str, pattern: str, then: str) -> str:
    return f"CASE WHEN {value} ~ {_quoted(pattern)} THEN {then} END"


def _quoted(pattern: str) -> str:
    return f"'{pattern}'"
