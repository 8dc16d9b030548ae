"""`hub identity`: who is who, as far as it is scored rather than known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import opened, print_json, table
from hub.cli.begin import DataDir, Json, begin, run, say

if TYPE_CHECKING:
    from hub.identity.linkage import Linked, Model
    from hub.settings import Settings
    from hub.workflow.linking import Told

identity = typer.Typer(name="identity", help="Records that may be of one person.", no_args_is_help=True)

ModelName = Annotated[
    str,
    typer.Option("--model", help="A model of config/identity by its name, or a path to a file of that form."),
]


@identity.callback()
def _group() -> None:
    """Records that may be of one person: scored by a model, never merged by a command of this group."""


@identity.command("link")
def link_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE [FILE]", help="CSV or Parquet; one is deduplicated.")
    ],
    model: ModelName = "hub",
    decision: Annotated[
        str | None, typer.Option(help="Only pairs of this decision: link, review, leave.")
    ] = None,
    memory: Annotated[str, typer.Option(help="What DuckDB may hold; more goes to disk.")] = "4GB",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Score the pairs of one file, or across two, that may be of one person. Needs no database.

    Writes a line a pair, the likeliest first: both ids, score (0 to 1), log2 of the odds, decision, and the verdict of
    each comparison. A model that was not trained learns from the files, without labels.
    """
    settings = begin(data_dir)
    from hub.errors import InputError
    from hub.identity.linkage import dedupe, link

    if len(files) > 2:
        raise InputError("bad_files", "give one file to deduplicate, or two to link")
    chosen = model_of(settings, model)
    with (
        dedupe(files[0], chosen, memory) if len(files) == 1 else link(files[0], files[1], chosen, memory)
    ) as found:
        count = _print_pairs(found, decision, as_json)
    say(f"hub: {count:,} pairs by model {chosen.edition}")


def model_of(settings: "Settings", name: str) -> "Model":
    """The model that `--model` names.

    Raises:
        FatalError: `config_invalid`, there is none or it is faulty.
    """
    from hub.identity.linkage import load_model

    own = Path(name)
    return load_model(own if own.suffix == ".toml" else settings.config_dir / "identity" / f"{name}.toml")


def _print_pairs(found: "Linked", decision: str | None, as_json: bool) -> int:
    import csv
    import sys
    from dataclasses import asdict

    count, out = 0, csv.writer(sys.stdout, lineterminator="\n")
    if not as_json:
        out.writerow(("a", "b", "score", "weight", "decision", "evidence"))
    for count, pair in enumerate(found.pairs(decision), 1):  # noqa: B007 - the last number is the count
        if as_json:
            print_json(asdict(pair))
        else:
            told = " ".join(f"{name}={verdict}" for name, verdict in pair.evidence.items())
            out.writerow((pair.a, pair.b, f"{pair.score:.6f}", f"{pair.weight:.2f}", pair.decision, told))
    return count


@identity.command("propose")
def propose_pairs(
    full: Annotated[bool, typer.Option("--full", help="Look at everybody.")] = False,
    memory: Annotated[str, typer.Option(help="What DuckDB may hold; more goes to disk.")] = "4GB",
    data_dir: DataDir = None,
    as_json: Json = False,
) -> None:
    """Find the pairs of persons that may be one: by the model `hub` and by each detector. Links nothing.

    Looks at whom the hub heard of since the last time, and at whom they might be.
    """
    settings = begin(data_dir)
    from hub.workflow.linking import propose

    async def work() -> "Told":
        async with opened(settings) as database:
            return await propose(database, settings, full=full, memory=memory)

    done = run(work)
    if as_json:
        print_json(vars(done))
        return
    table(("detector", "pairs"), list(done.pairs.items()))
    say(f"hub: looked at {done.persons:,} persons: {done.opened:,} candidates opened, {done.closed:,} closed")


@identity.command("train")
def train_model(
    out: Annotated[
        Path | None, typer.Option(help="Where the parameters go; beside the model when not told.")
    ] = None,
    memory: Annotated[str, typer.Option(help="What DuckDB may hold; more goes to disk.")] = "4GB",
    data_dir: DataDir = None,
) -> None:
    """Learn the parameters of the model `hub` from the hub's persons, without labels, and write them to a file."""
    settings = begin(data_dir)
    import orjson

    from hub.identity.linkage.model import trained_beside
    from hub.workflow.linking import train

    async def work() -> dict[str, Any]:
        async with opened(settings) as database:
            return await train(database, settings, memory)

    path = out or trained_beside(settings.config_dir / "identity" / "hub.toml")
    path.write_bytes(orjson.dumps(run(work), option=orjson.OPT_INDENT_2))
    say(f"hub: wrote {path}")


@identity.command("report")
def show_report(
    truth: Annotated[
        Path | None, typer.Option(help="A truth of the simulator, or pairs: mention_a, mention_b, same.")
    ] = None,
    month: Annotated[int, typer.Option(min=1, max=2, help="Month of the truth that the hub pulled.")] = 1,
    html: Annotated[Path | None, typer.Option(help="Also write a page with charts to this file.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Tell the quality of identity as JSON: counts by stage, match weights, precision and recall against a truth."""
    settings = begin(data_dir)
    from hub.workflow.linking import report

    async def work() -> dict[str, Any]:
        async with opened(settings) as database:
            return await report(database, settings, truth, month)

    told = run(work)
    if html is not None:
        from hub.identity.linkage.page import page

        html.write_text(page(told), encoding="utf-8")
    print_json(told)
