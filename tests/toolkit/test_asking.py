"""How the retrieval service is asked, and what of an answer is kept."""

from hub.toolkit.asking import by_kk, by_nik
from tests.toolkit.builders import entry

NIK, KK = "3320014101909001", "3320010101159001"


def test_a_person_is_asked_for_by_nik_and_kept_under_it() -> None:
    asking = by_nik(entry())
    assert (asking.call, asking.body(NIK)) == ("CALL_NIK", {"NIK": NIK})
    assert asking.kept(NIK, {"NAMA_LGKP": "SITI"}) == {"NAMA_LGKP": "SITI", "NIK": NIK}
    assert asking.kept(NIK, {"NIK": "3320014101909002"})["NIK"] == "3320014101909002"


def test_a_family_is_asked_for_as_the_entry_says() -> None:
    asking = by_kk(entry(options={"call": "CALL_KK", "parameter": "nomor_kk"}))
    assert (asking.call, asking.body(KK)) == ("CALL_KK", {"nomor_kk": KK})
    assert asking.kept(KK, {"NIK": NIK}) == {"NIK": NIK, "KK_DITANYA": KK}


def test_a_family_is_asked_for_by_no_kk_unless_the_entry_says_otherwise() -> None:
    assert by_kk(entry()).body(KK) == {"NO_KK": KK}
