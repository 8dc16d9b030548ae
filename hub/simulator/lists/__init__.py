"""Further lists of a made-up kabupaten, one module each; a module's `ISSUERS` are found by listing this package.

A list draws from a random stream of its own (`stable_random("list", name, seed, desa)`), so that adding one
changes no byte of the others. A file of the kecamatan goes to `shop.text(source, month, name)` or, where it has a
form of its own, to `shop.place` and `shop.keep`; the rows of a paged listing that all kecamatan share go to
`shop.listing(source, month, name)`.
"""

import importlib
import pkgutil
from collections.abc import Callable
from typing import Protocol

from hub.simulator.enrolment import Lists
from hub.simulator.village import Village
from hub.simulator.workshop import Workshop


class ListWriter(Protocol):
    """Writes one list of one kecamatan, desa by desa, for every month of the plan."""

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""


Issuer = Callable[[Workshop], ListWriter]


def _discovered() -> dict[str, Issuer]:
    found: dict[str, Issuer] = {}
    for module in sorted(each.name for each in pkgutil.iter_modules(__path__)):
        loaded = importlib.import_module(f"{__name__}.{module}")
        found.update(getattr(loaded, "ISSUERS", {}))
    return found


#: Who writes each further list, by the name of its source.
LISTS: dict[str, Issuer] = _discovered()
