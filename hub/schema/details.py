"""Named values that a source states beside a row, which no column of the hub has a name for."""

from typing import Any, ClassVar

import strawberry

from hub.compiler.declare import Arity, Key, Relation, Rows
from hub.compiler.needs import Need
from hub.schema.declaring import column, declared


@strawberry.type(description="Satu keterangan tambahan. / One named value beside a row.")
class Detail:
    """One named value of a JSON object."""

    rows: ClassVar[Rows | None] = None

    key: str = column("key", "Namanya. / Its name.")
    value: str | None = column("value", "Nilainya sebagai teks. / Its value as text; null: stated as none.")


def details(name: str, description: str, need: Need | None = None) -> Any:
    """The field that lists the values of a JSON column of the row by key; empty where there is no object."""
    column_sql = f"{{p}}.{name}"
    rows = Rows(
        "(select e.key, e.value #>> '{{}}' as value from jsonb_each("
        f"case when jsonb_typeof({column_sql}) = 'object' then {column_sql} end) e)"
    )
    return declared(
        Relation(Arity.MANY, rows=rows, order=[Key("{t}.key", "text")], size=4), description, need=need
    )
