"""Files of `config/` read strictly: an unknown key or wrong value stops with file and key."""

import csv
import gzip
import hashlib
import io
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from hub.errors import FatalError


class Strict(BaseModel):
    """A frozen model in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)


Model = TypeVar("Model", bound=BaseModel)


def config_error(path: Path, trouble: str) -> FatalError:
    """The error for a file of `config/`, named by its last three path parts."""
    return FatalError("config_invalid", f"{'/'.join(path.parts[-3:])}: {trouble}")


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file.

    Raises:
        FatalError: `config_invalid`, the file is missing or not TOML.
    """
    return parsed_toml(path, read_text(path))


def read_text(path: Path) -> str:
    """The text of a file.

    Raises:
        FatalError: `config_invalid`, the file is missing or no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise config_error(path, f"cannot be read ({type(trouble).__name__})") from trouble


def parsed_toml(path: Path, contents: str) -> dict[str, Any]:
    """The tables that the text of a TOML file has.

    Raises:
        FatalError: `config_invalid`, it is not TOML.
    """
    try:
        return tomllib.loads(contents)
    except tomllib.TOMLDecodeError as trouble:
        raise config_error(path, f"is not TOML: {trouble}") from trouble


def toml_files(directory: Path) -> list[Path]:
    """The TOML files of a directory by name.

    Raises:
        FatalError: `config_invalid`, there is no such directory.
    """
    if not directory.is_dir():
        raise config_error(directory, "is no directory; check HUB_CONFIG_DIR")
    return sorted(directory.glob("*.toml"))


def checked(model: type[Model], values: dict[str, Any], path: Path) -> Model:
    """An object of `model` made of `values`.

    Raises:
        FatalError: `config_invalid`, with each faulty key and what is wrong with it; never the value, which
            may be a secret put in the wrong place.
    """
    try:
        return model.model_validate(values)
    except ValidationError as trouble:
        raise config_error(path, "; ".join(_faults(trouble))) from None


def _faults(trouble: ValidationError) -> Iterator[str]:
    for fault in trouble.errors(include_input=False, include_url=False):
        key = ".".join(str(part) for part in fault["loc"]) or "file"
        unknown = fault["type"] == "extra_forbidden"
        yield f"{key}: {'is no known key' if unknown else fault['msg']}"


def read_rows(path: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV file (gzip by its `.gz`), one at a time, as text by column.

    Raises:
        FatalError: `config_invalid`, the file is missing, its columns are not `columns` in that order, or a
            row has more or fewer fields.
    """
    with io.TextIOWrapper(_opened(path), encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream, strict=True)
        if next(rows, []) != list(columns):
            raise config_error(path, f"its header must be {','.join(columns)}")
        for row in rows:
            if len(row) != len(columns):
                raise config_error(path, f"line {rows.line_num} has {len(row)} fields, not {len(columns)}")
            yield dict(zip(columns, row, strict=True))


def _opened(path: Path) -> io.BufferedReader | gzip.GzipFile:
    try:
        return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")
    except OSError as trouble:
        raise config_error(path, f"cannot be read ({type(trouble).__name__})") from trouble


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
