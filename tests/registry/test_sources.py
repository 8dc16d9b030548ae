from pathlib import Path

import pytest

from hub.domain.wilayah import System
from hub.errors import FatalError
from hub.registry.sources import load_sources, load_survivorship

SOURCE = """
number = {number}
title_id = "Daftar"
title_en = "List"
owner = "Dinas Sosial"
family = "program"
address = "http://127.0.0.1:9/files"
transport = "http_files"
rank = {rank}
schedule = "monthly"
full_list = true
legal_basis = "UU 13/2011"
area_system = "kemendagri"

[auth]
kind = "basic"
user_env = "HUB_LIST_USER"
password_env = "HUB_LIST_PASSWORD"
"""


def declared(directory: Path, name: str, text: str = SOURCE, number: int = 1, rank: int = 1) -> None:
    (directory / f"{name}.toml").write_text(text.format(number=number, rank=rank), encoding="utf-8")


def test_sources_come_in_the_order_of_their_rank_under_their_file_names(tmp_path: Path) -> None:
    declared(tmp_path, "late", number=1, rank=9)
    declared(tmp_path, "early", number=2, rank=1)
    sources = load_sources(tmp_path)
    assert list(sources) == ["early", "late"]
    assert sources["early"].area_system is System.KEMENDAGRI
    assert sources["early"].limits.concurrency >= 1


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (SOURCE + 'password = "s3cret"\n', "auth.password: is no known key"),
        (SOURCE.replace('password_env = "HUB_LIST_PASSWORD"', ""), "password_env"),
        (SOURCE.replace('"HUB_LIST_PASSWORD"', '"s3cret"'), "auth.password_env"),
        ('name = "other"\n' + SOURCE, "name"),
        (SOURCE.replace('"http_files"', '"ftp"'), "transport"),
        (SOURCE.replace('"basic"', '"private_key"'), "private_key needs user_env and token_env"),
        (
            SOURCE.replace('"http_files"', '"sftp"').replace('"basic"', '"bearer"')
            + 'token_env = "HUB_LIST_KEY"\n',
            "sftp needs auth.kind basic or private_key",
        ),
        (
            SOURCE.replace('"basic"', '"private_key"') + 'token_env = "HUB_LIST_KEY"\n',
            "private_key is for transport sftp",
        ),
    ],
)
def test_a_faulty_source_is_refused_without_showing_its_values(tmp_path: Path, text: str, part: str) -> None:
    declared(tmp_path, "list", text)
    with pytest.raises(FatalError) as refused:
        load_sources(tmp_path)
    assert part in refused.value.message
    assert "s3cret" not in refused.value.message


def test_a_name_that_is_no_module_and_a_number_used_twice_are_refused(tmp_path: Path) -> None:
    declared(tmp_path, "a")
    declared(tmp_path, "b")
    with pytest.raises(FatalError, match="number stands twice"):
        load_sources(tmp_path)
    declared(tmp_path, "Not-A-Module", number=3)
    with pytest.raises(FatalError, match="lower-case"):
        load_sources(tmp_path)


def test_the_order_of_a_field_ends_with_all_other_sources_by_rank(tmp_path: Path) -> None:
    for number, name in enumerate(("dukcapil", "kip", "pkh"), 1):
        declared(tmp_path, name, number=number, rank=number)
    sources = load_sources(tmp_path)
    path = tmp_path / "survivorship.txt"
    path.write_text('default = ["dukcapil"]\n[fields]\naddress = ["pkh"]\n', encoding="utf-8")
    table = load_survivorship(path, sources)
    assert table.order("address", sources) == ("pkh", "dukcapil", "kip")
    assert table.order("name", sources) == ("dukcapil", "kip", "pkh")
    path.write_text('default = ["bpjs"]\n', encoding="utf-8")
    with pytest.raises(FatalError, match="bpjs"):
        load_survivorship(path, sources)
