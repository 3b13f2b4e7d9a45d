"""In which language a text is written, where that can be told."""

from functools import lru_cache
from typing import Protocol

from aftermerge.hear.redaction.placeholders import without_placeholders

_READ_CHARACTERS = 200
_LEAST_LETTERS = 12
_LEAST_LETTERS_OF_SYLLABLES = 5
_LEAST_CERTAINTY = 0.6
_NONE = "zxx"
_CODES = """
ar bg bn ca cs da de el en es et fa fi fr gu he hi hr hu id is it ja ka kk km kn ko lt lv mk ml mn
mr ms my ne nl no pa pl pt ro ru sk sl sq sr sv sw ta te th tl tr uk ur uz vi zh
"""
"""Of 140 that could be told apart; the rest are close relatives, and taken for these far more often than written."""


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def language_of(text: str) -> str | None:
    """ISO 639-1, by the beginning of the text; None where it is short or doubtful: a wrong one is worse than none."""
    read = without_placeholders(text[:_READ_CHARACTERS])
    letters = [character for character in read if character.isalpha()]
    if len(letters) < (_LEAST_LETTERS if max(letters, default="a") < "\u0900" else _LEAST_LETTERS_OF_SYLLABLES):
        return None
    language, certainty = _identifier().classify(read)
    return None if language == _NONE or certainty < _LEAST_CERTAINTY else language


@lru_cache(maxsize=1)
def _identifier() -> _Identifier:
    """Two seconds to load, so only once somebody needs it."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([*_CODES.split(), _NONE])
    found: _Identifier = identifier
    return found
