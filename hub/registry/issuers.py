"""Issuers of tokens that the hub believes: `config/issuers.toml`, one table an issuer; none without the file."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from hub.registry.reading import Strict, checked, read_toml

Name = Annotated[str, Field(min_length=1)]


class TrustedIssuer(Strict):
    """An identity provider.

    Attributes:
        name: Its `iss`.
        audience: `aud` of tokens for this hub.
        keys_file: File with its public keys (JWKS), below the configuration unless absolute; read anew when it changes.
        life_minutes: Longest life of a token.
    """

    name: Name
    audience: Name
    keys_file: Path
    life_minutes: int = Field(default=10, ge=1, le=60)


class _Issuers(Strict):
    issuers: tuple[TrustedIssuer, ...] = Field(default=(), alias="issuer")


def load_issuers(config_dir: Path) -> tuple[TrustedIssuer, ...]:
    """The issuers.

    Raises:
        FatalError: `config_invalid`.
    """
    path = config_dir / "issuers.toml"
    return checked(_Issuers, read_toml(path), path).issuers if path.exists() else ()
