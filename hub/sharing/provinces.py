"""Totals of provinces: the sums of what is told of their kabupaten, and of nothing else.

A total is told where every kabupaten of the province that is told of at all tells this cell, and withheld where one
withholds it. So it is a function of cells that everybody has, and teaches nobody anything: whatever is proven of
kabupaten and kecamatan holds with it (docs/decisions/0017-disclosure.md). Kabupaten of which nothing is told, because
fewer than k of its people are known, are not in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.registry.datasets import Dataset
from hub.sharing.cubes import TOLD, WITHHELD
from hub.sharing.earlier import Row
from hub.sharing.places import Place

AREA = frozenset({"kode_kemendagri", "kode_bps", "nama_wilayah", "tingkat"})
KABUPATEN = "kabupaten"


@dataclass(frozen=True)
class Provinces:
    """Adds the totals of provinces to the rows of a data set.

    Args:
        dataset: Whose rows they are; with several kabupaten of one block in one piece.
        places: Provinces by code.
    """

    dataset: Dataset
    places: Mapping[str, Place]

    def added(self, rows: list[Row]) -> list[Row]:
        """The totals of the provinces, then the rows as they are."""
        groups: dict[tuple[object, ...], list[Row]] = {}
        for row in rows:
            if row["tingkat"] == KABUPATEN:
                groups.setdefault(self._group(row), []).append(row)
        return [*self._totals(groups.values()), *rows]

    def _group(self, row: Row) -> tuple[object, ...]:
        """What a row has in common with those of the other kabupaten: province and dimensions."""
        measures = {*self.dataset.names("measure"), "status"}
        dimensions = [value for name, value in row.items() if name not in AREA and name not in measures]
        return (str(row["kode_kemendagri"]).partition(".")[0], *dimensions)

    def _totals(self, groups: Iterable[list[Row]]) -> list[Row]:
        found = []
        for rows in groups:
            place = self.places.get(str(rows[0]["kode_kemendagri"]).partition(".")[0])
            if place is not None:
                found.append(self._total(place, rows))
        return found

    def _total(self, place: Place, rows: list[Row]) -> Row:
        """One total; what is no sum but a share of two is made anew."""
        total = rows[0] | place.cells
        for column in self.dataset.columns:
            if column.role == "measure" and column.type == "integer":
                parts = [row[column.name] for row in rows]
                total[column.name] = None if None in parts else sum(parts)
        if "cakupan" in total:
            people, holders = total["penduduk"], total["penerima"]
            total["cakupan"] = round(holders / people, 4) if people and holders is not None else None
        withheld = any(row["status"] == WITHHELD for row in rows)
        return total | {"status": WITHHELD if withheld else TOLD}
