"""How long a part of the schema stays: its deprecation, written and read in one form.

The text of a deprecation is for people and for the check against the last release alike:

    Pakai Person.benefitHistory; ada sampai 2027-01-31. / Use Person.benefitHistory; here until 2027-01-31.
"""

import re
from dataclasses import dataclass
from datetime import date

_TEXT = "Pakai {0}; ada sampai {1}. / Use {0}; here until {1}."
_PATTERN = re.compile(
    r"Pakai (?P<successor>[\w.()]+); ada sampai (?P<until>\d{4}-\d\d-\d\d)\."
    r" / Use (?P=successor); here until (?P=until)\."
)


@dataclass(frozen=True)
class Deprecation:
    """The notice that a field, argument, input field or value will go.

    Args:
        successor: What takes its place, as a coordinate of the schema (`Person.benefitHistory`,
            `Query.people(filter:)` without the colon, `Grade.INVALID`, `Payment`).
        until: The last day on which it is there, WIB, inclusive; it may be removed from the day after.
    """

    successor: str
    until: date

    @property
    def reason(self) -> str:
        """The text that the schema shows."""
        return _TEXT.format(self.successor, self.until.isoformat())

    def is_over(self, today: date) -> bool:
        """Whether the part may be gone on this day, WIB."""
        return self.until < today


def deprecation_in(reason: str) -> Deprecation | None:
    """The notice in a text; None where the text isn't one in the form above."""
    found = _PATTERN.fullmatch(reason)
    if found is None:
        return None
    try:
        return Deprecation(found["successor"], date.fromisoformat(found["until"]))
    except ValueError:
        return None
