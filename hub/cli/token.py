"""`hub token`."""

from datetime import timedelta
from typing import Annotated

import typer

from hub.cli.begin import DataDir, begin, run


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
    minutes: Annotated[int, typer.Option(min=1, max=10, help="How long it is good for.")] = 10,
    data_dir: DataDir = None,
) -> None:
    """Issue a token of the hub's own issuer, for trying out: HUB_OWN_ISSUER=true lets a server believe it.

    It is printed on stdout and kept nowhere.
    """
    settings = begin(data_dir)
    from hub.access.issuer import own_issuer
    from hub.cli.answers import opened
    from hub.errors import FatalError, InputError
    from hub.registry.agencies import load_agencies

    if not settings.own_issuer:
        raise FatalError("issuer_off", "the hub's own issuer is off; for trying out set HUB_OWN_ISSUER=true")
    known = load_agencies(settings.config_dir).get(agency)
    if known is None or known.client(client) is None:
        raise InputError("unknown_client", "config/agencies has no such agency with such a client")
    private: dict[str, str | list[str]] = {"agency": agency}
    private |= {"purpose": purpose} if purpose else {}
    private |= {"agreement": agreement} if agreement else {}
    private |= {"areas": area} if area else {}
    private |= {"scope": " ".join(scope)} if scope else {}

    async def work() -> str:
        async with opened(settings) as database:
            return own_issuer(database.roles).token(client, timedelta(minutes=minutes), **private)

    print(run(work))
