"""The quality of linkage as one page of HTML: bars as inline SVG, each with its table; nothing is loaded."""

from collections.abc import Mapping
from html import escape
from typing import Any

STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;margin:.5rem 0 1.5rem}td,th{padding:.15rem .8rem .15rem 0;text-align:left}
td+td,th+th{text-align:right}svg{max-width:100%;height:auto}rect{fill:#1f5f8b}text{font:12px system-ui,sans-serif}
"""
WIDTH, ROW, LABEL = 760, 20, 230


def page(report: Mapping[str, Any], title: str = "Identity: quality of linkage") -> str:
    """The page of a report, a chart and its table a section."""
    sections = []
    for name, counts in report["stages"].items():
        if name == "match_weights":
            sections += [
                _section(f"Match weight (log2 of the odds), {kind}", bars, "from")
                for kind, bars in counts.items()
            ]
        else:
            sections.append(_section(name.replace("_", " ").capitalize(), counts, "what"))
    sections += _truth(report.get("truth") or {})
    body = "".join(sections)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"<p>Model {escape(str(report['model']))}, {escape(str(report['at']))}</p>{body}</body></html>"
    )


def _section(title: str, counts: Mapping[Any, int], head: str) -> str:
    if not counts:
        return f"<h2>{escape(title)}</h2><p>None.</p>"
    return f"<h2>{escape(title)}</h2>{bars(title, counts)}{_table((head, 'count'), list(counts.items()))}"


def bars(title: str, counts: Mapping[Any, int]) -> str:
    """A bar for each count, the longest as wide as the chart."""
    most = max(counts.values()) or 1
    rows = []
    for number, (name, count) in enumerate(counts.items()):
        length, top = (WIDTH - LABEL - 90) * count / most, number * ROW
        rows.append(
            f'<text x="{LABEL - 8}" y="{top + 14}" text-anchor="end">{escape(str(name))}</text>'
            f'<rect x="{LABEL}" y="{top + 3}" width="{length:.1f}" height="{ROW - 6}"/>'
            f'<text x="{LABEL + length + 6:.1f}" y="{top + 14}">{count:,}</text>'
        )
    drawn = "".join(rows)
    return (
        f'<svg role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {len(counts) * ROW}"'
        f' width="{WIDTH}">{drawn}</svg>'
    )


def _truth(told: Mapping[str, Any]) -> list[str]:
    made = []
    for stage in ("now", "with_links"):
        if stage in told:
            names = ("precision", "recall", "true_pairs", "made_pairs", "false_pairs")
            rows = [
                (scope, *(_figure(found[name]) for name in names)) for scope, found in told[stage].items()
            ]
            made.append(
                f"<h2>Against the truth, {escape(stage.replace('_', ' '))}</h2>{_table(('pairs', *names), rows)}"
            )
    if kinds := told.get("recall_by_defect"):
        rows = [(kind, each["rows"], each["found"], _figure(each["recall"])) for kind, each in kinds.items()]
        table = _table(("defect", "rows", "found", "recall"), rows)
        made.append(f"<h2>Recall by kind of defect</h2>{table}")
    return made


def _figure(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.5f}" if isinstance(value, float) else f"{value:,}"


def _table(columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{lines}</table>"
