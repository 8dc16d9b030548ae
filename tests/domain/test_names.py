import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.name_tables import COMMON_TOKENS, KEY_RULES
from hub.domain.names import agrees, is_slip, keys_agree, match_key, normalise, variants

WORDS = st.sampled_from(
    (
        "SITI", "MUHAMMAD", "AHMAD", "SUTRISNO", "SUTARNI", "SUPARDI", "AMINAH", "NUR", "HAYATI", "HASAN",
        "HUSEIN", "BUDI", "SANTOSO",
        "RINA", "RINI", "KHOLIL", "ABDURRAHMAN", "WAHYU", "FITRIANI", "DWI", "LESTARI",
    )
)  # fmt: skip
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@pytest.mark.parametrize(
    "spellings",
    [
        (
            "MUHAMMAD ALI",
            "Muh. Ali",
            "MOH ALI",
            "Mohd. Ali",
            "MOCHAMAD ALI",
            "M. ALI",
            "H. Muhammad Ali, S.Pd.I",
        ),
        ("AHMAD YUSUF", "Achmad Jusuf", "AKHMAD JOESOEF", "AHMAD YUSUP"),
        ("ABDUL RAHMAN", "Abd. Rohman", "ABDUR RAHMAN", "ABDURRAHMAN", "Abdoel Rachman"),
        ("SITI AMINAH", "St. Aminah", "SITTI AMINA", "HJ. SITI AMINAH", "SITI\u00a0 AMINAH"),
        ("SUHARTO", "Soeharto", "DRS. H. SOEHARTO"),
        ("JOKO CAHYONO", "Djoko Tjahyono"),
        ("SYAIFUL ARIF", "SAIFUL ARIP", "Saeful Ariff"),
        ("NUR AINI", "Nur 'Aini", "NOER A\u2019INI"),
        (
            "BUDI SANTOSO",
            "Budi Santoso, S.E., M.M.",
            "BUDI SANTOSO SE",
            "Ir. BUDI SANTOSO",
            "BUDI SANTOSO (ALM)",
        ),
        ("RAMADAN", "RAMADHAN", "RAMADLAN"),
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_of_one_name_share_a_key(spellings: tuple[str, ...]) -> None:
    assert len({match_key(one) for one in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NURHAYATI", "NUR HAYATI"),
        ("SUTRISNO", "AHMAD SUTRISNO"),
        ("A. SUTRISNO", "AHMAD SUTRISNO"),
        ("BUDI SANTOSO", "BUDI S"),
        ("AMINAH SITI", "SITI AMINAH"),
        ("KARTINAH", "KATRINAH"),
        ("BUDI HERMAWAN", "BUDI HERNAWAN"),
        ("SUMIYATI", "SUMIATI"),
        ("SUTRISNO ALIAS TRISNO", "TRISNO"),
        ("WAHYU/SUPRIYANTO", "SUPRIYANTO"),
        ("MUHAMMAD ABDURRAHMAN WAHID HASYI", "MUHAMMAD ABDURRAHMAN WAHID HASYIM ASYARI"),
        ("HASAN BIN ALI", "HASAN"),
    ],
)
def test_one_person_under_two_writings_agrees(one: str, other: str) -> None:
    assert agrees(one, other)
    assert agrees(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SITI AMINAH", "SUTRISNO"),
        ("SITI", "SITI AMINAH"),
        ("NUR", "NUR HAYATI"),
        ("MUHAMMAD", "MUHAMMAD HASAN"),
        ("HASAN", "HUSEIN"),
        ("HASAN", "HASANAH"),
        ("RINA", "RINI"),
        ("SUTARNO", "SUTARNI"),
        ("SUPARDI", "SUPARTI"),
        ("SUGIYONO", "SUGISONO"),
        ("NY. SUTRISNO", "SUTRISNO"),
        ("HASAN ALI", "ALI"),
        ("RINA PUTRI LESTARI", "RINI PUTRI LESTARI"),
        ("AHMAD HASAN", "AHMAD HUSEIN"),
        ("SITI AMINAH", "SITI AISYAH"),
        ("DEWI SARTIKA", "DEWI KARTIKA"),
        ("FADIL AKBAR", "FADLI AKBAR"),
        ("", ""),
        ("", "SITI"),
        ("...", "---"),
    ],
)
def test_spouses_siblings_twins_and_blanks_do_not_agree(one: str, other: str) -> None:
    assert not agrees(one, other)
    assert not agrees(other, one)


@given(NAMES, NAMES)
def test_agreement_is_symmetric(one: str, other: str) -> None:
    assert agrees(one, other) == agrees(other, one)


@given(NAMES)
def test_a_name_agrees_with_itself_in_any_case_and_spacing(name: str) -> None:
    assert agrees(name, f"  {name.lower().replace(' ', '   ')} ")


@given(st.text())
def test_any_text_has_a_plain_key(text: str) -> None:
    key = match_key(text)
    assert all("A" <= sign <= "Z" or sign == " " for sign in key)
    assert key == key.strip()
    assert "  " not in key
    assert normalise(normalise(text)) == normalise(text)
    assert all(match_key(variant) for variant in variants(text))


def test_a_key_keeps_something_of_a_name_that_looks_like_a_title() -> None:
    assert match_key("SE") == "SE"
    assert match_key("HJ") == "HJ"
    assert variants("HJ") == ("HJ",)


def test_aliases_and_brackets_are_variants() -> None:
    assert variants("Sutrisno alias Trisno (Pak Tris)") == ("SUTRISNO", "TRISNO", "PAK TRIS")
    assert variants(None) == ()


def test_common_tokens_are_written_as_keys_write_them() -> None:
    assert all(match_key(f"BUDI {token}") == f"BUDI {token}" for token in COMMON_TOKENS)


def test_rules_use_only_what_every_engine_reads_alike() -> None:
    for pattern, replacement in KEY_RULES:
        assert not any(part in pattern for part in ("(?=", "(?!", "(?<", "\\b", "\\w", "\\s", "\\1")), pattern
        assert "$" not in replacement
        assert "\\" not in replacement


def test_a_slip_spares_the_first_letter_and_the_ending() -> None:
    assert is_slip("SUTRISNO", "SUTRINSO", any_slip=False, shortest=7) is False
    assert is_slip("SULASTRI", "SULATSRI", any_slip=False, shortest=7)
    assert is_slip("KARTIKA", "SARTIKA", any_slip=True, shortest=5) is False
    assert keys_agree("BUDI HERMAWAN", "BUDI HERNAWAN")
