"""The trusted documents against the schema: read at the start of a server, and examined by the command line."""

from hub.compiler.documents import InvalidDocument
from hub.compiler.engine import Engine
from hub.errors import FatalError, HubError
from hub.registry.documents import TrustedDocument
from hub.schema.trusted import Trusted


def keep(engine: Engine, registry: Trusted) -> None:
    """Has every document of a registry read and kept by an engine, so that none is read while a caller waits.

    Raises:
        FatalError: `document_invalid`.
    """
    for id_, text in registry.texts.items():
        try:
            engine.keep(text)
        except (InvalidDocument, HubError) as error:
            raise FatalError(
                "document_invalid",
                f"the trusted document {id_} can't be answered; `hub documents check` says why",
            ) from error


def examined(engine: Engine, document: TrustedDocument) -> tuple[list[str], frozenset[str]]:
    """What is wrong with a document, and its roots; nothing is wrong with one that is to be trusted."""
    try:
        return [], engine.roots(document.text)
    except InvalidDocument as error:
        return [one.message for one in error.errors], frozenset()
    except HubError as error:
        return [error.message], frozenset()
