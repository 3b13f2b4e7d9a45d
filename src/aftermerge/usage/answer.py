"""Questions become answers: compile, run, read."""

from collections.abc import Sequence

from aftermerge.errors import AftermergeError
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.usage.asked import Asked, joined, reason
from aftermerge.usage.compile import compile_questions
from aftermerge.usage.engines import Engines


def compile_with(engines: Engines, plan: Plan) -> Sequence[Query]:
    """The queries of a plan; the tables are opened to learn their columns, and whether units stand in one row."""
    compiled = compile_questions(engines, plan.questions)
    return tuple(query for asked in compiled.asked for query in engines.written(asked))


def answer_with(engines: Engines, plan: Plan) -> Answers:
    """The answers to a plan, and the reasons for those that there are not."""
    compiled = compile_questions(engines, plan.questions)
    answers = [_answer(engines, asked) for asked in compiled.asked]
    return joined(Answers(failed=compiled.failed), *answers)


def _answer(engines: Engines, asked: Asked) -> Answers:
    try:
        *_, query = engines.written(asked)
        rows = engines.run(asked, query.sql)
        finer = asked.again(rows)
        return asked.read(rows, query.sql) if finer is None else _answer(engines, finer)
    except AftermergeError as error:
        if len(asked.questions) == 1:
            return Answers(failed={asked.questions[0].key: reason(error)})
    return joined(*(_answer_alone(engines, asked, position) for position in range(len(asked.questions))))


def _answer_alone(engines: Engines, asked: Asked, position: int) -> Answers:
    """One question of a query that failed as a whole: the others shall not suffer for it."""
    compiled = compile_questions(engines, asked.questions[position : position + 1])
    return joined(Answers(failed=compiled.failed), *(_answer(engines, alone) for alone in compiled.asked))
