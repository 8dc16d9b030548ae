"""`hub agreements`: what agencies may ask, from the proposal to the end."""

import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.access.agreements import Event, Held

agreements = typer.Typer(
    name="agreements", help="Agreements: which agency may ask for what.", no_args_is_help=True
)

Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of an agreement.")]
By = Annotated[
    str | None, typer.Option(help="Who decides, by name of account; the account of this shell when left out.")
]
Reason = Annotated[str, typer.Option(help="Why; it stays beside the decision.")]


@agreements.callback()
def _group() -> None:
    """Agreements: which agency may ask for what, for which purpose, of whom, and how masked."""


@agreements.command("propose")
def propose(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="TOML file with the terms.")],
    by: By = None,
    data_dir: DataDir = None,
) -> None:
    """Propose a new version of an agreement; it grants nothing until two others have approved it."""
    settings = begin(data_dir)
    from hub.access.agreements import propose as keep
    from hub.registry.agencies import load_agencies, load_terms
    from hub.registry.agreements import read_agreement

    config = settings.config_dir
    agreement = read_agreement(file, load_agencies(config), load_terms(config))

    async def work() -> None:
        async with opened(settings) as database, database.connect() as connection:
            await keep(connection, agreement, by or getpass.getuser())
            await connection.commit()

    run(work)
    say(f"hub: {agreement.code} version {agreement.version} is proposed; two others have to approve it")


@agreements.command("approve")
def approve(code: Code, by: By = None, data_dir: DataDir = None) -> None:
    """Approve the newest version; the second approval lets it grant."""
    _decide(code, "approved", by, None, data_dir)


@agreements.command("suspend")
def suspend(code: Code, reason: Reason, by: By = None, data_dir: DataDir = None) -> None:
    """Suspend it: from this moment it grants nothing."""
    _decide(code, "suspended", by, reason, data_dir)


@agreements.command("resume")
def resume(code: Code, reason: Reason, by: By = None, data_dir: DataDir = None) -> None:
    """Let a suspended one grant again."""
    _decide(code, "resumed", by, reason, data_dir)


@agreements.command("end")
def end(code: Code, reason: Reason, by: By = None, data_dir: DataDir = None) -> None:
    """End it for good; a new version needs its own approvals."""
    _decide(code, "ended", by, reason, data_dir)


@agreements.command("list")
def list_agreements(data_dir: DataDir = None, as_json: Json = False) -> None:
    """List every version: what it grants, how it stands, and who approved it."""
    settings = begin(data_dir)
    from hub.access.agreements import listed

    async def work() -> "list[Held]":
        async with opened(settings) as database, database.connect() as connection:
            return await listed(connection)

    rows = [_row(held) for held in run(work)]
    if as_json:
        print_json(rows)
        return
    columns = ("code", "version", "agency", "standing", "purposes", "scopes", "from", "to", "approvers")
    table(columns, [[row[name] for name in columns] for row in rows])


def _row(held: "Held") -> dict[str, Any]:
    terms = held.agreement.model_dump(mode="json", by_alias=True)
    return {
        **terms,
        "masks": sorted(held.agreement.masks),
        "standing": held.standing,
        "proposer": held.proposer,
        "approvers": sorted(held.approvers),
    }


def _decide(code: str, event: "Event", by: str | None, reason: str | None, data_dir: Path | None) -> None:
    settings = begin(data_dir)
    from hub.access.agreements import decide

    async def work() -> "Held":
        async with opened(settings) as database, database.connect() as connection:
            held = await decide(connection, code, event, by or getpass.getuser(), reason)
            await connection.commit()
            return held

    held = run(work)
    say(f"hub: {code} version {held.agreement.version} is {held.standing}")
