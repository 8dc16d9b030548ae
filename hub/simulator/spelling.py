"""How a clerk writes a name otherwise than the register does (field report 7.1)."""

import re
from collections.abc import Callable

import numpy as np

_SHORT = (
    ("MUHAMMAD", ("MUH", "MOH", "MOHD", "MUHAMAD", "MOCHAMMAD", "M.")),
    ("MOHAMMAD", ("MUHAMMAD", "MOH.", "M.")),
    ("AHMAD", ("ACHMAD", "AKHMAD", "AHMD")),
    ("ABDUL", ("ABD", "ABD.", "ABDOEL")),
    ("SITI", ("ST.", "SITTI", "ST")),
    ("NUR", ("NOER", "NURUL")),
    ("KHOIRUL", ("KOIRUL", "CHOIRUL")),
    ("SYAIFUL", ("SAIFUL", "SYAEFUL")),
    ("ZAENAL", ("ZAINAL", "JAENAL")),
)


def _shorten(name: str, pick: int) -> str:
    for long, forms in _SHORT:
        if re.search(rf"\b{long}\b", name):
            return re.sub(rf"\b{long}\b", forms[pick % len(forms)], name)
    return _old_spelling(name, pick)


def _old_spelling(name: str, pick: int) -> str:
    for new, old in (("U", "OE"), ("J", "DJ"), ("SY", "S"), ("KH", "H"), ("F", "P"), ("Y", "J"), ("I", "IE")):
        if new in name:
            return name.replace(new, old, 1 + pick % 2)
    return name + name[-1]


def _title(name: str, pick: int) -> str:
    last = name.rsplit(maxsplit=1)[-1]
    return (f"H. {name}", f"HJ. {name}", f"{name}, S.PD", f"{name} BIN {last}")[pick % 4]


def _alias(name: str, pick: int) -> str:
    nick = f"{'MBAH ' if pick % 3 == 0 else ''}{name.rsplit(maxsplit=1)[-1][:5]}"
    return f"{name} ALIAS {nick}" if pick % 2 else f"{name} / {nick}"


def _double(name: str, pick: int) -> str:
    at = pick % len(name)
    return name[:at] + name[at] + name[at:] if name[at] != " " else name.replace(" ", "", 1)


def _swap(name: str, pick: int) -> str:
    if len(name) < 2:
        return name + name
    at = 1 + pick % max(1, len(name) - 2)
    return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]


def _cut(name: str, pick: int) -> str:
    words = name.split()
    if len(words) < 2:
        return _double(name, pick)
    return " ".join(words[:-1]) if pick % 2 else f"{' '.join(words[:-1])} {words[-1][0]}."


def _space(name: str, pick: int) -> str:
    return name.replace(" ", "", 1) if " " in name else _old_spelling(name, pick)


def _quote(name: str, pick: int) -> str:
    at = 1 + pick % max(1, len(name) - 1)
    return f"{name[:at]}'{name[at:]}"


WAYS: tuple[Callable[[str, int], str], ...] = (
    _shorten,
    _shorten,
    _old_spelling,
    _title,
    _alias,
    _double,
    _swap,
    _cut,
    _space,
    _quote,
)


def respell(name: str, random: np.random.Generator) -> str:
    """Another spelling of the name; never the same text."""
    pick = int(random.integers(0, 1000))
    written = WAYS[int(random.integers(0, len(WAYS)))](name, pick)
    return written if written != name else f"{name} {name[0]}"
