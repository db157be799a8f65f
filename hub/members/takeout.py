"""Everything the hub keeps of one member as a ZIP for them: one JSON of it all, and a sheet for each table."""

import csv
import datetime as dt
import io
import json
import zipfile
from typing import Any

from hub.core import personal

FORMULA = tuple("=+-@\t\r＝＋－＠")
READ_ME = """Everything {hub} keeps of you, as of {at} UTC.

everything.json   all of it, by table, for programs
sheets/           the same, a sheet for each table, for people

Points are whole numbers, times are UTC. Digests of passwords and one-time links are left out: they are no use to
anybody but a thief. You can have everything about you erased, under Settings, Your data.
"""


def pack(member_id: int, *, hub: str, now: dt.datetime) -> bytes:
    """The ZIP. What a spreadsheet would take for a formula is made text."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, rows in personal.everything(member_id):
        if rows:
            tables.setdefault(name, []).extend(rows)
    kept = {"hub": hub, "at": now.isoformat(timespec="seconds"), "tables": tables}
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("READ-ME.txt", READ_ME.format(hub=hub, at=f"{now:%Y-%m-%d %H:%M}"))
        archive.writestr("everything.json", json.dumps(kept, indent=2, ensure_ascii=False))
        for name, rows in tables.items():
            archive.writestr(f"sheets/{name}.csv", _sheet(rows))
    return bundle.getvalue()


def _sheet(rows: list[dict[str, Any]]) -> str:
    page = io.StringIO()
    columns = list(dict.fromkeys(column for row in rows for column in row))
    writer = csv.writer(page)
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return page.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, ensure_ascii=False)
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
