"""Areas of a release in both systems of codes: which are told, and what they are called."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.store.sql import AsyncConnection, text

# Kabupaten in which at least so many live, and all of their kecamatan: official areas, whatever was counted in them.
PLACES = text(
    """
    select w.area_key, w.level, w.code, w.name, (
      select min(b.code) from hub.wilayah b where b.system = 'bps' and b.area_key = w.area_key and b.level = w.level
        and b.valid @> cast(:day as date)) as bps
    from hub.wilayah w
    where w.system = 'kemendagri' and w.level in (2, 3) and w.valid @> cast(:day as date)
      and w.area_key / 1000000 in (
        select s.home_area_key / 1000000 from hub.person_state s where upper_inf(s.recorded) and s.home_area_key > 0
        group by 1 having count(*) >= :least)
    order by w.code
    """
)
# The provinces of some kabupaten.
PROVINCES = text(
    """
    select w.area_key, w.level, w.code, w.name, (
      select min(b.code) from hub.wilayah b where b.system = 'bps' and b.area_key = w.area_key and b.level = w.level
        and b.valid @> cast(:day as date)) as bps
    from hub.wilayah w
    where w.system = 'kemendagri' and w.level = 1 and w.valid @> cast(:day as date) and w.code = any(:codes)
    order by w.code
    """
)
LEVELS = {1: "provinsi", 2: "kabupaten", 3: "kecamatan"}


@dataclass(frozen=True)
class Place:
    """An area.

    Attributes:
        level: 1 provinsi, 2 kabupaten or kota, 3 kecamatan.
        code: Kemendagri's, with dots.
        bps: BPS's code; None: it has none there.
    """

    key: int
    level: int
    code: str
    name: str
    bps: str | None

    @property
    def cells(self) -> dict[str, str | None]:
        """Its columns in a release."""
        return {
            "kode_kemendagri": self.code,
            "kode_bps": self.bps,
            "nama_wilayah": self.name,
            "tingkat": LEVELS[self.level],
        }


async def places(connection: AsyncConnection, day: object, least: int) -> dict[int, Place]:
    """The areas that are told, by key, in the order of their codes."""
    found = await connection.execute(PLACES, {"day": day, "least": least})
    return {row.area_key: Place(row.area_key, row.level, row.code, row.name, row.bps) for row in found}


async def provinces(connection: AsyncConnection, day: object, told: Mapping[int, Place]) -> dict[str, Place]:
    """The provinces of the areas that are told, by code."""
    codes = sorted({place.code.partition(".")[0] for place in told.values()})
    found = await connection.execute(PROVINCES, {"day": day, "codes": codes})
    return {row.code: Place(row.area_key, row.level, row.code, row.name, row.bps) for row in found}
