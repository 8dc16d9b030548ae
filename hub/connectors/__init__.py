"""One module a source; each holds its code tables, one pure mapping from rows to claims, and its connectors.

A module's `connector`, or each of its `connectors`, is found by listing this package: adding a file adds a
source.
"""

import importlib
import pkgutil

from hub.errors import FatalError
from hub.toolkit.connector import Connector


def _discovered() -> dict[str, Connector]:
    found: dict[str, Connector] = {}
    for module in sorted(each.name for each in pkgutil.iter_modules(__path__)):
        loaded = importlib.import_module(f"{__name__}.{module}")
        several: tuple[Connector, ...] = getattr(loaded, "connectors", ())
        for connector in several or (loaded.connector,):
            found[connector.name] = connector
    return found


#: Every connector by its name, which is that of its entry `config/sources/<name>.toml` unless the entry names another.
CONNECTORS: dict[str, Connector] = _discovered()


def connector_of(name: str) -> Connector:
    """What reads an entry, by the name that the entry gives it (`SourceConfig.read_by`).

    Raises:
        FatalError: `config_invalid`: nothing here is called so.
    """
    if name not in CONNECTORS:
        raise FatalError(
            "config_invalid", f"no connector is called {name}; the entry's key `connector` names one"
        )
    return CONNECTORS[name]
