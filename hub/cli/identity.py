"""`hub identity`: who is who, as far as it is scored rather than known."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.answers import print_json
from hub.cli.begin import DataDir, Json, begin, say

if TYPE_CHECKING:
    from hub.identity.linkage import Linked, Model
    from hub.settings import Settings

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
