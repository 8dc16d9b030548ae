"""Whose tokens are believed: issuers of the configuration and, where the settings say so, the hub's own."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from time import monotonic

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub.access.issuer import NAME, OwnIssuer
from hub.access.tokens import Issuer
from hub.errors import FatalError, RetriableError
from hub.registry.issuers import TrustedIssuer
from hub.toolkit.key_sets import fetch_key_set

log = logging.getLogger(__name__)

FLOOR = 30.0
"""Seconds between two fetches of one issuer's keys, whatever tokens name: nobody makes the hub call out by asking."""
FRESH = 600.0
"""Seconds after which keys are fetched anew before they are used: one that was withdrawn dies within them."""
STALE = 86_400.0
"""Seconds for which the last good keys are used while no newer ones are to be had."""

Fetch = Callable[[str], Awaitable[bytes]]


class Trust(Mapping[str, Issuer]):
    """Issuers by name; the keys of one are read anew when their file has changed, or fetched when they are old.

    Args:
        config_dir: Where relative files of keys lie.
        issuers: Of the configuration.
        own: The hub's own issuer as it is now, where its tokens are believed.
        fetch: Fetches keys.
    """

    def __init__(
        self,
        config_dir: Path,
        issuers: tuple[TrustedIssuer, ...],
        own: Callable[[], OwnIssuer] | None,
        fetch: Fetch = fetch_key_set,
    ) -> None:
        self._files = {one.name: (one, config_dir / one.keys_file) for one in issuers if one.keys_file}
        self._fetched = {one.name: _Fetched(one, one.keys_url, fetch) for one in issuers if one.keys_url}
        self._own = own
        self._ours: tuple[tuple[int, ...], Issuer] | None = None
        self._read: dict[str, tuple[int, Issuer]] = {}
        for name in self._files:
            self[name]

    def __getitem__(self, name: str) -> Issuer:
        """An issuer with its keys of now.

        Raises:
            KeyError: It is not trusted, or its keys were never to be had or are too old.
            FatalError: `config_invalid`, its file of keys can't be read.
        """
        if name == NAME and self._own:
            return self._of_the_hub(self._own())
        if name in self._fetched:
            return self._fetched[name].issuer()
        trusted, path = self._files[name]
        try:
            changed = path.stat().st_mtime_ns
            if name not in self._read or self._read[name][0] != changed:
                self._read[name] = changed, _issuer(trusted, path.read_bytes())
        except (OSError, ValueError, TypeError, LookupError, JoseError):
            raise FatalError("config_invalid", f"issuers.toml: the keys of {name} can't be read") from None
        return self._read[name][1]

    async def renew(self, name: str, kid: str) -> None:
        """Fetches the keys of an issuer where they are old, or where none of them is named so; else does nothing."""
        if name in self._fetched:
            await self._fetched[name].renew(kid)

    def __iter__(self) -> Iterator[str]:
        """Names of the issuers."""
        return iter(dict.fromkeys([*([NAME] if self._own else []), *self._files, *self._fetched]))

    def __len__(self) -> int:
        """How many there are."""
        return len(list(iter(self)))

    def _of_the_hub(self, own: OwnIssuer) -> Issuer:
        """The hub's own issuer; the same object for as long as its keys are the same."""
        generations = tuple(own.generations)
        if self._ours is None or self._ours[0] != generations:
            self._ours = generations, own.trusted()
        return self._ours[1]


class _Fetched:
    """The keys of one address: the last good ones are kept, and one request at a time fetches them."""

    def __init__(self, trusted: TrustedIssuer, url: str, fetch: Fetch) -> None:
        self._trusted, self._url, self._fetch = trusted, url, fetch
        self._held: Issuer | None = None
        self._body = b""
        self._good = self._tried = float("-inf")
        self._alone = asyncio.Lock()

    def issuer(self) -> Issuer:
        """The issuer with the last good keys.

        Raises:
            KeyError: There are none, or they are too old.
        """
        if self._held is None or monotonic() - self._good > STALE:
            raise KeyError(self._trusted.name)
        return self._held

    async def renew(self, kid: str) -> None:
        """Fetches the keys where that is called for and the floor lets it."""
        async with self._alone:
            now = monotonic()
            known = self._held is not None and any(key.kid == kid for key in self._held.keys.keys)
            if (known and now - self._good <= FRESH) or now - self._tried <= FLOOR:
                return
            self._tried = now
            try:
                body = await self._fetch(self._url)
                # The same keys stay the same object, so that what was believed under them need not be checked anew.
                if self._held is None or body != self._body:
                    self._held, self._body = _issuer(self._trusted, body), body
                self._good = now
            except (RetriableError, ValueError, TypeError, LookupError, JoseError):
                log.warning("the keys of %s can't be had; the last good ones are kept", self._trusted.name)


def _issuer(trusted: TrustedIssuer, told: bytes) -> Issuer:
    keys = KeySet.import_key_set(json.loads(told))
    if any(key.key_type == "oct" for key in keys.keys):
        raise ValueError
    return Issuer(
        trusted.name,
        trusted.audience,
        keys,
        life=timedelta(minutes=trusted.life_minutes),
        client_claim=trusted.client_claim,
        agencies={one.id: one.agency for one in trusted.clients},
    )
