"""From a column as received to the parts that are compared and blocked on; SQL that DuckDB and Spark both read.

Every value is text here; an empty one is null. The parts of a comparison `birth` are columns `birth`, `birth_year`, ...
"""

from collections.abc import Sequence
from typing import Final

from hub.domain.name_tables import BARE_RULES, DISPLAY_RULES, KEY_STEPS, Rules
from hub.identity.linkage.model import Compared, Model

#: Parts by kind beside the whole: name of the part and its expression over the whole `{c}`.
PARTS: Final[dict[str, dict[str, str]]] = {
    "name": {
        "sorted": "array_to_string(list_sort(string_split({k}, ' ')), ' ')",
        "spaced": "{k}",
        "head": "substr({k}, 1, 5)",
        "tail": "substr({c}, greatest(length({c}) - 4, 1))",
        "sound": "substr(regexp_replace({c}, '[AEIOUHWY]', '', 'g'), 1, 5)",
    },
    "text": {"head": "substr({c}, 1, 4)", "tail": "substr({c}, greatest(length({c}) - 3, 1))"},
    "date": {
        "year": "substr({c}, 1, 4)",
        "month": "substr({c}, 5, 2)",
        "day": "substr({c}, 7, 2)",
        "rest": "substr({c}, 5, 4)",
    },
    "code": {},
    "digits": {"head": "substr({c}, 1, 12)"},
    "number": {
        "head": "substr({c}, 1, 15)",
        "born": "substr({c}, 1, 12)",
        "ends": "substr({c}, 1, 6) || substr({c}, 13, 4)",
    },
    "area": {},
}

_DATES = ("%Y-%m-%d", "%Y%m%d", "%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S")


def _replaced(text: str, rules: Rules) -> str:
    """Nested replacements; RE2 writes code points otherwise than `re`."""
    for pattern, replacement in rules:
        told = _re2(pattern)
        text = f"regexp_replace({text}, '{told}', '{replacement}', 'g')"
    return text


def _re2(pattern: str) -> str:
    parts = pattern.split("\\u")
    wide = parts[0] + "".join(f"\\x{{{part[:4]}}}{part[4:]}" for part in parts[1:])
    return wide.replace("'", "''")


def _clean(column: str) -> str:
    return f"nullif(trim(cast({column} as varchar)), '')"


def _date(text: str) -> str:
    """Eight digits where the text is a date or looks like one; a date that cannot be keeps its digits."""
    tried = ", ".join(f"'{form}'" for form in _DATES)
    read = f"strftime(try_strptime({text}, [{tried}]), '%Y%m%d')"
    digits = f"regexp_replace({text}, '[^0-9]', '', 'g')"
    return f"coalesce({read}, case when length({digits}) = 8 then {digits} end)"


WHOLE: Final[dict[str, str]] = {
    "text": "nullif(regexp_replace(lower({t}), '[^a-z0-9]+', ' ', 'g'), ' ')",
    "code": "upper({t})",
    "digits": "nullif(regexp_replace(regexp_replace({t}, '[.]0+$', ''), '[^0-9A-Za-z]', '', 'g'), '')",
    "number": "nullif(regexp_replace(regexp_replace({t}, '[.]0+$', ''), '[^0-9]', '', 'g'), '')",
    "area": "nullif(regexp_replace({t}, '[^0-9]', '', 'g'), '')",
}


def column_of(each: Compared) -> str:
    """The quoted column of the frame that a comparison reads."""
    return '"' + (each.column or each.name).replace('"', '""') + '"'


def keyed(source: str, column: str, target: str) -> list[str]:
    """Statements that make `target` (text, key): the match key of every distinct name of a column.

    The same rules as `hub.domain.names.match_key`; each distinct name is worked out once.
    """
    shown = f"trim({_replaced(f'upper({column})', DISPLAY_RULES)}, ' ')"
    texts = f"select distinct {column} as text, {shown} as shown, {shown} as key from {source}"
    made = [f"create or replace temp table {target} as {texts} where {_clean(column)} is not null"]
    for step in KEY_STEPS:
        found = "|".join(f"(?:{_re2(pattern)})" for pattern, _ in step)
        made.append(
            f"create or replace temp table {target} as select text, shown, case when regexp_matches(key, '{found}')"
            f" then {_replaced('key', step)} else key end as key from {target}"
        )
    bare = _replaced("shown", BARE_RULES)
    made.append(
        f"create or replace temp table {target} as select text, nullif(case when key = '' then {bare} else key end, '')"
        f" as key from {target}"
    )
    return made


def prepared(model: Model, source: str, target: str, kept: Sequence[str] = ()) -> list[str]:
    """Statements that make `target`: the id as text and all parts of all comparisons of a frame.

    Args:
        model: Whose comparisons.
        source: Name of the relation of the frame.
        target: Name of the table that is made.
        kept: Further columns to keep as they are.
    """
    statements, joins, columns = [], [], [f'cast("{model.id}" as varchar) as unique_id', *kept]
    outer = ["unique_id", *kept]
    for each in model.compare:
        given = column_of(each)
        if each.kind == "name":
            statements += keyed(source, given, f"key_{each.name}")
            joins.append(f"left join key_{each.name} k_{each.name} on k_{each.name}.text = s.{given}")
            columns += [
                f"k_{each.name}.key as {each.name}_k",
                f"replace(k_{each.name}.key, ' ', '') as {each.name}",
            ]
        else:
            text = _clean(f"s.{given}")
            whole = _date(text) if each.kind == "date" else WHOLE[each.kind].format(t=text)
            columns.append(f"{whole} as {each.name}")
        outer.append(each.name)
        outer += [
            f"{part.format(c=each.name, k=f'{each.name}_k')} as {each.name}_{name}"
            for name, part in PARTS[each.kind].items()
        ]
        if each.kind == "area":
            outer += [
                f"substr({each.name}, 1, {length}) as {each.name}_{length}" for length in each.parts[1:]
            ]
    statements.append(
        f"create or replace table {target} as select {', '.join(outer)} from (select {', '.join(columns)}"
        f" from {source} s {' '.join(joins)})"
    )
    return statements
