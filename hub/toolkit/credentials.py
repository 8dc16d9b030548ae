"""Credentials of sources: an entry names variables or a file, and this module alone reads them."""

from collections.abc import Mapping

from pydantic import SecretStr

from hub.errors import FatalError
from hub.registry.sources import SourceConfig
from hub.settings import CREDENTIAL_PREFIX, settings


def credential(source: SourceConfig, variable: str) -> str:
    """The secret that the entry of a source names.

    Raises:
        FatalError: `credential_missing`, naming source and variable.
    """
    if source.auth.secret_file is not None:
        return _from_file(source, variable)
    held: Mapping[str, SecretStr] = settings().credentials
    secret = (
        held.get(variable.removeprefix(CREDENTIAL_PREFIX).lower())
        if variable.startswith(CREDENTIAL_PREFIX)
        else None
    )
    if secret is None:
        raise FatalError(
            "credential_missing",
            f"{source.name}: set the environment variable {variable} to {_what(source, variable)}",
        )
    return secret.get_secret_value()


def _what(source: SourceConfig, variable: str) -> str:
    """What a variable must hold."""
    if source.auth.kind == "private_key" and variable == source.auth.token_env:
        return "its private key, or to the path of the file with it"
    return "its credential"


def _from_file(source: SourceConfig, variable: str) -> str:
    """The value of a `NAME=value` line; a file of one line without `=` is the secret itself."""
    path = source.auth.secret_file
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path else []
    except OSError:
        raise FatalError(
            "credential_missing", f"{source.name}: the secret file of its entry cannot be read"
        ) from None
    named = dict(line.split("=", 1) for line in lines if "=" in line)
    if variable in named:
        return named[variable].strip()
    if len(lines) == 1 and "=" not in lines[0]:
        return lines[0].strip()
    raise FatalError(
        "credential_missing", f"{source.name}: the secret file of its entry has no line {variable}="
    )


def where_to_look(source: SourceConfig) -> str:
    """Where an operator finds the credential that a source refused: names, never values."""
    if source.auth.secret_file is not None:
        return "check the secret file of its entry"
    names = [name for name in (source.auth.user_env, source.auth.password_env, source.auth.token_env) if name]
    return (
        f"check environment variable {' and '.join(names)}" if names else "its entry declares no credential"
    )
