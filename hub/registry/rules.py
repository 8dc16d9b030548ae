"""Rules of the audit: what is looked for, in whose name, in words for the person concerned, and the rule's own cases.

One file a rule under `config/rules/`. A rule says what it finds by the words of `When`, or, where these do not suffice,
by a SQL file beside it (`sql = "name.sql"` below `config/rules/sql/`). A rule that changes what it finds gets a new
version. Intervals are half-open days `[from, to)`; a missing `to` is open. What the words mean stands in docs/audit.md.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from hub.registry.programs import Program, load_programs
from hub.registry.reading import Strict, checked, config_error, read_toml, toml_files

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Name = Annotated[str, Field(min_length=1)]
Names = tuple[Name, ...]
Evidence = Literal["V", "S", "I"]
Unit = Literal["person", "family_card", "assistance_unit", "account"]
Kind = Literal["overlap", "inclusion", "exclusion"]
Severity = Literal["high", "medium", "low"]
Parameter = int | str | tuple[str, ...] | tuple[int, ...] | tuple[dict[str, Any], ...]
#: What the files of the programs tell a rule that names it in `from_programs`.
FROM_PROGRAMS = ("amounts", "caps", "exclusions")


class Above(Strict):
    """A number that a status states, held against a limit by area and day.

    Attributes:
        detail: Key of the number in what the status states beside its code.
        limits: Parameter with the limits: tables of `area`, `from`, `to`, `amount`.
    """

    detail: Name
    limits: Name


class StatusFact(Strict):
    """A social status by list and codes."""

    scheme: Name
    codes: Names
    above: Above | None = None


class RankFact(Strict):
    """A desil above a limit, in any edition of a register: the person's own, or that of the family card."""

    register_: Name = Field(alias="register")
    above: int = Field(ge=1, le=9)


class AgeFact(Strict):
    """An age in whole years, on each day: under, or from on."""

    under: int | None = Field(default=None, ge=1, le=150)
    from_: int | None = Field(default=None, alias="from", ge=1, le=150)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.under is None) == (self.from_ is None):
            raise ValueError("give one of `under` and `from`")
        return self


class Fact(Strict):
    """What is true of a person over some days; exactly one word of the vocabulary."""

    status: StatusFact | None = None
    vital: Names | None = None
    rank: RankFact | None = None
    occupation: Names | None = None
    age: AgeFact | None = None
    sex: Literal["L", "P"] | None = None
    nik: Literal["unusable"] | None = None
    unknown_to: Names | None = None
    number_unlike: Names | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.word) != 1:
            raise ValueError(f"a fact is one of {', '.join(type(self).model_fields)}")
        return self

    @property
    def word(self) -> list[str]:
        """The words given."""
        return [name for name in type(self).model_fields if getattr(self, name) is not None]


class When(Strict):
    """Whoever holds a program while a fact is true of him, or of somebody on his family card.

    Attributes:
        holds: Parameter with the codes of the programs.
        components: Codes of components; all when empty.
        roles: holder, member; all when empty.
        of: Whose fact: the participant's own, or that of anybody on the same family card on the same days.
        facts: Any one of them.
    """

    holds: Name = "programs"
    components: Names = ()
    roles: tuple[Literal["holder", "member"], ...] = ()
    of: Literal["self", "family"] = "self"
    facts: tuple[Fact, ...] = Field(alias="fact", min_length=1)


class RuleCase(Strict):
    """A small made-up graph and what the rule has to find in it.

    Attributes:
        name: What holds, in a sentence.
        found: Persons that findings are about; a person twice where two findings are.
        amount_idr: Sum of the amounts at risk; left out: not looked at.
        rows: Rows by kind: person, card, holds, paid, status, rank, ... (docs/audit.md).
    """

    name: Name
    found: Names = ()
    amount_idr: int | None = None
    rows: Mapping[str, tuple[dict[str, Any], ...]] = Field(default_factory=dict)


class Rule(Strict):
    """A rule of the audit.

    Attributes:
        id: Its code, the name of its file.
        version: Raised with every change of what it finds.
        since: First day that it looks at; what ended before is no matter of it.
        text_id: For the person concerned: a reason to look, no accusation.
        evidence: Of the legal basis: V two sources, S one, I to be confirmed.
        from_programs: What the programs' files add to the parameters.
    """

    id: Code
    version: int = Field(ge=1)
    kind: Kind
    unit: Unit
    severity: Severity
    since: date = Field(alias="from")
    until: date | None = Field(default=None, alias="to")
    title_id: Name
    title_en: Name
    text_id: Name
    text_en: Name
    legal_basis: str | None = None
    evidence: Evidence
    note: str | None = None
    parameters: Mapping[str, Parameter] = Field(default_factory=dict)
    from_programs: tuple[Literal["amounts", "caps", "exclusions"], ...] = ()
    when: When | None = None
    sql: Annotated[str, Field(pattern=r"^[a-z_]+\.sql$")] | None = None
    cases: tuple[RuleCase, ...] = Field(alias="case", min_length=2)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.when is None) == (self.sql is None):
            raise ValueError("a rule has either [when] or sql")
        if self.until is not None and self.until <= self.since:
            raise ValueError("`to` is the first day after, so it must be later than `from`")
        if all(case.found for case in self.cases) or not any(case.found for case in self.cases):
            raise ValueError(
                "its cases need one in which it finds something and one in which it finds nothing"
            )
        missing = [name for name in self._named() if name not in self.parameters]
        if missing:
            raise ValueError(f"parameters has no {', '.join(missing)}")
        return self

    def _named(self) -> list[str]:
        """The parameters that the condition reads."""
        if self.when is None:
            return []
        limits = [one.status.above.limits for one in self.when.facts if one.status and one.status.above]
        return [self.when.holds, *limits]

    @property
    def listens_to(self) -> set[str]:
        """The sources of whose silence on a person it speaks (`unknown_to`)."""
        facts = self.when.facts if self.when else ()
        return {source for fact in facts for source in fact.unknown_to or ()}

    def definition(self) -> dict[str, Any]:
        """What makes the rule that it is, as JSON has it; without its cases."""
        return self.model_dump(mode="json", by_alias=True, exclude={"cases"}, exclude_none=True)


def load_rules(directory: Path, programs: Path) -> dict[str, Rule]:
    """The rules of `config/rules`, by code.

    Args:
        directory: Of the rules.
        programs: Of the programs, whose codes the rules name.

    Raises:
        FatalError: `config_invalid`, with file and key; also a file that is named otherwise than its rule, a SQL file
            that is missing, or a program that is not declared.
    """
    known = load_programs(programs)
    return {rule.id: rule for rule in (_loaded(path, known) for path in toml_files(directory))}


def _loaded(path: Path, programs: Mapping[str, Program]) -> Rule:
    rule = checked(Rule, read_toml(path), path)
    if rule.id != path.stem:
        raise config_error(path, f"id: the rule is called {rule.id}, so its file is {rule.id}.toml")
    if rule.sql and not (path.parent / "sql" / rule.sql).is_file():
        raise config_error(path, f"sql: there is no sql/{rule.sql}")
    named = rule.parameters.get("programs", ())
    unknown = sorted({str(code) for code in named} - programs.keys()) if isinstance(named, tuple) else []
    if unknown:
        raise config_error(path, f"parameters.programs: not declared: {', '.join(unknown)}")
    return rule
