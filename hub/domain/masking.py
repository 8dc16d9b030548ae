"""Texts made harmless to show: enough to recognise a row one knows, too little to learn of one who is unknown.

A long number keeps its first six digits (the area and nothing of the person), a word its first letter; every
other letter and digit is a star. A text of one or two signs, a code, stays.
"""

import re

KEPT_DIGITS = 6
"""Digits of a NIK or No KK that name its area."""
LONGEST_CODE = 2
_LONG = re.compile(r"\d{10,}")
_WORD = re.compile(r"[^\W\d_]+")


def masked(value: object) -> str | None:
    """A value as it may be shown on a screen or in a report; None stays None."""
    if value is None:
        return None
    text = str(value)
    if len(text) <= LONGEST_CODE:
        return text
    parts, at = [], 0
    for number in _LONG.finditer(text):
        parts += [_short(text[at : number.start()]), _number(number[0])]
        at = number.end()
    return "".join([*parts, _short(text[at:])])


def _number(digits: str) -> str:
    return digits[:KEPT_DIGITS] + "*" * (len(digits) - KEPT_DIGITS)


def _short(text: str) -> str:
    """Words by their first letter, digits as stars."""
    initials = _WORD.sub(lambda word: word[0][0] + "*" * (len(word[0]) - 1), text)
    return re.sub(r"\d", "*", initials)
