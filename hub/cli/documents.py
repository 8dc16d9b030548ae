"""`hub documents`: the registry of trusted documents."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hub.cli.answers import print_json, table
from hub.cli.begin import Json, begin, say

if TYPE_CHECKING:
    from hub.registry.documents import TrustedDocument
    from hub.settings import Settings

documents = typer.Typer(
    name="documents",
    help="Trusted documents: operations known by the hash of their text.",
    no_args_is_help=True,
)


@documents.callback()
def _group() -> None:
    """Trusted documents."""


@documents.command("list")
def list_documents(as_json: Json = False) -> None:
    """List the documents of the configuration: name, id, and whether a GET may ask for them."""
    settings = begin()
    rows = [_told(settings, one) for one in _all(settings)]
    if as_json:
        print_json(rows)
        return
    table(("name", "id", "public"), [[row["name"], row["id"], row["public"]] for row in rows])


@documents.command("check")
def check_documents(as_json: Json = False) -> None:
    """Hold every document against the schema and the limits; end with 1 where one can't be answered."""
    settings = begin()
    rows = [_told(settings, one) for one in _all(settings)]
    faulty = [row for row in rows if row["faults"]]
    if as_json:
        print_json(rows)
    for row in faulty:
        say(f"{row['name']}: {'; '.join(row['faults'])}")
    say(f"{len(rows)} documents, {len(faulty)} of them can't be answered")
    if faulty:
        raise typer.Exit(1)


@documents.command("add")
def add_document(
    file: Annotated[Path, typer.Argument(help="GraphQL document.")],
    name: Annotated[str | None, typer.Option(help="Its name; that of the file when left out.")] = None,
) -> None:
    """Put a document into the configuration, if it can be answered, and print its id.

    A document once given out stays: another text is another document, under another name.
    """
    settings = begin()
    from hub.errors import InputError
    from hub.registry.documents import ENDING, FOLDER, NAME, TrustedDocument

    called = name or file.stem
    if not NAME.fullmatch(called):
        raise InputError("bad_document", "a document's name is lower-case words joined by _; give --name")
    try:
        document = TrustedDocument(called, file.read_text(encoding="utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        kind = type(error).__name__
        raise InputError("bad_document", f"the file cannot be read as UTF-8 ({kind})") from None
    if faults := _told(settings, document)["faults"]:
        raise InputError("bad_document", "; ".join(faults))
    path = settings.config_dir / FOLDER / f"{called}{ENDING}"
    if path.exists() and path.read_text(encoding="utf-8").strip() != document.text:
        raise InputError("bad_document", f"{called} is another document; give this one another --name")
    path.parent.mkdir(exist_ok=True)
    path.write_text(document.text + "\n", encoding="utf-8")
    print(document.id)


def _all(settings: "Settings") -> "list[TrustedDocument]":
    from hub.registry.documents import read_documents

    return read_documents(settings.config_dir)


def _told(settings: "Settings", document: "TrustedDocument") -> dict[str, Any]:
    from hub.compiler.limits import limits_of
    from hub.schema.build import engine
    from hub.schema.pinning import examined
    from hub.schema.trusted import OPEN_ROOTS

    faults, roots = examined(engine(limits_of(settings)), document)
    return {
        "name": document.name,
        "id": document.id,
        "public": not faults and roots <= OPEN_ROOTS,
        "faults": faults,
    }
