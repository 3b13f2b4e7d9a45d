"""A letter as HTML: all words are escaped, and the only tags are ours."""

from html import escape

from aftermerge.channels.text.blocks import Block, blocks
from aftermerge.channels.text.spans import Span, Spans

__all__ = ["as_html"]


def as_html(text: str) -> str:
    """A fragment without styles: each place has its own."""
    return "\n".join(_block(block) for block in blocks(text))


def _block(block: Block) -> str:
    lines = [_line(line) for line in block.lines]
    items = "".join(f"<li>{line}</li>" for line in lines)
    match block.kind:
        case "quote":
            return f"<blockquote><p>{'<br>'.join(lines)}</p></blockquote>"
        case "list":
            return f"<ul>{items}</ul>"
        case "numbers":
            return f"<ol>{items}</ol>"
        case "heading":
            return f"<p><strong>{lines[0]}</strong></p>"
        case "code":
            return f"<pre>{escape(chr(10).join(_raw(line) for line in block.lines))}</pre>"
    return f"<p>{'<br>'.join(lines)}</p>"


def _line(line: Spans) -> str:
    return "".join(_words(span) for span in line)


def _raw(line: Spans) -> str:
    return "".join(span.text for span in line)


def _words(span: Span) -> str:
    shown = escape(span.text)
    for tag, is_on in (("code", span.code), ("em", span.emphasis), ("strong", span.strong)):
        shown = f"<{tag}>{shown}</{tag}>" if is_on else shown
    return f'<a href="{escape(span.url)}">{shown}</a>' if span.url else shown
