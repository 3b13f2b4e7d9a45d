"""How telephone numbers are written, wherever they are from."""

import re

_SHAPES = re.compile(
    r"""
      (?:1[ .\-])?\(?[2-9]\d{2}\)?[ .\-/]{0,3}[2-9]\d{2}[ .\-]{1,3}\d{4}   # (212) 555-0123
    | \(?0[1-9]\d{0,4}\)?(?:[ .\-/]{1,3}\d{1,9}){1,5}                      # 020 7946 0123, 06.12.34.56.78, 0171/1234567
    | \(0\d{1,5}\)\d{5,8}                                                  # (030)1234567
    | 0[1-9]\d{8,9}                                                        # 07700900123
    | 91[ \-]?[6-9]\d{9}                                                  # 91 9876543210
    | [6-9]\d{4}[ \-]\d{5}                                                 # 98765 43210
    | \(?\d{2}\)[ ]?9?\d{4}[ \-]?\d{4}                                     # (11) 91234-5678
    | 8[ \-]?\(\d{3}\)[ \-]?\d{3}[ \-]?\d{2}[ \-]?\d{2}                    # 8 (912) 345-67-89
    """,
    re.VERBOSE,
)
_LEAST, _MOST = 9, 12
"""Digits of a number that begins with 0."""


def is_shaped(written: str) -> bool:
    if not _SHAPES.fullmatch(written):
        return False
    digits = sum(map(str.isdigit, written))
    return _LEAST <= digits <= _MOST
