"""What a measurement prints: one JSON object a line, with its peer, its goal and whether the goal holds."""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Line:
    """One measurement.

    Args:
        name: `<area>.<what>`.
        values: One a round; the median is told.
        unit: Of the values.
        peers: The same measure of the peer, from the same run; empty where there is none.
        goal: For the ratio of value to peer, or for the value where there is no peer; None: for the record.
        at_most: Whether the goal is an upper bound.
    """

    name: str
    values: Sequence[float]
    unit: str
    peers: Sequence[float] = ()
    goal: float | None = None
    at_most: bool = False

    def told(self) -> dict[str, object]:
        """The members of the JSON object; `n` is the number of rounds."""
        value = median(self.values)
        peer = median(self.peers) if self.peers else None
        ratio = value / peer if peer else None
        return {
            "name": self.name,
            "value": _short(value),
            "unit": self.unit,
            "peer": _short(peer),
            "ratio": _short(ratio),
            "goal": self.goal,
            "holds": self._holds(value if ratio is None else ratio),
            "n": len(self.values),
        }

    def _holds(self, measured: float) -> bool | None:
        if self.goal is None:
            return None
        return measured <= self.goal if self.at_most else measured >= self.goal


def _short(number: float | None) -> float | None:
    """Four significant digits are more than a shared machine gives."""
    return None if number is None else float(f"{number:.4g}")


def show(line: Line) -> None:
    """Prints a measurement to stdout."""
    sys.stdout.write(json.dumps(line.told()) + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Prints a remark to stderr: what was built, and how long that took."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
