"""The trusted documents: `config/documents/<name>.graphql`, each known by the hash of its text.

The hash is SHA-256 of the file's text in UTF-8 without the white space at its ends, in lower-case hex; the id is
`sha256:` and the hash, as GraphQL over HTTP writes it (draft of 2025, appendix A).
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError

FOLDER = "documents"
ENDING = ".graphql"
NAME = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True)
class TrustedDocument:
    """One document of the registry.

    Args:
        name: Of its file.
        text: GraphQL.
    """

    name: str
    text: str

    @property
    def id(self) -> str:
        """The id under which callers ask for it."""
        return document_id(self.text)


def document_id(text: str) -> str:
    """The id of a document by its text."""
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def read_documents(config_dir: Path) -> list[TrustedDocument]:
    """The documents of a configuration, by name; none where it has no such folder.

    Raises:
        FatalError: `config_invalid`, a file that isn't text or has another name than lower-case words.
    """
    found = []
    for path in sorted((config_dir / FOLDER).glob(f"*{ENDING}")):
        if not NAME.fullmatch(path.stem):
            raise FatalError("config_invalid", f"{path}: a document's name is lower-case words joined by _")
        try:
            found.append(TrustedDocument(path.stem, path.read_text(encoding="utf-8").strip()))
        except UnicodeDecodeError:
            raise FatalError("config_invalid", f"{path}: not UTF-8") from None
    return found
