import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from hub.simulator import Credentials, RegistryServer
from hub.simulator.dukcapil import dotted, likeness
from tests.simulator.conftest import Generated

DEMO = Credentials(quota=400)
BODY = {"user_id": DEMO.user, "password": DEMO.password, "IP_USER": DEMO.ip}
PATH = f"/dukcapil/get_json/{DEMO.agency}/{DEMO.user}"
NOBODY = "3320011705909999"


@pytest.fixture(scope="module")
def client(hamlet: Generated) -> Iterator[httpx.Client]:
    with (
        RegistryServer(hamlet.directory, DEMO) as server,
        httpx.Client(base_url=server.url, trust_env=False, timeout=30) as each,
    ):
        yield each


def call(client: httpx.Client, body: dict[str, Any], path: str = f"{PATH}/CALL_NIK") -> dict[str, Any]:
    answer = client.post(path, json=body)
    assert answer.status_code == 200
    envelope: dict[str, Any] = answer.json()
    return envelope


def respon(envelope: dict[str, Any]) -> str:
    content = envelope["content"]
    first = content if isinstance(content, dict) else content[0]
    return str(first["RESPON"]).lower()


@pytest.mark.parametrize(
    ("body", "path", "text"),
    [
        ({**BODY, "NIK": NOBODY}, "CALL_NIK", "data tidak ditemukan"),
        ({**BODY, "NIK": NOBODY, "password": "x"}, "CALL_NIK", "login gagal"),
        ({**BODY, "NIK": NOBODY, "IP_USER": "10.0.0.9"}, "CALL_NIK", "tidak sesuai"),
        ({"NIK": NOBODY, "user_id": DEMO.user}, "CALL_NIK", "user, password dan ip tidak boleh kosong"),
        (BODY, "call_nik", "parameter tidak lengkap / tidak valid"),
        ({**BODY, "NIK": "12"}, "call_nik", "parameter tidak lengkap / tidak valid"),
    ],
    ids=["unknown", "password", "ip", "empty", "no-nik", "short"],
)
def test_errors_come_as_answers_of_200(
    client: httpx.Client, body: dict[str, Any], path: str, text: str
) -> None:
    assert text in respon(call(client, body, f"{PATH}/{path}"))


def test_an_agency_or_user_of_another_path_is_inactive(client: httpx.Client) -> None:
    body = {**BODY, "NIK": NOBODY}
    assert respon(call(client, body, "/dukcapil/get_json/99-99/demo/CALL_NIK")) == "instansi tidak aktif"
    assert (
        respon(call(client, body, f"/dukcapil/get_json/{DEMO.agency}/other/CALL_NIK"))
        == "user id tidak aktif"
    )


def test_the_register_is_found_by_number_with_labels(client: httpx.Client, hamlet: Generated) -> None:
    numbers, left = 0, []
    for row in hamlet.dump(1)[::25]:
        envelope = call(
            client, {"nik": row["NIK"], "userId": DEMO.user, "password": DEMO.password, "ip_address": DEMO.ip}
        )
        person = envelope["content"][0]
        assert str(person["NIK"]) == row["NIK"]
        assert person["NAMA_LGKP"] == row["NAMA_LGKP"]
        assert person["JENIS_KLMIN"] in ("LAKI-LAKI", "PEREMPUAN")
        assert person["NO_PROP"] == 33
        assert "FOTO" not in person
        left.append(envelope["quotaLimiter"])
        numbers += isinstance(person["NIK"], int)
    assert numbers > 0
    assert left == list(range(left[0], left[0] - len(left), -1))


def test_people_living_elsewhere_are_found_too(client: httpx.Client, hamlet: Generated) -> None:
    line = (hamlet.directory / "month1" / "elsewhere.csv").read_text(encoding="utf-8").splitlines()[0]
    envelope = call(client, {**BODY, "NIK": line.split(";")[0]})
    assert envelope["content"][0]["NAMA_LGKP"] == line.split(";")[5]


def test_verification_tells_codes_and_scores_and_no_values(client: httpx.Client, hamlet: Generated) -> None:
    rows = hamlet.dump(1)
    count = Counter(row["NIK"] for row in rows)
    alive = next(row for row in rows if row["STAT_HIDUP"] == "1" and count[row["NIK"]] == 1)
    dead = next(row for row in rows if row["STAT_HIDUP"] == "2" and count[row["NIK"]] == 1)
    year, month, day = alive["TGL_LHR"].split("-")
    claim = {
        **BODY,
        "NIK": alive["NIK"],
        "NAMA_LGKP": alive["NAMA_LGKP"],
        "TGL_LHR": f"{day}-{month}-{year}",
        "NO_KEC": int(alive["NO_KEC"]) + 1,
        "NAMA_LGKP_IBU": "QQQ",
        "TRESHOLD": 90,
    }
    verdict = call(client, claim, f"{PATH}/CALL_VERIFY")["content"][0]
    assert verdict == {
        "NIK": "Sesuai",
        "TGL_LHR": "Sesuai",
        "NO_KEC": "Tidak Sesuai",
        "NAMA_LGKP": "Sesuai (100)",
        "NAMA_LGKP_IBU": verdict["NAMA_LGKP_IBU"],
        "RESPONSE_CODE": "00",
    }
    assert re.fullmatch(r"Tidak Sesuai \(\d+\)", verdict["NAMA_LGKP_IBU"])
    for nik, code in ((dead["NIK"], "11"), (NOBODY, "13"), ("0123", "15")):
        answer = call(client, {**BODY, "NIK": nik, "TRESHOLD": 90}, f"{PATH}/CALL_VERIFY")
        assert answer["content"][0]["RESPONSE_CODE"] == code


def test_a_number_of_two_people_is_told_as_doubled(client: httpx.Client, hamlet: Generated) -> None:
    count = Counter(row["NIK"] for row in hamlet.dump(1))
    doubled = next(nik for nik, rows in count.items() if rows == 2)
    assert len(call(client, {**BODY, "NIK": doubled})["content"]) == 2
    answer = call(client, {**BODY, "NIK": doubled}, f"{PATH}/CALL_VERIFY")
    assert answer["content"][0]["RESPONSE_CODE"] == "12"


def test_the_quota_counts_down_and_a_new_month_fills_it(hamlet: Generated) -> None:
    small = Credentials(quota=3)
    with (
        RegistryServer(hamlet.directory, small) as server,
        httpx.Client(base_url=server.url, trust_env=False) as client,
    ):
        left = [call(client, {**BODY, "NIK": NOBODY})["quotaLimiter"] for _ in range(3)]
        assert left == [2, 1, 0]
        assert respon(call(client, {**BODY, "NIK": NOBODY})) == "kuota akses hari ini telah habis"
        server.month(2)
        assert respon(call(client, {**BODY, "NIK": NOBODY})) == "data tidak ditemukan"


def test_area_numbers_make_the_dotted_code() -> None:
    assert dotted(["33", "20", "1", "2001"]) == "33.20.01.2001"


def test_likeness_ignores_case_and_is_full_for_equal_texts() -> None:
    assert likeness("siti aminah", "SITI AMINAH") == 100
    assert likeness("SITI AMINAH", "SUTRISNO") < 50
