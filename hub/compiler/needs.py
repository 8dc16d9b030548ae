"""What a field asks of whoever wants to see it, and what one caller may see: scopes, and masks in place of values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.access.callers import Caller
from hub.errors import RefusedError


@dataclass(frozen=True)
class Need:
    """What it takes to see a field, to filter or order by it, or to give an argument.

    Args:
        scopes: Codes, all of which have to be granted; of `a|b` one is enough.
        masks: By the mask that an agreement may ask for, the template of what is shown instead; blank: nothing is.
            What filters and orders by a field is refused under each of them.
    """

    scopes: frozenset[str] = frozenset()
    masks: Mapping[str, str] = field(default_factory=dict)

    def __add__(self, other: "Need") -> "Need":
        """Both of them."""
        return Need(self.scopes | other.scopes, {**self.masks, **other.masks})

    @property
    def is_open(self) -> bool:
        """Whether anyone may see it as it is."""
        return not self.scopes and not self.masks


RAW = "provenance"
"""Scope of what sources wrote."""
OPEN = Need()
"""Of what speaks of no person, and of opaque ids."""


KECAMATAN = "kecamatan"
PLACING = frozenset((KECAMATAN, "pseudonym"))
"""Masks of what cursors hold."""


@dataclass(frozen=True)
class Sight:
    """What one caller may see of persons; a part of the key of plans.

    Args:
        scopes: Granted; None: every one, as the operator of this machine has them.
        masks: That the agreement asks for.
        logged: Whether what it is told of persons leaves a line in the ledger.
        quota: Persons a day that it may be told of; None: no bound.
        pseudonyms: Key of the pseudonyms of its agreement.
    """

    scopes: frozenset[str] | None = None
    masks: frozenset[str] = frozenset()
    logged: bool = False
    quota: int | None = None
    pseudonyms: bytes = field(default=b"", repr=False)

    def lacks(self, need: Need) -> tuple[str, ...]:
        """The scopes that a need asks for and that are not granted, sorted; the first stands for its alternatives."""
        granted = self.scopes
        if granted is None:
            return ()
        return tuple(
            sorted(one.partition("|")[0] for one in need.scopes if not granted.intersection(one.split("|")))
        )

    def mask(self, need: Need) -> str:
        """The mask in force over a field; blank: none.

        What sources wrote, word by word, is behind every mask: nothing tells what stands in it.
        """
        if RAW in need.scopes and self.masks:
            return min(self.masks)
        in_force = self.masks.intersection(need.masks) if self.masks else ()
        return min(in_force, key=lambda mask: (bool(need.masks[mask]), mask), default="")

    def requires(self, need: Need) -> None:
        """Passes what may be seen as it is: it decides which things are found, so that an answer would tell of it.

        Raises:
            RefusedError: `scope_missing`, `masked`.
        """
        if lacking := self.lacks(need):
            raise RefusedError(
                "scope_missing",
                f"what is asked, filtered or ordered by here needs {worded(lacking)}; counts for everybody: dataSets",
                allowed_by=f"an approved agreement with {worded(lacking)}",
            )
        if mask := self.mask(need):
            raise masked(mask)


EVERYTHING = Sight()


def sight_of(caller: Caller, *, logged: bool = False, pseudonyms: bytes = b"") -> Sight:
    """What a caller may see, whether it leaves a line, and the key of its pseudonyms."""
    scopes = None if caller.everything else caller.scopes
    return Sight(scopes, frozenset(caller.masks), logged, caller.quota if logged else None, pseudonyms)


def masked(mask: str) -> RefusedError:
    """The refusal of what would tell the very value behind a mask."""
    return RefusedError(
        "masked",
        f"your agreement masks this ({mask}), so that nothing can be found, filtered or ordered by it",
        allowed_by=f"an approved agreement without the mask {mask}",
    )


def worded(scopes: tuple[str, ...]) -> str:
    """Scopes in words."""
    return f"the scope{'s' * (len(scopes) > 1)} {', '.join(scopes)}"


@dataclass(frozen=True)
class Refusal:
    """A field that is not shown.

    Args:
        path: Response keys from the root; lists have no numbers in it.
        scopes: Those that are missing; none: a mask stands before it.
        mask: The mask; blank: none.
    """

    path: tuple[str, ...]
    scopes: tuple[str, ...]
    mask: str = ""
