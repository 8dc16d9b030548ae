"""`hub query`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from hub.cli.begin import DataDir, begin, run

if TYPE_CHECKING:
    from hub.compiler.documents import InvalidDocument
    from hub.compiler.engine import Reads, Request
    from hub.errors import InputError
    from hub.settings import Settings
    from hub.store.database import Database

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
        typer.Option("--explain", help="Print the statement, its parameters and its plan instead."),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Run a GraphQL operation without a server, and print its answer as JSON.

    It goes through the executor of `hub serve`. A document that cannot run prints its errors as JSON too, and
    ends with 2. The statement that --explain prints is the whole of what the database is asked.
    """
    settings = begin(data_dir)
    from hub.compiler.documents import InvalidDocument
    from hub.errors import InputError

    request = request_of(file, variables, operation, language)
    try:
        print(run(lambda: _asked(settings, request, explain)).decode())
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


async def _asked(settings: "Settings", request: "Request", explain: bool) -> bytes:
    """The answer, or what would be asked of the database."""
    from hub.cli.entrance import local_context
    from hub.schema.build import engine
    from hub.store.database import open_database
    from hub.store.read import open_reader
    from hub.workflow.initialise import require_initialised

    async with open_database(settings) as database:
        await require_initialised(database)
        async with open_reader(database, 1) as reads:
            if explain:
                return await _explained(request, reads, database)
            return b'{"data":' + await engine().run(request, reads, local_context(database)) + b"}"


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


async def _explained(request: "Request", reads: "Reads", database: "Database") -> bytes:
    """Statement, parameters and plan; the statement is planned and not run."""
    import orjson

    from hub.cli.entrance import local_context
    from hub.schema.build import engine

    sql, parameters = engine().explain(request)
    context = local_context(database)()
    plan = await reads.text(f"explain (format json, costs on) {sql}", [context, *parameters])
    told = {"sql": sql, "parameters": parameters, "plan": orjson.loads(plan or "null")}
    return orjson.dumps(told, default=str, option=orjson.OPT_INDENT_2)
