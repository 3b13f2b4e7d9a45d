"""Questions become answers: compile, run, read."""

from collections.abc import Sequence

from aftermerge.errors import AftermergeError
from aftermerge.model.plan import Answers, Plan, Query
from aftermerge.usage.asked import Asked, joined, reason
from aftermerge.usage.compile import compile_questions
from aftermerge.usage.engine import Engine, Places, opened


def compile_plan(places: Places, plan: Plan) -> Sequence[Query]:
    """The queries of a plan; the files are opened to learn their columns, and whether units stand in one row."""
    with opened(places) as engine:
        return tuple(asked.query for asked in compile_questions(engine, plan.questions).asked)


def answer_plan(places: Places, plan: Plan) -> Answers:
    """The answers to a plan, and the reasons for those that there are not."""
    with opened(places) as engine:
        return answer_with(engine, plan)


def answer_with(engine: Engine, plan: Plan) -> Answers:
    """The same, by an engine that is open already."""
    compiled = compile_questions(engine, plan.questions)
    answers = [_answer(engine, asked) for asked in compiled.asked]
    return joined(Answers(failed=compiled.failed), *answers)


def _answer(engine: Engine, asked: Asked) -> Answers:
    try:
        text = asked.query.sql
        rows = engine.run(asked, text)
        finer = asked.again(rows)
        return asked.read(rows, text) if finer is None else _answer(engine, finer)
    except AftermergeError as error:
        if len(asked.questions) == 1:
            return Answers(failed={asked.questions[0].key: reason(error)})
    return joined(*(_answer_alone(engine, asked, position) for position in range(len(asked.questions))))


def _answer_alone(engine: Engine, asked: Asked, position: int) -> Answers:
    """One question of a query that failed as a whole: the others shall not suffer for it."""
    compiled = compile_questions(engine, asked.questions[position : position + 1])
    return joined(Answers(failed=compiled.failed), *(_answer(engine, alone) for alone in compiled.asked))
