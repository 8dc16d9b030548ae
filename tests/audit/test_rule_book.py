"""Every rule of the configuration passes its own cases, beside a hub that holds other people."""

import csv
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from hub.audit.editions import rules_of
from hub.audit.trying import try_rule
from hub.registry.rules import load_rules
from hub.settings import default_config_dir
from tests.conftest import wait_for
from tests.sync_builders import Hub, loaded, new_hub

__all__ = ["loaded"]

CONFIG = default_config_dir()
#: The flags that auditors publish, by what looks for them here; a row without a name is refused when it comes.
FLAGS = {
    "MENINGGAL": "after_death",
    "ASN_TNI_POLRI": "asn_tni_polri",
    "GURU_SERTIFIKASI": "certified_teacher",
    "UPAH_DI_ATAS_UMK": "wage_above_minimum",
    "PEMILIK_USAHA_AHU": "company_officer",
    "APARAT_DESA": "village_official",
    "LISTRIK_NONSUBSIDI": "electricity_meter",
    "KENDARAAN_RODA_4": "vehicle",
    "NIK_TIDAK_PADAN": "nik_not_matched",
    "NIK_GANDA": "same_nik",
    "KK_TIDAK_VALID": "kk_unusable",
    "NAMA_KOSONG": None,
    "SATU_KK_GANDA": "family_twice",
    "DESIL_DI_ATAS_BATAS": "desil_above_limit",
    "PINDAH": "moved_or_inactive",
    "ACCOUNT_GAGAL": "account_failed",
}
COUNT = text("select count(*) from person_state")
RULES = load_rules(CONFIG / "rules", CONFIG / "programs")


@pytest.fixture(scope="module")
def hub(loaded: Hub) -> Iterator[Hub]:
    with new_hub(loaded) as made:
        yield made


@pytest.mark.parametrize("code", RULES)
def test_a_rule_finds_what_its_own_cases_say_and_nothing_else(hub: Hub, code: str) -> None:
    async def tried() -> list[tuple[str, str]]:
        async with hub.database.connect() as connection:
            told = await try_rule(connection, CONFIG, rules_of(CONFIG, [code])[code])
            assert (await connection.scalar(COUNT)) == 0
            return [(each.name, each.wrong) for each in told]

    told = wait_for(tried())
    assert [each for each in told if each[1]] == []
    assert len(told) == len(RULES[code].cases)


def test_every_flag_that_auditors_publish_has_a_rule() -> None:
    with (CONFIG / "reference" / "codes.csv").open(encoding="utf-8", newline="") as lines:
        flags = {row[1] for row in csv.reader(lines) if row[0] == "flag"}
    assert flags == FLAGS.keys()
    assert {rule for rule in FLAGS.values() if rule} <= RULES.keys()
