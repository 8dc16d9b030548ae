"""Issuers of tokens that the hub believes: `config/issuers.toml`, one table an issuer; none without the file."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from hub.registry.reading import Strict, checked, read_toml

Name = Annotated[str, Field(min_length=1)]
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class IssuedClient(Strict):
    """A client that an issuer names by an id of its own, where its tokens say nothing of an agency.

    Attributes:
        id: As `client_claim` of the token has it; also the id of the client in the agency's entry.
        agency: Whose system it is.
    """

    id: Name
    agency: Name


class TrustedIssuer(Strict):
    """An identity provider.

    Attributes:
        name: Its `iss`.
        audience: `aud` of tokens for this hub.
        keys_file: File with its public keys (JWKS), below the configuration unless absolute; read anew when it changes.
        keys_url: Address of the same instead: https, or http on this machine.
        life_minutes: Longest life of a token.
        client_claim: Who calls: `sub`, or `azp` or `client_id` as client credentials (RFC 6749, 9068) have it.
        clients: Agencies of its clients; empty: its tokens tell `agency` themselves.
    """

    name: Name
    audience: Name
    keys_file: Path | None = None
    keys_url: Name | None = None
    life_minutes: int = Field(default=10, ge=1, le=60)
    client_claim: Literal["sub", "azp", "client_id"] = "sub"
    clients: tuple[IssuedClient, ...] = Field(default=(), alias="client")

    @model_validator(mode="after")
    def _one_place_of_keys(self) -> Self:
        if (self.keys_file is None) == (self.keys_url is None):
            raise ValueError("name keys_file or keys_url, one of them")
        if self.keys_url is not None:
            parts = urlsplit(self.keys_url)
            fit = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
            if not fit or not parts.hostname or parts.username or parts.fragment:
                raise ValueError("keys_url: https, without an account in it")
        if len({one.id for one in self.clients}) < len(self.clients):
            raise ValueError("a client is there twice")
        return self


class _Issuers(Strict):
    issuers: tuple[TrustedIssuer, ...] = Field(default=(), alias="issuer")


def load_issuers(config_dir: Path) -> tuple[TrustedIssuer, ...]:
    """The issuers.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config_dir / "issuers.toml"
    return checked(_Issuers, read_toml(path), path).issuers if path.exists() else ()
