"""`hub query`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from hub.cli.begin import DataDir, Json, begin, run

if TYPE_CHECKING:
    from hub.compiler.documents import InvalidDocument
    from hub.compiler.engine import Request
    from hub.compiler.explaining import Explanation
    from hub.errors import InputError
    from hub.settings import Settings
    from hub.store.database import Database
    from hub.store.read import Reader

WRONG_QUERY = 2


def query(
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="GraphQL document; - reads stdin.")] = "-",
    variables: Annotated[str, typer.Option(metavar="JSON", help="Values of its variables.")] = "{}",
    operation: Annotated[
        str | None, typer.Option(help="Name of the operation; a document holds one.")
    ] = None,
    language: Annotated[Literal["id", "en"], typer.Option(help="Labels and messages.")] = "id",
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Print the statement, what its parameters are, its plan and its cost instead."
        ),
    ] = False,
    analyze: Annotated[
        bool, typer.Option("--analyze", help="With --explain: run it, and print the plan of this run.")
    ] = False,
    as_json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Run a GraphQL operation without a server, and print its answer as JSON.

    It goes through the executor of `hub serve`. A document that cannot run prints its errors as JSON too, and
    ends with 2. The statement that --explain prints is the whole of what the database is asked; no value of a
    parameter is printed.
    """
    settings = begin(data_dir)
    from hub.compiler.documents import InvalidDocument
    from hub.errors import InputError

    request = request_of(file, variables, operation, language)
    try:
        print(run(lambda: _asked(settings, request, (explain or analyze, analyze, as_json))).decode())
    except (InvalidDocument, InputError) as error:
        refuse(error, request.language)


def refuse(error: "InvalidDocument | InputError", language: str) -> NoReturn:
    """Prints the errors of an operation as JSON and ends the command.

    Raises:
        typer.Exit: With 2.
    """
    import orjson

    from hub.schema.refusing import faults

    print(orjson.dumps({"errors": faults(error, language)}).decode())
    raise typer.Exit(WRONG_QUERY) from None


async def _asked(settings: "Settings", request: "Request", how: tuple[bool, bool, bool]) -> bytes:
    """The answer, or what would be asked of the database."""
    from hub.cli.answers import opened
    from hub.store.read import open_reader

    explain, analyze, as_json = how
    if not explain:
        return b'{"data":' + await answered(settings, request) + b"}"
    async with opened(settings) as database, open_reader(database, 1) as reads:
        return _printed(await _explained(request, reads, database, analyze), as_json)


async def answered(settings: "Settings", request: "Request") -> bytes:
    """The answer of an operation as JSON, asked as the operator of this machine; the ledger has its line.

    Raises:
        InvalidDocument: The document cannot run.
        InputError: The operation was refused.
    """
    from hub.cli.admitting import ledger_of
    from hub.cli.answers import opened
    from hub.cli.entrance import local_context
    from hub.compiler.needs import Sight
    from hub.schema.build import engine
    from hub.store.read import open_reader

    async with opened(settings) as database, open_reader(database, 1) as reads:
        ledger = ledger_of(database, settings)
        prepared = engine().prepare(request, Sight(logged=ledger is not None))
        return (await engine().answer(prepared, reads, local_context(database), ledger)).data


def request_of(file: str, variables: str, operation: str | None, language: str) -> "Request":
    """What is asked, from the file and the options.

    Raises:
        InputError: `bad_variables`, `bad_document`.
    """
    import orjson

    from hub.compiler.engine import Request
    from hub.errors import InputError

    try:
        values = orjson.loads(variables)
    except orjson.JSONDecodeError:
        raise InputError("bad_variables", "--variables takes one JSON object") from None
    if not isinstance(values, dict):
        raise InputError("bad_variables", "--variables takes one JSON object")
    try:
        document = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            "bad_document", f"the file cannot be read as UTF-8 ({type(error).__name__})"
        ) from None
    return Request(document, values, operation, language)


async def _explained(
    request: "Request", reads: "Reader", database: "Database", analyze: bool
) -> "Explanation":
    """Statement, origins of its parameters, plan and cost; with `analyze` it is run, and its plan is of this run."""
    from dataclasses import replace

    import orjson

    from hub.cli.entrance import local_context
    from hub.compiler.explaining import explained, masked
    from hub.schema.build import engine

    prepared = engine().prepare(request)
    found = await explained(prepared, reads)
    if not analyze or not prepared.plan.reads:
        return found
    statement = f"explain (analyze, buffers, format json) {prepared.plan.sql}"
    plan = await reads.text(statement, [local_context(database)(), *prepared.parameters])
    return replace(found, plan=masked(orjson.loads(plan or "null")))


def _printed(found: "Explanation", as_json: bool) -> bytes:
    import orjson

    from hub.compiler.explaining import plan_lines

    if as_json:
        return orjson.dumps(found.told(), option=orjson.OPT_INDENT_2)
    lines = [f"cost: {found.cost} rows by page sizes", ""]
    lines += [f"{one['parameter']} {one['type']}: {one['from']}" for one in found.parameters]
    return "\n".join([*lines, "", found.sql, "", *plan_lines(found.plan)]).encode()
