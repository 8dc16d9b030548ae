"""`hub token`."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.begin import DataDir, begin, run

if TYPE_CHECKING:
    from hub.settings import Settings


def token(
    agency: Annotated[str, typer.Option(help="Code of the agency (config/agencies).")],
    client: Annotated[str, typer.Option(help="Client of the agency.")],
    purpose: Annotated[
        str | None, typer.Option(help="The one purpose it is good for; any when left out.")
    ] = None,
    agreement: Annotated[str | None, typer.Option(help="The one agreement it is good for.")] = None,
    area: Annotated[
        list[str] | None, typer.Option(help="Only in this area; may be given several times.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option(help="Only this scope; may be given several times.")
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(help="PEM file of the client certificate that it is bound to (RFC 8705).")
    ] = None,
    minutes: Annotated[int, typer.Option(min=1, max=10, help="How long it is good for.")] = 10,
    data_dir: DataDir = None,
) -> None:
    """Issue a token of the hub's own issuer, for trying out: HUB_OWN_ISSUER=true lets a server believe it.

    It is printed on stdout and kept nowhere.
    """
    settings = begin(data_dir)
    from hub.access.issuer import own_issuer
    from hub.cli.answers import opened
    from hub.errors import FatalError

    if not settings.own_issuer:
        raise FatalError("issuer_off", "the hub's own issuer is off; for trying out set HUB_OWN_ISSUER=true")
    _require_client(settings, agency, client)
    told: dict[str, str | list[str] | dict[str, str] | None] = {
        "agency": agency, "purpose": purpose, "agreement": agreement, "areas": area,
        "scope": " ".join(scope) if scope else None,
        "cnf": {"x5t#S256": _thumbprint(certificate)} if certificate else None,
    }  # fmt: skip
    private = {name: value for name, value in told.items() if value}

    async def work() -> str:
        async with opened(settings) as database:
            return own_issuer(database.roles).token(client, timedelta(minutes=minutes), **private)

    print(run(work))


def _thumbprint(path: Path) -> str:
    """Of the certificate in a PEM file.

    Raises:
        InputError: `bad_certificate`.
    """
    from hub.access.certificates import thumbprint_in
    from hub.errors import InputError

    try:
        found = thumbprint_in(path.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        found = ""
    if not found:
        raise InputError("bad_certificate", f"{path}: not a certificate in PEM")
    return found


def _require_client(settings: "Settings", agency: str, client: str) -> None:
    """Passes a client of the configuration.

    Raises:
        InputError: `unknown_client`.
    """
    from hub.errors import InputError
    from hub.registry.agencies import load_agencies

    known = load_agencies(settings.config_dir).get(agency)
    if known is None or known.client(client) is None:
        raise InputError("unknown_client", "config/agencies has no such agency with such a client")
