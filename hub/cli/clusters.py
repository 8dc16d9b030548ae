"""`hub identity apply` and `rebuild`: what the hub links by itself, and whether clusters are what judgements say."""

from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.answers import opened, print_json
from hub.cli.begin import DataDir, Json, begin, run, say
from hub.cli.identity import identity

if TYPE_CHECKING:
    from hub.workflow.judging import Judged
    from hub.workflow.linking import Followed


@identity.command("apply")
def apply_thresholds(data_dir: DataDir = None, as_json: Json = False) -> None:
    """Link the candidates that reach the threshold of their detector in config/judging.toml, and unlink the others."""
    settings = begin(data_dir)
    from hub.workflow.judging import link

    async def work() -> "Judged":
        async with opened(settings) as database:
            return await link(database, settings)

    _told(run(work), as_json)


@identity.command("rebuild")
def rebuild_clusters(
    check: Annotated[
        bool,
        typer.Option("--check", help="Only look; ends with 1 where a cluster is not what judgements say."),
    ] = False,
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Cluster everybody anew from the judgements in force, and fold whom that moves."""
    settings = begin(data_dir)
    from hub.workflow.judging import rebuild

    async def work() -> "Judged":
        async with opened(settings) as database:
            return await rebuild(database, settings, check=check)

    done = run(work)
    _told(done, as_json)
    raise typer.Exit(1 if check and done.moved else 0)


def linked(done: "Followed | None") -> None:
    """Tells what the linkage after a sync did."""
    if done is not None:
        found = done.proposals
        say(
            f"hub: linkage looked at {found.persons:,} persons: {found.opened:,} candidates opened,"
            f" {found.closed:,} closed, {done.judged.moved:,} mentions moved"
        )


def _told(done: "Judged", as_json: bool) -> None:
    if as_json:
        print_json({"run": done.run, "moved": done.moved, "persons": done.persons})
        return
    say(f"hub: {done.moved} mentions moved, {done.persons} persons folded anew")


__all__ = ["identity", "linked"]
