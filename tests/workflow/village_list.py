"""A small BLT-DD list in a directory, with made-up persons, for runs that need a list of their own."""

from dataclasses import dataclass
from pathlib import Path

from tests.sync_builders import Hub, changed_config

HEADER = "NIK;NAMA;NO KK;ALAMAT;BULAN;NOMINAL"


def row(number: int, name: str = "SITI", nik: str | None = None, **stated: str) -> str:
    """One recipient; `month`, `amount` and `address` may be stated."""
    told = {"address": "DUSUN KRAJAN", "month": "2026-10", "amount": "300000"} | stated
    own = f"332001410190{9000 + number}" if nik is None else nik
    cells = (own, f"{name} {'ABCDEFGHIJ'[number % 10]}", f"332001010120{9000 + number}", *told.values())
    return ";".join(cells)


@dataclass(frozen=True)
class VillageList:
    """A hub whose BLT-DD list lies in a directory.

    Args:
        hub: With the changed entry.
        place: Where copies of the configuration go.
        files: The directory of the list.
    """

    hub: Hub
    place: Path
    files: Path

    def write(self, rows: list[str], header: str = HEADER) -> None:
        """The list as it is offered from now on."""
        (self.files / "blt_dd_3320012001_202610.csv").write_text("\n".join([header, *rows, ""]))

    def under(self, **changes: str) -> Hub:
        """The hub under an entry with some keys changed; values as TOML writes them."""
        config = self.place / f"config{len(list(self.place.iterdir()))}"
        config.mkdir()
        entry = {"transport": '"directory"', "address": f'"{self.files}"'}
        return self.hub.with_config(changed_config(config, "blt_dd", **entry, **changes))


def village_list(hub: Hub, place: Path) -> VillageList:
    """A list in a directory below `place`."""
    files = place / "files"
    files.mkdir()
    return VillageList(hub, place, files)
