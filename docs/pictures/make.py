"""The README's picture, from the demo's own review: `uv run python docs/pictures/make.py`."""

import os
import subprocess
import sys
from html import escape
from pathlib import Path

from rich.text import Text

TARGET = Path(__file__).with_name("review.svg")
COMMAND = [sys.executable, "-m", "aftermerge", "demo", "--seed", "1", "--today", "2026-06-15"]
COLUMNS = 104
LEFT_OUT = ["⋮"]
LINE_PX, CHARACTER_PX = 20, 8.43
COLOURS = {1: "#f85149", 3: "#d29922", 2: "#3fb950"}
"""By the number of the terminal's colour: red, yellow, green."""


def review() -> list[Text]:
    """The head of the review, two wins, a harm, and who waits: coloured as on a terminal."""
    environment = {**os.environ, "FORCE_COLOR": "1"}
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=True, env=environment)
    blocks = [block.splitlines() for block in done.stdout.rstrip("\n").split("\n\n")]
    harm = next(block for block in blocks if "harmed" in block[0])
    waits = next(at for at, block in enumerate(blocks) if "Who waits" in block[0])
    shown = [*blocks[:6], LEFT_OUT, harm, LEFT_OUT, *blocks[waits : waits + 2]]
    lines = [Text.from_ansi(line) for block in shown for line in (*block, "")][:-1]
    for line in lines:
        line.truncate(COLUMNS, overflow="ellipsis")
    return lines


def svg(lines: list[Text]) -> str:
    width, height = round(COLUMNS * CHARACTER_PX) + 48, len(lines) * LINE_PX + 76
    rows = "\n".join(_row(line, 64 + index * LINE_PX) for index, line in enumerate(lines))
    dots = "".join(
        f'<circle cx="{24 + 20 * n}" cy="22" r="6" fill="{c}"/>'
        for n, c in enumerate(["#f85149", "#d29922", "#3fb950"])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">\n'
        f'<rect width="{width}" height="{height}" rx="10" fill="#0d1117"/>{dots}\n'
        '<g font-family="ui-monospace, DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14" fill="#c9d1d9">\n'
        f"{rows}\n</g>\n</svg>\n"
    )


def _row(line: Text, y: int) -> str:
    spans = "".join(
        _span(part) for part in line.divide(sorted({edge for s in line.spans for edge in (s.start, s.end)}))
    )
    return f'<text x="24" y="{y}" xml:space="preserve">{spans}</text>'


def _span(part: Text) -> str:
    styles = [span.style for span in part.spans if not isinstance(span.style, str)]
    attributes = ""
    for style in styles:
        attributes += ' font-weight="bold"' if style.bold else ""
        attributes += ' fill="#8b949e"' if style.dim else ""
        number = style.color.number if style.color else None
        attributes += f' fill="{COLOURS[number]}"' if number in COLOURS else ""
    return f"<tspan{attributes}>{escape(part.plain)}</tspan>"


if __name__ == "__main__":
    TARGET.write_text(svg(review()))
