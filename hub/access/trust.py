"""Whose tokens are believed: issuers of the configuration and, where the settings say so, the hub's own."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub.access.issuer import NAME, OwnIssuer
from hub.access.tokens import Issuer
from hub.errors import FatalError
from hub.registry.issuers import TrustedIssuer


class Trust(Mapping[str, Issuer]):
    """Issuers by name; the keys of one are read anew when their file has changed.

    Args:
        config_dir: Where relative files of keys lie.
        issuers: Of the configuration.
        own: The hub's own issuer as it is now, where its tokens are believed.
    """

    def __init__(
        self, config_dir: Path, issuers: tuple[TrustedIssuer, ...], own: Callable[[], OwnIssuer] | None
    ) -> None:
        self._files = {one.name: (one, config_dir / one.keys_file) for one in issuers}
        self._own = own
        self._ours: tuple[tuple[int, ...], Issuer] | None = None
        self._read: dict[str, tuple[int, Issuer]] = {}
        for name in self._files:
            self[name]

    def __getitem__(self, name: str) -> Issuer:
        """An issuer with its keys of now.

        Raises:
            KeyError: It is not trusted.
            FatalError: `config_invalid`, its file of keys can't be read.
        """
        if name == NAME and self._own:
            return self._of_the_hub(self._own())
        trusted, path = self._files[name]
        try:
            changed = path.stat().st_mtime_ns
            if name not in self._read or self._read[name][0] != changed:
                self._read[name] = changed, _issuer(trusted, path)
        except (OSError, ValueError, TypeError, LookupError, JoseError):
            raise FatalError("config_invalid", f"issuers.toml: the keys of {name} can't be read") from None
        return self._read[name][1]

    def __iter__(self) -> Iterator[str]:
        """Names of the issuers."""
        return iter(dict.fromkeys([*([NAME] if self._own else []), *self._files]))

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))

    def _of_the_hub(self, own: OwnIssuer) -> Issuer:
        """The hub's own issuer; the same object for as long as its keys are the same."""
        generations = tuple(own.generations)
        if self._ours is None or self._ours[0] != generations:
            self._ours = generations, own.trusted()
        return self._ours[1]


def _issuer(trusted: TrustedIssuer, path: Path) -> Issuer:
    keys = KeySet.import_key_set(json.loads(path.read_text(encoding="utf-8")))
    if any(key.key_type == "oct" for key in keys.keys):
        raise ValueError
    return Issuer(trusted.name, trusted.audience, keys, life=timedelta(minutes=trusted.life_minutes))
