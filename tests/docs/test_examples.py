"""What a page shows is what the code does."""

import doctest
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((DOCS / "explanation" / "designs").glob("*.md"))


@pytest.fixture(scope="module")
def designs() -> ModuleType:
    spec = importlib.util.spec_from_file_location("designs", DOCS / "pictures" / "designs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["designs"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_worked_example_of_a_design_prints_what_the_page_says(page: Path, designs: ModuleType) -> None:
    examples = designs.examples(page.read_text())
    assert examples
    told: list[str] = []
    done = doctest.DocTestRunner().run(doctest.DocTest(examples, {}, page.stem, None, 0, None), out=told.append)
    assert done.failed == 0, "".join(told)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_readout_of_a_design_is_that_of_the_engine(page: Path, designs: ModuleType) -> None:
    read, _ = designs.DESIGNS[page.stem]
    assert designs.block(read()) in page.read_text(), "docs/pictures/designs.py writes it anew"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_of_a_design_is_short_and_shows_its_picture(page: Path) -> None:
    text = page.read_text()
    assert len(text.splitlines()) <= 120
    assert f"../../pictures/{page.stem}.svg" in text


def test_every_table_of_the_proofs_is_marked_and_stands_under_its_command() -> None:
    text = (DOCS / "explanation" / "proofs.md").read_text()
    block = r"-m (benchmarks\.\w+)`\n\n<!-- table: (benchmarks\.\w+) -->\n(?:[^<].*?)?<!-- /table -->"
    marked = re.findall(block, text, re.DOTALL)
    assert [name for _, name in marked] == [command for command, _ in marked]
    assert len(marked) == text.count("<!-- table: ") == text.count("<!-- /table -->")
