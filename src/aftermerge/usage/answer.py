"""Questions become answers: compile, run, read."""

from collections.abc import Sequence
from functools import partial

from aftermerge.errors import AftermergeError, OutsideError
from aftermerge.model.plan import Answers, Plan, Query, Question
from aftermerge.usage.asked import Asked, attempt, joined, reason
from aftermerge.usage.compile import compile_questions
from aftermerge.usage.cost import with_cost
from aftermerge.usage.engines import Engines
from aftermerge.usage.translated import translated


def compile_with(engines: Engines, plan: Plan, dialect: str | None = None) -> Sequence[Query]:
    """The queries of a plan; the tables are opened to learn their columns, and whether units stand in one row.

    In a `dialect`, those that it has the words for; else as they would be asked, each with its cost.
    """
    compiled = compile_questions(engines, plan.questions)
    if dialect is None:
        return tuple(query for asked in compiled.asked for query in with_cost(engines, asked))
    done, _ = attempt(((str(index), asked) for index, asked in enumerate(compiled.asked)), partial(_in, dialect))
    return tuple(query for queries in done.values() for query in queries)


def _in(dialect: str, asked: Asked) -> tuple[Query, ...]:
    return translated(asked, dialect)


def answer_with(engines: Engines, plan: Plan) -> Answers:
    """The answers to a plan, and the reasons for those that there are not."""
    compiled = compile_questions(engines, plan.questions)
    answers = [_answer(engines, asked) for asked in compiled.asked]
    return joined(Answers(failed=compiled.failed, unasked=frozenset(engines.unopened)), *answers)


def _answer(engines: Engines, asked: Asked) -> Answers:
    try:
        *_, query = engines.written(asked)
        rows = engines.run(asked, query.sql)
        finer = asked.again(rows)
        return asked.read(rows, query.sql) if finer is None else _answer(engines, finer)
    except AftermergeError as error:
        keys, why = [question.key for question in asked.questions], reason(error)
        if isinstance(error, OutsideError):  # nobody there answers a part of it either
            return Answers(failed=dict.fromkeys(keys, why), unasked=frozenset({why}))
        if len(keys) == 1:
            return Answers(failed={keys[0]: why})
    half = len(asked.questions) // 2
    return joined(*(_answer_part(engines, part) for part in (asked.questions[:half], asked.questions[half:])))


def _answer_part(engines: Engines, questions: Sequence[Question]) -> Answers:
    """Some questions of a query that failed as a whole: the others shall not suffer for one."""
    compiled = compile_questions(engines, questions)
    return joined(Answers(failed=compiled.failed), *(_answer(engines, asked) for asked in compiled.asked))
