"""Trusted documents: operations that callers ask for by the hash of their text, and in production by nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hub.errors import InputError, RefusedError
from hub.registry.documents import TrustedDocument, document_id

Mode = Literal["off", "accept", "only"]
DATA_FREE = frozenset(("__typename", "__schema", "__type"))
"""Roots that tell of the schema alone."""
OPEN_ROOTS = DATA_FREE | {
    "programs",
    "sources",
    "wilayah",
    "wilayahList",
    "retiredWilayah",
    "dataSet",
    "dataSets",
}
"""Roots behind which nothing speaks of a person."""


@dataclass(frozen=True)
class Trusted:
    """The registry of one server.

    Args:
        mode: `off`, there is none; `accept`, others are answered too; `only`, no others are.
        texts: Documents by id.
    """

    mode: Mode = "off"
    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, given: Mapping[str, Any]) -> str | None:
        """The document that the members of a request ask for, by text or by id; None: by neither.

        Raises:
            InputError: `document_unknown`, no document has that id; `document_mismatch`, the text sent with an id is
                another.
            RefusedError: `document_not_trusted`.
        """
        text, asked = given.get("query"), _id(given)
        if asked is None:
            if self.mode == "only" and isinstance(text, str) and not self.knows(text):
                raise RefusedError(
                    "document_not_trusted",
                    "this server answers trusted documents alone; ask for one by its id",
                )
            return text
        found = self.texts.get(asked)
        if text is None and found is None:
            raise InputError("document_unknown", "no trusted document has this id")
        if text is not None and document_id(str(text).strip()) != asked:
            raise InputError("document_mismatch", "the document is not the one whose id is sent with it")
        return found if found is not None else self.text({"query": text})

    def knows(self, text: str) -> bool:
        """Whether a text is one of the documents."""
        return document_id(text.strip()) in self.texts


def _id(given: Mapping[str, Any]) -> str | None:
    """The id in the members of a request: `documentId`, or Apollo's `extensions.persistedQuery.sha256Hash`."""
    found = given.get("documentId")
    if isinstance(found, str):
        return found
    extensions = given.get("extensions")
    persisted = extensions.get("persistedQuery") if isinstance(extensions, dict) else None
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    return f"sha256:{found.lower()}" if isinstance(found, str) else None


def trusted(mode: Mode, documents: list[TrustedDocument]) -> Trusted:
    """The registry of these documents."""
    return Trusted(mode, {} if mode == "off" else {one.id: one.text for one in documents})
