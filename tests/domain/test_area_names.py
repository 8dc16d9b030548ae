import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.area_names import area_name_key
from hub.domain.wilayah import Level


@pytest.mark.parametrize(
    ("text", "level", "key"),
    [
        ("Kec. Mlonggo", Level.KECAMATAN, "MLONGGO"),
        ("KECAMATAN  mlonggo", Level.KECAMATAN, "MLONGGO"),
        ("KAB. JEPARA", Level.KABUPATEN, "JEPARA"),
        ("Kabupaten Adm. Kep. Seribu", Level.KABUPATEN, "KEPULAUAN SERIBU"),
        ("Kota Administrasi Jakarta Pusat", Level.KABUPATEN, "KOTA JAKARTA PUSAT"),
        ("KOTA ADM. JAKARTA PUSAT", Level.KABUPATEN, "KOTA JAKARTA PUSAT"),
        ("KOTAMADYA BANDUNG", Level.KABUPATEN, "KOTA BANDUNG"),
        ("Kota Baru", Level.DESA, "KOTA BARU"),
        ("Desa Ma'u", Level.DESA, "MAU"),
        ("Ladang Tuha II", Level.DESA, "LADANG TUHA 2"),
        ("Prov. D.I. Yogyakarta", Level.PROVINCE, "DAERAH ISTIMEWA YOGYAKARTA"),
        ("DI YOGYAKARTA", Level.PROVINCE, "DAERAH ISTIMEWA YOGYAKARTA"),
    ],
)
def test_writings_of_one_area_share_a_key(text: str, level: Level, key: str) -> None:
    assert area_name_key(text, level) == key


def test_kota_and_kabupaten_of_one_name_stay_apart() -> None:
    assert area_name_key("Kota Bandung", Level.KABUPATEN) != area_name_key("Kab. Bandung", Level.KABUPATEN)


@given(st.text(), st.sampled_from(Level))
def test_any_text_has_a_plain_key(text: str, level: Level) -> None:
    key = area_name_key(text, level)
    assert key == " ".join(key.split())
    assert key.isascii()
