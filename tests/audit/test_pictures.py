"""Pictures of combinations: drawn from the counts alone, well-formed whatever the names, and true to the order."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from hub.audit.pictures import MOST, choropleth, outlines, upset
from hub.cli.matrix import _drawn
from hub.settings import default_config_dir

SVG = "{http://www.w3.org/2000/svg}"
SQUARE: list[list[Sequence[float]]] = [
    [(110.0, -7.0), (111.0, -7.0), (111.0, -6.0), (110.0, -6.0), (110.0, -7.0)]
]
CELLS = [
    {"codes": ["BPNT", "PKH"], "persons": 1200},
    {"codes": ["PKH"], "persons": 300},
    {"codes": ["BPNT", "PKH"], "persons": 34},
    {"codes": ["KIP"], "persons": 0},
]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  # it is our own


def words(svg: str) -> list[str]:
    return [one.text or "" for one in parsed(svg).iter(f"{SVG}text")]


def test_an_upset_picture_tells_each_combination_and_each_code_once() -> None:
    svg = upset(CELLS, "Program <A> & B")
    assert words(svg) == ["Program <A> & B", "1.234", "300", "1.534", "PKH", "1.234", "BPNT"]
    dots = [one.get("fill") for one in parsed(svg).iter(f"{SVG}circle")]
    assert dots == ["#222222", "#222222", "#222222", "#dddddd"]


def test_what_does_not_fit_is_told_in_the_title() -> None:
    many = [{"codes": [f"P{number:03d}"], "persons": number + 1} for number in range(MOST + 2)]
    assert words(upset(many, "Judul"))[0] == "Judul (2 gabungan lain, 3 orang)"


@pytest.mark.parametrize("cells", [[], [{"codes": ["PKH"], "persons": 0}]])
def test_nothing_counted_is_a_picture_too(cells: list[dict[str, object]]) -> None:
    assert words(upset(cells, "Kosong")) == ["Kosong"]


def test_a_map_shades_the_areas_by_their_counts() -> None:
    places = dict.fromkeys(("33.01", "33.02", "33.03"), SQUARE)
    svg = choropleth({"33.01": 5, "33.02": 900}, places, "Peta")
    paths = {one[0].text: one.get("fill") for one in parsed(svg).iter(f"{SVG}path")}
    assert paths == {"33.01: 5": "#3182bd", "33.02: 900": "#08519c", "33.03: 0": "#ffffff"}
    assert words(svg) == ["Peta", "0", "5–899", "900 atau lebih"]


def test_a_map_without_outlines_says_so() -> None:
    assert words(choropleth({"33.01": 5}, {}, "Peta")) == [
        "Peta",
        "Tidak ada batas wilayah untuk daerah ini.",
    ]


def test_outlines_are_there_of_each_level() -> None:
    path = default_config_dir() / "reference" / "boundaries.geojson.gz"
    found = outlines(path, ["33.20", "33.20.01", "33.20.01.2001", "33.20.99"])
    assert sorted(found) == ["33.20", "33.20.01", "33.20.01.2001"]
    assert all(len(ring) > 3 for rings in found.values() for ring in rings)


def test_a_png_is_twice_the_size_of_the_drawing() -> None:
    svg = upset(CELLS, "Judul")
    made = _drawn(svg, ".png")
    drawn = parsed(svg)
    assert made.startswith(b"\x89PNG")
    size = [int.from_bytes(made[at : at + 4]) for at in (16, 20)]
    assert size == [2 * int(drawn.get(name, "0")) for name in ("width", "height")]
    assert _drawn(svg, ".svg") == svg.encode()
