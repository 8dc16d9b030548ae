"""Counts as tables write them: whole numbers from zero, plain or grouped in thousands by a dot."""

import re

from hub.domain.reasons import Reason
from hub.errors import SkippableError

_FORM = re.compile(r"^(?:[0-9]+|[0-9]{1,3}(?:[.][0-9]{3})+)$", re.ASCII)
#: No table counts more: a billion, three times the population.
LARGEST = 1_000_000_000


def parse_count(text: str, most: int = LARGEST) -> int:
    """The whole number that a text like `16686` or `16.686` writes.

    Args:
        text: As received; a dash, a blank or a fraction is no number.
        most: The largest number taken, inclusive.

    Raises:
        SkippableError: NUMBER_INVALID, no such number or above `most`.
    """
    tidy = text.strip()
    if not _FORM.match(tidy) or int(tidy.replace(".", "")) > most:
        raise SkippableError(Reason.NUMBER_INVALID, "the count is no whole number from zero")
    return int(tidy.replace(".", ""))
