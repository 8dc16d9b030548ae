"""The welfare card of Sembako families: the bank's list of cards, and the record a village keeps.

Layouts: `bpnt_village_record` (general guide of the programme, single source); the bank's list is inference.
"""

from datetime import date, timedelta

from hub.simulator.enrolment import Lists
from hub.simulator.forms import (
    FormFile,
    account_number,
    address,
    card_number,
    desk,
    kabupaten,
    listed,
    scrambled,
)
from hub.simulator.payrolls import area_texts
from hub.simulator.plan import words
from hub.simulator.village import Village
from hub.simulator.workshop import Workshop

CARD_HEADS = words(
    "NO KKS|NIK PENGURUS|NAMA PENGURUS|NO KK|BANK|NO REKENING|STATUS KARTU|TANGGAL TERBIT|ALAMAT|"
    "DESA|KECAMATAN|KABUPATEN"
)
RECORD_HEADS = words(
    "no KKS|no rekening|status BPNT|nama pengurus|ID BDT KPM|ID pengurus|No KK|NIK pengurus|tempat lahir|tanggal lahir|"
    "nama gadis ibu kandung|no peserta PKH|status PKH|nama kepala keluarga|nama ART|alamat|kode wilayah"
)
FIRST_CARD = date(2017, 2, 1)


class Cards:
    """The bank's list: a card a family; a few are blocked, and new ones wait for their holder."""

    def __init__(self, shop: Workshop) -> None:
        name = f"kks_{shop.kecamatan.file_code}.csv"
        self._shop, self._file = shop, FormFile(shop, "kks", CARD_HEADS, {1: name, 2: name})

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa: a card stays when its holder leaves Sembako."""
        at = desk(self._shop, village, "kks")
        people = sorted(set(lists.bpnt.people))
        entered = {person: lists.bpnt.months[i] for i, person in enumerate(lists.bpnt.people)}
        entries = listed(people)
        for i, person in enumerate(people):
            entries.months[i] = 2 if entered[person] == 2 else 3
        written = at.write(entries)
        bank = "BRI" if village.kecamatan.position % 4 else "BNI"

        def cells(i: int, month: int) -> tuple[str, ...]:
            person = entries.people[i]
            luck = scrambled(village, person) % 1000
            new = entered[person] == 2
            state = "BELUM AKTIVASI" if new else "BLOKIR" if luck < 12 + 4 * month else "AKTIF"
            issued = self._shop.plan.base_date if new else FIRST_CARD + timedelta(days=luck * 3)
            desa, district, _odd = area_texts(village, written.area[i])
            who = (card_number(village, person), written.nik[i], written.name[i], written.kk[i], bank)
            street = address(village, person)[0]
            at_home = (street, desa, district, kabupaten(village)[1])
            return (*who, account_number(village, person), state, issued.isoformat(), *at_home)

        self._file.add(village, entries, written, cells)


class Records:
    """The record of a village: one desa in three sends one, a file a month."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    def add(self, village: Village, lists: Lists) -> None:
        """The rows of one desa."""
        if village.desa.number % 3 and not village.desa.hard:
            return
        code = village.desa.code.replace(".", "")
        plan, people = self._shop.plan, village.people
        names = {month: f"bpnt_village_{code}_{plan.extract_date(month):%Y%m}.csv" for month in (1, 2)}
        at, file = (
            desk(self._shop, village, "bpnt_village"),
            FormFile(self._shop, "bpnt_village", RECORD_HEADS, names),
        )
        entries = listed([])
        for person, months in zip(lists.bpnt.people, lists.bpnt.months, strict=True):
            entries.add(person, months)
        written = at.write(entries)
        in_pkh = {int(village.first.family[person]) for person in lists.pkh.people}
        place = village.area.name.upper().removeprefix("KABUPATEN ").removeprefix("KOTA ")

        def cells(i: int, _: int) -> tuple[str, ...]:
            person = entries.people[i]
            home = int(village.first.family[person])
            year, month, day = written.birth[i].split("-")
            ruta = f"{village.desa.bps_code or code}{home % 100_000_000:08d}"
            aided = home in in_pkh
            card = (card_number(village, person), account_number(village, person), "AKTIF", written.name[i])
            who = (written.kk[i], written.nik[i], place, f"{day}-{month}-{year}", people.mother[person])
            pkh = (f"{code}{home % 10_000:04d}", "AKTIF") if aided else ("", "TIDAK")
            return (
                *card,
                ruta,
                f"{ruta}01",
                *who,
                *pkh,
                "",
                "",
                address(village, person)[0],
                village.desa.code,
            )

        file.add(village, entries, written, cells)


ISSUERS = {"kks": Cards, "bpnt_village": Records}
