"""How far a value may be trusted by itself, from a missing number to one its owner confirmed."""

from enum import IntEnum


class Grade(IntEnum):
    """Trust in one identifying value; higher is better and the numbers are stored, so they never change.

    DOUBTFUL and better are well-shaped numbers. Exact links ask for WELL_FORMED or better: a doubtful
    number (its birth date lies in the future, it equals the No KK) identifies nobody by itself.
    """

    MISSING = 0
    INVALID = 1
    DOUBTFUL = 2
    WELL_FORMED = 3
    CONFIRMED = 4
