"""Regsosek 2022: three workbooks a kecamatan of the whole population, question numbers for column names.

Layout: questionnaire 2022.K (two agreeing sources). Days are number cells with serials of the 1900 system; the
file's name bears the BPS code of the kecamatan (inference), for no column tells an area.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.book_sink import Book
from hub.simulator.enrolment import Lists
from hub.simulator.numbers import IntArray, days
from hub.simulator.plan import words
from hub.simulator.register_rows import Column, written_by_clerk, yes_no
from hub.simulator.sink import joined
from hub.simulator.village import Village
from hub.simulator.welfare import Homes, homes_of, lives_of, surveyed
from hub.simulator.workshop import Workshop

FAMILIES, PEOPLE, HELP = "regsosek_housing", "regsosek_members", "regsosek_programs"
SURVEY = days(date(2022, 10, 15))
#: Days from 1899-12-30, where serials begin, to 1970-01-01.
SERIAL = 25_569
KK = "no kartu keluarga"
HOUSING = words(
    "no kartu keluarga|301a|301b|302|303|304|305|306a|306b|307a|307b1|307b2|307b3|308|309a|309b|310"
)
MEMBERS = words(
    "no kartu keluarga|401|402 Nama|403 NIK|404|405|406|407|408|409|410|411|412|413|414|415|416a|416b|417|"
    "417 Tulis|418|419|420a|420b|421|421 Tulis|422|423|424|425|426|427|428a|428b|428c|428d|428e|428f|428g|"
    "428h|428i|428j|429|430|431a|431b|431c|431d|431e|431f"
)
PROGRAMS = words(
    "no kartu keluarga|501a|501a Bulan|501a Tahun|501b|501b Bulan|501b Tahun|501c|501c Bulan|501c Tahun|501d|"
    "501d Bulan|501d Tahun|501e|501e Bulan|501e Tahun|501f|501f Bulan|501f Tahun|501g|501g Bulan|501g Tahun|"
    "502a|502b|502c|502d|502e|502f|502g|502h|502i|502j|502k|502l|502m|502n|503a|503b|504a|504b|504c|504d|"
    "504e|505|506"
)


class RegsosekList:
    """One of the three tables of one kecamatan."""

    def __init__(self, shop: Workshop, source: str, columns: Sequence[str], word: str) -> None:
        self._shop, self._source = shop, source
        codes = [desa.bps_code[:7] for desa in shop.kecamatan.desa if desa.bps_code]
        name = f"regsosek_{word}_{codes[0] if codes else 'kecamatan'}.xlsx"
        if not codes:
            name = f"regsosek_{word}_{shop.kecamatan.file_code}_kemendagri.xlsx"
        self._book = Book(*shop.place(source, 1, name), columns, "406", title="REGSOSEK")
        shop.keep(source, 1, name, self._book)

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        del lists
        seed, people = self._shop.plan.seed, surveyed(village, SURVEY)
        if not len(people):
            return
        if self._source == PEOPLE:
            self._add_members(village, people)
            return
        family = village.first.family[people]
        first = people[np.searchsorted(family, np.unique(family))]
        homes, cards = homes_of(village, seed), village.first.family[first]
        given = _housing(homes, cards) if self._source == FAMILIES else _programs(village, homes, cards, seed)
        given[KK] = [str(village.cards.number[card]) for card in cards.tolist()]
        self._book.add(given, [village.number(i) for i in first.tolist()], [""] * len(first))

    def _add_members(self, village: Village, people: IntArray) -> None:
        written = written_by_clerk(self._shop, PEOPLE, village, people)
        given = _members(village, people, self._shop.plan.seed)
        given |= {KK: written.kk, "402 Nama": written.name, "403 NIK": written.nik}
        numbers = [village.number(person) for person in people.tolist()]
        self._book.add(given, numbers, joined(written.kinds))


def _housing(homes: Homes, cards: IntArray) -> dict[str, Column]:
    told = {name: values[cards] for name, values in homes.answers.items()}
    return {
        "301a": told["tenure"],
        "302": homes.floor_area[cards],
        "303": told["floor"],
        "304": told["wall"],
        "305": told["roof"],
        "306a": told["water"],
        "307a": told["light"],
        "307b1": np.where(told["light"] == 1, told["power"], 0),
        "308": told["fuel"],
        "309a": told["toilet"],
        "309b": np.where(told["toilet"] == 6, 0, told["closet"]),
        "310": told["disposal"],
    }


def _programs(village: Village, homes: Homes, cards: IntArray, seed: int) -> dict[str, Column]:
    random = stable_random(HELP, seed, village.desa.code)
    poor = (homes.percentile[cards] <= 40)[:, None]
    held = random.random((len(cards), 7)) < np.where(poor, 0.35, 0.05)
    found: dict[str, Column] = {f"501{letter}": yes_no(held[:, at]) for at, letter in enumerate("abcdefg")}
    return found | {
        f"502{letter}": yes_no(homes.goods[cards, at]) for at, letter in enumerate("abcdefghijklmn")
    }


def _members(village: Village, people: IntArray, seed: int) -> dict[str, Column]:
    lives, mine = lives_of(village, seed, SURVEY), village.people
    family = village.first.family[people]
    old = lives.works[people] > 0
    return {
        "401": np.arange(len(people)) - np.searchsorted(family, family) + 1,
        "404": np.ones(len(people), np.int64),
        "405": mine.sex[people],
        "406": np.maximum(1, mine.birth[people] + SERIAL),
        "407": (SURVEY - mine.birth[people]) // 365,
        "408": mine.married[people],
        "409": lives.relation[people],
        "411": [str(sum_) for sum_ in lives.papers[people].tolist()],
        "412": lives.school[people],
        "415": lives.diploma[people],
        "416a": lives.works[people],
        "417": lives.industry[people],
        "418": lives.status[people],
        "420a": np.where(old, np.where(lives.business[people], 1, 2), 0),
        "424": lives.licence[people],
        "425": lives.turnover[people],
        "427": lives.nutrition[people],
        "430": lives.illness[people],
        "431a": [str(sum_) for sum_ in lives.cover[people].tolist()],
    }


ISSUERS = {
    FAMILIES: lambda shop: RegsosekList(shop, FAMILIES, HOUSING, "perumahan"),
    PEOPLE: lambda shop: RegsosekList(shop, PEOPLE, MEMBERS, "anggota"),
    HELP: lambda shop: RegsosekList(shop, HELP, PROGRAMS, "program"),
}
