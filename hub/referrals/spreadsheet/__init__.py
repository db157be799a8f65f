"""A user's spreadsheet (CSV) read as referrals with their stage history, by a map that says which column is
what.

Pure: it reads an open file and yields rows, one at a time; it never touches the database, and never drops a
line without saying which and why. The map's format is shown, with comments, in ../samples/pipeline.toml.
"""

from hub.referrals.spreadsheet.expected import Expected, expected
from hub.referrals.spreadsheet.reading import SpreadsheetError, Survey, rows, survey
from hub.referrals.spreadsheet.rows import BadRow, History, Row, after, name_key, until
from hub.referrals.spreadsheet.sheet_map import SheetMap, read_map

__all__ = [
    "BadRow",
    "Expected",
    "History",
    "Row",
    "SheetMap",
    "SpreadsheetError",
    "Survey",
    "after",
    "expected",
    "name_key",
    "read_map",
    "rows",
    "survey",
    "until",
]
