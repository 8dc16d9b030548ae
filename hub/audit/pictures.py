"""Pictures of combinations as SVG: an UpSet plot of which come together, and a map of where.

UpSet: Lex et al., UpSet: Visualization of Intersecting Sets, IEEE TVCG 20 (2014): a column a combination, a bar over it
for how many carry exactly it, dots for what is in it, and bars on the left for how many carry each code at all.
"""

import gzip
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

INK, PALE, BLUE = "#222222", "#dddddd", "#2b6cb0"
SHADES = ("#eff3ff", "#bdd7e7", "#6baed6", "#3182bd", "#08519c")
"""From few to many; five classes of as many areas each (ColorBrewer Blues, Apache 2.0)."""
MOST = 40
"""Columns of an UpSet picture; what is left out is told in its title."""
COLUMN, ROW, TALL, LEFT, TOP = 22, 22, 220, 300, 60
Point = Sequence[float]


def upset(cells: Iterable[Mapping[str, Any]], title: str) -> str:
    """Persons by combination.

    Args:
        cells: With `codes` and `persons`.
        title: Over the picture.
    """
    counted: Counter[tuple[str, ...]] = Counter()
    for cell in cells:
        counted[tuple(cell["codes"])] += cell["persons"]
    ranked = sorted(
        ((codes, many) for codes, many in counted.items() if many), key=lambda one: (-one[1], one[0])
    )
    shown, left_out = ranked[:MOST], ranked[MOST:]
    if left_out:
        title += f" ({len(left_out)} gabungan lain, {_number(sum(many for _, many in left_out))} orang)"
    totals: Counter[str] = Counter()
    for codes, many in ranked:
        totals.update(dict.fromkeys(codes, many))
    rows = sorted(totals, key=lambda code: (-totals[code], code))
    parts = [*_columns(shown, rows), *_rows(rows, totals)]
    width, height = LEFT + COLUMN * len(shown) + 40, TOP + TALL + ROW * len(rows) + 40
    return _svg(width, height, title, parts)


def _columns(shown: Sequence[tuple[tuple[str, ...], int]], rows: Sequence[str]) -> list[str]:
    """A bar over each combination, with its dots and the line that joins them."""
    most, parts = max((many for _, many in shown), default=1), []
    for at, (codes, many) in enumerate(shown):
        x, tall = LEFT + COLUMN * at + COLUMN / 2, max(1.0, (TALL - 40) * many / most)
        top = TOP + TALL - tall - 8
        parts.append(_box(x - 7, top, 14, tall, BLUE))
        turned = f'transform="rotate(-60 {x + 3:.1f} {top - 4:.1f})"'
        parts.append(_text(x + 3, top - 4, _number(many), turned + ' font-size="10"'))
        held = [_middle(rows.index(code)) for code in codes]
        for row in range(len(rows)):
            y = _middle(row)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{INK if y in held else PALE}"/>')
        if len(held) > 1:
            joined = f'y1="{min(held):.1f}" y2="{max(held):.1f}"'
            parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" {joined} stroke="{INK}" stroke-width="2"/>')
    return parts


def _rows(rows: Sequence[str], totals: Mapping[str, int]) -> list[str]:
    """A bar of how many carry each code at all, with its name."""
    most, parts = max(totals.values(), default=1), []
    for at, code in enumerate(rows):
        y, wide = _middle(at), 90 * totals[code] / most
        parts.append(_box(100 - wide, y - 6, wide, 12, BLUE))
        parts.append(_text(96 - wide, y + 4, _number(totals[code]), 'text-anchor="end" font-size="10"'))
        parts.append(_text(108, y + 4, code))
    return parts


def _middle(row: int) -> float:
    return TOP + TALL + ROW * row + ROW / 2


def outlines(path: Path, areas: Iterable[str]) -> dict[str, list[list[Point]]]:
    """The rings of some areas by code, longitude and latitude; areas without an outline are left out.

    Args:
        path: GeoJSON, gzip; outlines are indicative and decide nobody's area.
        areas: Kemendagri codes.
    """
    wanted = set(areas)
    with gzip.open(path) as file:
        features = json.load(file)["features"]
    return {
        one["properties"]["code"]: _rings(one["geometry"])
        for one in features
        if one["properties"]["code"] in wanted
    }


def _rings(geometry: Mapping[str, Any]) -> list[list[Point]]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [ring for polygon in polygons for ring in polygon]


def choropleth(values: Mapping[str, int], places: Mapping[str, list[list[Point]]], title: str) -> str:
    """A map of how many in each area.

    Args:
        values: By code of the area; one that is not named has none.
        places: Rings by code.
        title: Over the picture.
    """
    points = [point for rings in places.values() for ring in rings for point in ring]
    if not points:
        return _svg(400, 120, title, [_text(20, 90, "Tidak ada batas wilayah untuk daerah ini.")])
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    # A degree of longitude is as long as one of latitude times the cosine of it.
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = 640 / max((east - west) * squeeze, north - south, 1e-9)
    bounds, parts = _classes(list(values.values())), []
    for code, rings in sorted(places.items()):
        drawn = " ".join(
            "M"
            + "L".join(
                f"{20 + (x - west) * squeeze * scale:.1f} {TOP + (north - y) * scale:.1f}" for x, y in ring
            )
            + "Z"
            for ring in rings
        )
        shade, told = _shade(values.get(code, 0), bounds), f"{escape(code)}: {_number(values.get(code, 0))}"
        style = f'fill="{shade}" fill-rule="evenodd" stroke="#666666" stroke-width="0.5"'
        parts.append(f'<path d="{drawn}" {style}><title>{told}</title></path>')
    width, tall = (east - west) * squeeze * scale, (north - south) * scale
    return _svg(width + 220, max(tall, 140) + TOP + 20, title, [*parts, *_legend(width + 50, bounds)])


def _classes(values: Sequence[int]) -> list[int]:
    """The least value of each class: as many areas in each, fewer classes where values are few."""
    known = sorted(value for value in values if value > 0)
    return sorted({known[len(known) * at // len(SHADES)] for at in range(len(SHADES))}) if known else []


def _shade(value: int, bounds: Sequence[int]) -> str:
    at = sum(value >= bound for bound in bounds)
    return SHADES[at - 1 + len(SHADES) - len(bounds)] if at else "#ffffff"


def _legend(x: float, bounds: Sequence[int]) -> list[str]:
    parts = [_box(x, TOP, 16, 16, "#ffffff"), _text(x + 24, TOP + 13, "0")]
    for at, bound in enumerate(bounds):
        y = TOP + 22 * (at + 1)
        until = f"–{_number(bounds[at + 1] - 1)}" if at + 1 < len(bounds) else " atau lebih"
        parts += [_box(x, y, 16, 16, _shade(bound, bounds)), _text(x + 24, y + 13, _number(bound) + until)]
    return parts


def _number(value: int) -> str:
    """With points between thousands, as Indonesian writes them."""
    return f"{value:,}".replace(",", ".")


def _box(x: float, y: float, wide: float, tall: float, fill: str) -> str:
    size = f'width="{wide:.1f}" height="{tall:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}" stroke="#666666" stroke-width="0.3"/>'


def _text(x: float, y: float, said: str, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(said)}</text>'


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    box = f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}"'
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="sans-serif" font-size="12" fill="{INK}">'
    )
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", ground,
                      _text(20, 28, title, 'font-size="15" font-weight="bold"'), *parts, "</svg>"])  # fmt: skip
