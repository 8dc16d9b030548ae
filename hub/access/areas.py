"""Where a caller reaches: a closed set of areas, of which national reach is a kind of its own.

An empty set reaches nothing; nothing else ever means the whole country.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.domain.wilayah import AreaCode, System, key_range
from hub.errors import InputError

#: Keys of every area, inclusive, with 0, the key of what has no known area.
NATIONAL_KEYS = (0, 9_999_999_999)
MOST_RANGES = 8
"""Ranges of one context: the policies of the database compare with each."""

Range = tuple[int, int]
"""Lowest and highest area key, both inclusive."""


@dataclass(frozen=True)
class AreaSet:
    """Areas by their Kemendagri codes with dots, none of which lies in another.

    Args:
        codes: The areas; empty: nothing.
        national: The whole country, also what has no known area; then there are no codes.
    """

    codes: frozenset[AreaCode] = frozenset()
    national: bool = False

    def meet(self, other: "AreaSet") -> "AreaSet":
        """What lies in both."""
        if self.national:
            return other
        if other.national:
            return self
        inner = {one for one in self.codes if any(one.lies_in(each) for each in other.codes)}
        inner |= {one for one in other.codes if any(one.lies_in(each) for each in self.codes)}
        return AreaSet(frozenset(inner))

    def ranges(self) -> tuple[Range, ...]:
        """The keys of the set in ascending order, neighbours joined.

        Raises:
            InputError: `too_many_areas`, more than a context can carry.
        """
        if self.national:
            return (NATIONAL_KEYS,)
        found: list[Range] = []
        for lo, hi in sorted(key_range(code) for code in self.codes):
            if found and lo <= found[-1][1] + 1:
                found[-1] = (found[-1][0], max(hi, found[-1][1]))
            else:
                found.append((lo, hi))
        if len(found) > MOST_RANGES:
            raise InputError("too_many_areas", f"a caller reaches at most {MOST_RANGES} areas apart")
        return tuple(found)


NOWHERE = AreaSet()
NATIONAL = AreaSet(national=True)


def areas_of(codes: Iterable[str]) -> AreaSet:
    """The set of some Kemendagri codes with dots; what lies in another of them is left out.

    Raises:
        InputError: `area_code_invalid`.
    """
    given = {AreaCode(System.KEMENDAGRI, code) for code in codes}
    return AreaSet(
        frozenset(one for one in given if not any(one != each and one.lies_in(each) for each in given))
    )
