"""Who may speak SPDCI with the hub: `config/spdci.toml`; without the file nobody may.

A sender is a system of an agency: its messages are signed by its own key, beside the token of that agency's client.
Source: SPDCI API standards 1.0.0 (`sender_id`, `receiver_id`, `sender_uri` of the header).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, model_validator

from hub.registry.agencies import Code, Name
from hub.registry.issuers import LOOPBACK
from hub.registry.reading import Strict, checked, read_toml

Registry = Literal["sr", "crvs", "ibr"]
REGISTRIES: tuple[Registry, ...] = ("sr", "crvs", "ibr")
Id = Annotated[str, Field(pattern=r"^[!-~]{1,99}$")]
Receiver = Annotated[str, Field(pattern=r"^[!-{}~]{1,99}$")]
"""No bar: the key id of a string signature ends with it."""


class Sender(Strict):
    """A system that may send.

    Attributes:
        id: Its `sender_id`.
        agency: Whose system it is; the bearer token has to be of this agency.
        client: Client of the agency that speaks for it; None: any of them.
        keys_file: Its public keys (JWKS), below the configuration unless absolute; read anew when it changes.
        callbacks: Addresses below which answers may be sent: https, or http on this machine.
        purpose: What its requests are for where they name nothing; blank: they have to.
        agreement: What grants it where they name nothing; blank: the first that does.
        registries: That it may ask.
        updates: Source that takes what it tells of beneficiaries (`enrollment/updates`); None: it may tell nothing.
        programs: Codes of programs of which it tells; left out: any.
        test: Whether it need not sign: for the conformance suite alone, and never where others reach the server.
    """

    id: Id
    agency: Code
    client: str | None = None
    keys_file: Path | None = None
    callbacks: tuple[Name, ...] = ()
    purpose: str = ""
    agreement: str = ""
    registries: tuple[Registry, ...] = REGISTRIES
    updates: Name | None = None
    programs: tuple[Name, ...] = ()
    test: bool = False

    @model_validator(mode="after")
    def _fit(self) -> Self:
        if self.keys_file is None and not self.test:
            raise ValueError("keys_file: a sender signs, so its public keys have to be known")
        for each in self.callbacks:
            parts = urlsplit(each)
            http = parts.scheme == "http" and parts.hostname in LOOPBACK
            if not (parts.scheme == "https" or http) or not _plain(parts):
                raise ValueError("callbacks: https, without account, query and fragment")
        return self

    def may_call(self, address: str) -> bool:
        """Whether answers may be sent to an address: one of `callbacks`, or what lies below it."""
        try:
            asked = urlsplit(address)
            return _plain(asked) and any(_below(asked, urlsplit(each)) for each in self.callbacks)
        except ValueError:
            return False


class Spdci(Strict):
    """What the hub is in exchanges by SPDCI.

    Attributes:
        receiver_id: By which others name the hub; also the `sender_id` of its answers.
        senders: Who may ask.
    """

    receiver_id: Receiver = "hub"
    senders: tuple[Sender, ...] = Field(default=(), alias="sender")

    @model_validator(mode="after")
    def _unique(self) -> Self:
        if len({one.id for one in self.senders}) < len(self.senders):
            raise ValueError("a sender is there twice")
        return self

    def by_id(self) -> Mapping[str, Sender]:
        """The senders by their ids."""
        return {one.id: one for one in self.senders}


def load_spdci(config_dir: Path) -> Spdci:
    """What `config/spdci.toml` says; nobody may send where there is none.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config_dir / "spdci.toml"
    return checked(Spdci, read_toml(path), path) if path.exists() else Spdci()


def _plain(parts: SplitResult) -> bool:
    """Whether an address has a host and a path that leads nowhere else, and nothing besides."""
    odd = parts.username or parts.password or parts.query or parts.fragment
    path = parts.path.lower()
    return (
        bool(parts.hostname)
        and not odd
        and not any(each in path for each in ("..", "\\", "%2e", "//", "%2f"))
    )


def _below(asked: SplitResult, allowed: SplitResult) -> bool:
    same = (asked.scheme, asked.hostname, asked.port) == (allowed.scheme, allowed.hostname, allowed.port)
    root = allowed.path.rstrip("/")
    return same and (asked.path.rstrip("/") == root or asked.path.startswith(f"{root}/"))
