"""What would be asked, in the words of another engine: generated, and never run."""

from sqlglot import exp

from aftermerge.model.plan import Query
from aftermerge.usage.asked import Asked
from aftermerge.usage.dialects import write
from aftermerge.usage.engines.fitted import fitted

_OURS = ("usage", "hints")
"""The schemas under which the embedded engine finds files."""


def translated(asked: Asked, dialect: str) -> tuple[Query, ...]:
    """What other engines lend first, then the query itself; tables bear the names of the settings.

    Raises:
        DataError: the dialect has no word for something that is asked.
    """
    lent = (query for other in asked.lent.values() for query in translated(other, dialect))
    text = write(_by_name(asked, dialect), dialect, is_pretty=True)
    return (*lent, Query(asked.source, text, tuple(question.key for question in asked.questions)))


def _by_name(asked: Asked, dialect: str) -> exp.Select:
    statement = asked.statement.copy()
    tables = [table for table in statement.find_all(exp.Table) if table.db in _OURS]
    for table in tables:
        table.replace(exp.table_(table.name, quoted=True))
    return fitted(statement, exp.table_(asked.source, quoted=True), dialect) if tables else statement
