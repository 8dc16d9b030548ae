"""Files that a command writes for one reader."""

import os
from pathlib import Path


def keep(out: Path, text: str) -> None:
    """Writes a new file that its owner alone can read.

    Raises:
        InputError: `file_there`, nothing is overwritten.
    """
    from hub.errors import InputError

    try:
        descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError("file_there", f"{out} is there already; name another") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
