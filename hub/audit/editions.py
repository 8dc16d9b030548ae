"""Rules in the editions under which they were run: definition, parameters and statement, kept as long as findings.

An edition is known by its fingerprint. A rule whose file changed without a new version is refused, for findings of one
version would mean two things; what the programs' files or a later hub add to it makes a new edition of the version.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.audit.statement import hits_of, parameters_of, template_of
from hub.errors import FatalError, InputError
from hub.registry.programs import load_programs
from hub.registry.rules import Rule, load_rules
from hub.store.sql import AsyncConnection, text

KNOWN = text("select id, definition from rule_edition where code = :code and version = :version order by id")
FOUND = text(
    "select id from rule_edition where code = :code and version = :version and fingerprint = :fingerprint"
)
KEEP = text(
    """
    insert into rule_edition (code, version, fingerprint, kind, unit, severity, title_id, title_en, text_id, text_en,
        legal_basis, evidence, valid_from, valid_to, definition, parameters, statement, since)
    values (:code, :version, :fingerprint, :kind, :unit, :severity, :title_id, :title_en, :text_id, :text_en,
        :legal_basis, :evidence, :valid_from, :valid_to, cast(:definition as jsonb), cast(:parameters as jsonb),
        :statement, :since)
    returning id
    """
)
LATEST = text(
    "select id, code, version, unit, parameters, statement from rule_edition"
    " where code = :code and version = :version order by id desc limit 1"
)
BY_NUMBER = text("select id, code, version, unit, parameters, statement from rule_edition where id = :id")


@dataclass(frozen=True)
class Edition:
    """A rule as it is run.

    Args:
        id: `rule_edition.id`; 0: never run.
        code: Of the rule.
        version: Of the rule.
        unit: Of the rule.
        parameters: With what the programs' files add.
        template: The statement with its places unfilled.
        alike: `rule_edition.id` of every edition of this version.
        hits: The condition alone, with its places unfilled; blank in an edition that is only replayed.
    """

    id: int
    code: str
    version: int
    unit: str
    parameters: Mapping[str, Any]
    template: str
    alike: tuple[int, ...] = ()
    hits: str = ""


def rules_of(config_dir: Path, chosen: Sequence[str] = ()) -> dict[str, Rule]:
    """The rules of the configuration by code, all or some of them.

    Raises:
        InputError: `unknown_rule`.
        FatalError: `config_invalid`.
    """
    rules = load_rules(config_dir / "rules", config_dir / "programs")
    if unknown := sorted(set(chosen) - rules.keys()):
        raise InputError("unknown_rule", f"no such rule: {', '.join(unknown)}; see `hub audit rules`")
    return {code: rule for code, rule in rules.items() if not chosen or code in chosen}


def edition_of(config_dir: Path, rule: Rule) -> Edition:
    """A rule of the configuration as it would be run."""
    programs = load_programs(config_dir / "programs") if rule.from_programs else {}
    parameters = parameters_of(rule, programs)
    rules = config_dir / "rules"
    template, hits = template_of(rule, rules), hits_of(rule, rules)
    return Edition(0, rule.id, rule.version, rule.unit, parameters, template, hits=hits)


async def registered(connection: AsyncConnection, config_dir: Path, rule: Rule, at: datetime) -> Edition:
    """The edition of a rule in the database; written when it is new.

    Raises:
        FatalError: `rule_changed`: the file of the rule changed and its version did not.
    """
    edition = edition_of(config_dir, rule)
    definition = _written(rule.definition())
    named = {"code": rule.id, "version": rule.version}
    known = (await connection.execute(KNOWN, named)).all()
    if any(_written(row.definition) != definition for row in known):
        raise FatalError(
            "rule_changed",
            f"config/rules/{rule.id}.toml: findings were made under version {rule.version} of another content;"
            f" raise its version to {rule.version + 1}",
        )
    parameters = _written(dict(edition.parameters))
    fingerprint = hashlib.sha256(f"{definition}\n{parameters}\n{edition.template}".encode()).hexdigest()
    found = await connection.scalar(FOUND, named | {"fingerprint": fingerprint})
    if found is None:
        texts = {name: getattr(rule, name) for name in ("title_id", "title_en", "text_id", "text_en")}
        found = await connection.scalar(
            KEEP,
            named
            | texts
            | {
                "fingerprint": fingerprint, "kind": rule.kind, "unit": rule.unit, "severity": rule.severity,
                "legal_basis": rule.legal_basis, "evidence": rule.evidence, "valid_from": rule.since,
                "valid_to": rule.until, "definition": definition, "parameters": parameters,
                "statement": edition.template, "since": at,
            },
        )  # fmt: skip
    alike = tuple(sorted({int(found), *(row.id for row in known)}))
    return replace(edition, id=int(found), alike=alike)


async def kept(connection: AsyncConnection, code: str, version: int) -> Edition | None:
    """The latest edition of a version that was run, or None."""
    return _edition((await connection.execute(LATEST, {"code": code, "version": version})).one_or_none())


async def by_number(connection: AsyncConnection, number: int) -> Edition | None:
    """The edition with a number, or None."""
    return _edition((await connection.execute(BY_NUMBER, {"id": number})).one_or_none())


def _edition(row: Any) -> Edition | None:
    if row is None:
        return None
    return Edition(row.id, row.code, row.version, row.unit, row.parameters, row.statement)


def _written(value: Mapping[str, Any]) -> str:
    """JSON in one form."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
