"""Everything of `config/` that `hub init` loads, in one place, with the version of each file."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from hub.registry import areas
from hub.registry import codes as lists
from hub.registry import programs as schemes
from hub.registry.attributes import FILE, attributes_of
from hub.registry.reading import config_error, sha256_of

ACCESS = "access.toml"
_FILES = (
    "wilayah.csv.gz", "wilayah_retired.csv.gz", "wilayah_bps.csv.gz", "population.csv", "codes.csv",
    "pmks.csv", "psks.csv", "pmks_crosswalk.csv", "disasters.csv",
)  # fmt: skip


class ReferenceFile(NamedTuple):
    """One file of reference data: its name in `config/`, where it lies, and the SHA-256 of its bytes."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Reference:
    """The reference data under one `config/` directory, read and checked when first asked for.

    Every method and property raises FatalError `config_invalid` with file and reason.
    """

    config: Path

    @property
    def _tables(self) -> Path:
        """Where the tables lie."""
        return self.config / "reference"

    @cached_property
    def codes(self) -> dict[str, lists.CodeList]:
        """Code lists by scheme: `reference.codes["sex"]`."""
        return lists.load_code_lists(self._tables)

    @cached_property
    def programs(self) -> dict[str, schemes.Program]:
        """Programs by code: `reference.programs["PKH"]`."""
        return schemes.load_programs(self.config / "programs")

    def wilayah_rows(self) -> Iterator[areas.WilayahRow]:
        """Areas in force, Kemendagri system."""
        return areas.wilayah_rows(self._tables)

    def bps_rows(self) -> Iterator[areas.WilayahRow]:
        """Areas in force, BPS system, under the same area keys."""
        return areas.bps_rows(self._tables)

    def retired_rows(self) -> Iterator[areas.RetiredRow]:
        """Retired codes with successors."""
        return areas.retired_rows(self._tables)

    def bridge_rows(self) -> Iterator[areas.BridgeRow]:
        """BPS codes beside Kemendagri codes."""
        return areas.bridge_rows(self._tables)

    def code_rows(self) -> Iterator[lists.CodeRow]:
        """Code lists, and the attributes and values of the welfare attribute set."""
        yield from lists.code_rows(self.codes)
        yield from attributes_of(self.config).code_rows()

    def pmks_crosswalk_rows(self) -> Iterator[lists.CrosswalkRow]:
        """Other PMKS lists against the 26 types."""
        return lists.pmks_crosswalk_rows(self._tables)

    def program_rows(self) -> Iterator[schemes.ProgramRow]:
        """Programs."""
        return schemes.program_rows(self.programs)

    def component_rows(self) -> Iterator[schemes.ComponentRow]:
        """Components of programs."""
        return schemes.component_rows(self.programs)

    def amount_rows(self) -> Iterator[schemes.AmountRow]:
        """Amounts by validity."""
        return schemes.amount_rows(self.programs)

    def exclusion_rows(self) -> Iterator[schemes.ExclusionRow]:
        """Pairs of programs that exclude each other."""
        return schemes.exclusion_rows(self.programs)


def reference_files(config: Path) -> tuple[ReferenceFile, ...]:
    """The files that make up the reference data, programs too, with their hashes.

    Raises:
        FatalError: `config_invalid`, one of the tables is missing.
    """
    tables = [config / "reference" / name for name in _FILES]
    for path in tables:
        if not path.is_file():
            raise config_error(path, "is missing")
    found = [*tables, *sorted((config / "programs").glob("*.toml"))]
    named = [(f"{path.parent.name}/{path.name}", path) for path in found]
    named += [(name, config / name) for name in (FILE, ACCESS) if (config / name).is_file()]
    return tuple(ReferenceFile(name, path, sha256_of(path)) for name, path in named)
