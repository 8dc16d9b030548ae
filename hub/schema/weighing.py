"""What a client says it likes: headers of names with weights (RFC 9110, 12.4.2), and what is chosen by them."""

from collections.abc import Iterable, Mapping

REMEMBERED = 64
"""Values of one header whose meaning is kept: clients send few, and a value may have 64 KB."""


def weighed(header: str) -> dict[str, float]:
    """Weight of each name (in lower case) in a header, 0 to 1; 0 where it can't be read."""
    said: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            said[name] = max(_weight(parameters), said.get(name, 0.0))
    return said


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                weight = float(value)
            except ValueError:
                return 0.0
            return weight if 0.0 <= weight <= 1.0 else 0.0
    return 1.0


def best(said: Mapping[str, float], offers: Iterable[tuple[str, tuple[str, ...]]]) -> str:
    """The offer that is most welcome, of equally welcome ones the first; empty where none is.

    Args:
        said: Weights by name, as a client gave them.
        offers: Each with the names that it goes by, the more exact ones first: the first that was said counts.
    """
    ranks: dict[str, float] = {}
    for offer, names in offers:
        ranks[offer] = next((said[name] for name in names if name in said), 0.0)
    found = max(ranks, key=lambda offer: ranks[offer], default="")
    return found if found and ranks[found] else ""
