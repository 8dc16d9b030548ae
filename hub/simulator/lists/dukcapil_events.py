"""Population events as the office passes them on: what made the register of month 2 out of that of month 1.

The feed of month 1 tells of a few deaths that its register knows already. That of month 2 repeats it and goes on:
deaths, births, moves and new cards of the month, and late ones, deaths of long ago that were written down now.
The layout is an inference (I), see docs/sources/dukcapil_events.md.
"""

import json
from datetime import date, timedelta

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.dump import area_numbers
from hub.simulator.enrolment import Lists
from hub.simulator.numbers import IntArray
from hub.simulator.village import Register, Village
from hub.simulator.workshop import Workshop

NAME = "dukcapil_events"
LISTING = "dukcapil/peristiwa"
#: Days before the first extract whose deaths the feed of month 1 still holds.
RECENT_DAYS = 120
#: One in so many deaths that month 1 knew comes through the feed a month late.
LATE = 12
_EPOCH = date(1970, 1, 1)


class EventFeed:
    """The events of one kecamatan."""

    def __init__(self, shop: Workshop) -> None:
        self._seed = shop.plan.seed
        self._months = tuple(range(1, shop.plan.months + 1))
        self._sinks = {month: shop.listing(NAME, month, LISTING) for month in self._months}

    def add(self, village: Village, lists: Lists) -> None:
        """The events of one desa, in the order in which they were written down."""
        del lists
        random = stable_random("list", NAME, self._seed, village.desa.code)
        first = _told(village, village.first, _recent_deaths(village), "KEMATIAN", 1, random)
        second = [
            *_told(village, village.first, _late_deaths(village), "KEMATIAN", 2, random),
            *(
                line
                for kind, people in _changes(village).items()
                for line in _told(village, village.second, people, kind, 2, random)
            ),
        ]
        for month in self._months:
            lines = first if month == 1 else sorted([*first, *second])
            self._sinks[month].add(
                [line for _, _, line in lines], [person for _, person, _ in lines], [""] * len(lines)
            )


def _known_dead(village: Village) -> IntArray:
    register = village.first
    return np.flatnonzero(register.listed & ~register.alive & ~village.borrowed_nik)


def _recent_deaths(village: Village) -> IntArray:
    dead = _known_dead(village)
    return dead[village.first.changed[dead] > village.today - RECENT_DAYS]


def _late_deaths(village: Village) -> IntArray:
    dead = _known_dead(village)
    old = dead[village.first.changed[dead] <= village.today - RECENT_DAYS]
    late: IntArray = old[village.people.nik[old] % LATE == 0]
    return late


def _changes(village: Village) -> dict[str, IntArray]:
    """Persons by what happened to them in the month; each change of card is a move or a card of one's own."""
    first, second = village.first, village.second
    here = ~village.borrowed_nik & second.listed
    moved = here & first.listed & (first.family != second.family)
    areas = np.array(village.cards.area)
    away = moved & (areas[first.family] != areas[second.family])
    died = here & first.listed & first.alive & ~second.alive
    return {
        "KEMATIAN": np.flatnonzero(died),
        "KELAHIRAN": np.flatnonzero(here & ~first.listed),
        "PINDAH": np.flatnonzero(away & ~died),
        "PERUBAHAN KK": np.flatnonzero(moved & ~away & ~died),
        "PENERBITAN KTP": np.flatnonzero(here & first.listed & (first.card != second.card) & ~moved & ~died),
    }


def _told(
    village: Village, register: Register, people: IntArray, kind: str, month: int, random: np.random.Generator
) -> list[tuple[str, int, str]]:
    """(instant of writing, true number, line) of the events of some people; those of month 1 are written before it."""
    found = []
    behind = random.integers(1, 15, len(people)).tolist()
    for person, lag in zip(people.tolist(), behind, strict=True):
        happened = int(register.changed[person])
        if month == 1:
            written = min(happened + lag, village.today - 1)
        else:
            written = min(max(happened, village.today) + lag, village.today + 28)
        event = _event(village, register, person, kind, (happened, written))
        line = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        found.append((str(event["TGL_CATAT"]), village.number(person), line))
    return sorted(found)


def _event(
    village: Village, register: Register, person: int, kind: str, days: tuple[int, int]
) -> dict[str, object]:
    """One event: who it is about, and what of the register it changes."""
    people, cards, card = village.people, village.cards, int(register.family[person])
    happened, written = (_EPOCH + timedelta(days=day) for day in days)
    nik = int(village.shown_nik[person])
    event: dict[str, object] = {
        "ID_PERISTIWA": f"{written:%y%m%d}{village.number(person):012d}{kind[:3]}",
        "JENIS_PERISTIWA": kind if nik % 3 else kind.capitalize(),
        "TGL_PERISTIWA": happened.isoformat(),
        "TGL_CATAT": f"{written.isoformat()}T{8 + nik % 8:02d}:{nik % 60:02d}:00+07:00",
        "NIK": nik if nik % 7 == 0 else str(nik),
        "NAMA_LGKP": people.name[person],
        "NO_KK": str(cards.number[card]),
    }
    parts = zip(
        ("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"), area_numbers(cards.area[card]).split(";"), strict=True
    )
    event |= {name: int(part) for name, part in parts}
    if kind in ("PINDAH", "PERUBAHAN KK", "KELAHIRAN"):
        event |= {
            "STAT_HBKEL": str(register.relation[person]),
            "ALAMAT": cards.address[card],
            "NO_RT": cards.rt[card],
            "NO_RW": cards.rw[card],
        }
    if kind == "KELAHIRAN":
        event |= {
            "JENIS_KLMIN": str(people.sex[person]),
            "TGL_LHR": (_EPOCH + timedelta(days=int(people.birth[person]))).isoformat(),
            "NAMA_LGKP_IBU": people.mother[person],
            "NAMA_LGKP_AYAH": people.father[person],
        }
    return event


ISSUERS = {NAME: EventFeed}
