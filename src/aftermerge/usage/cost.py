"""What queries would read, before they run."""

from dataclasses import replace

from aftermerge.model.plan import Query
from aftermerge.usage.asked import Asked
from aftermerge.usage.engines import Engines


def with_cost(engines: Engines, asked: Asked) -> tuple[Query, ...]:
    """What is asked, as text: what other engines lend first, then the query itself, each with its cost."""
    lent = (query for other in asked.lent.values() for query in with_cost(engines, other))
    *_, query = engines.written(asked)
    return (*lent, replace(query, cost=engines.cost(asked, query.sql)))
