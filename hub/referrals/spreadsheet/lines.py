"""From bytes to the cells of one row at a time: encoding, delimiter, quotes. Memory doesn't grow with the
file.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Sequence
from typing import BinaryIO

CHUNK = 1 << 16
LONGEST_LINE = 1 << 20
BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def encoding_of(source: BinaryIO, encodings: Sequence[str]) -> tuple[str | None, int]:
    """The first encoding that the whole file fits (None: none does), and how many line ends it has."""
    source.seek(0)
    marked = source.read(2) in BYTE_ORDER_MARKS
    for name in ("utf-16",) if marked else encodings:
        source.seek(0)
        decoder = codecs.getincrementaldecoder(name)()
        ends = 0
        try:
            while chunk := source.read(CHUNK):
                ends += decoder.decode(chunk).count("\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return name, ends
    return None, 0


def delimiter_of(head: str, delimiters: Sequence[str], wanted: Sequence[str]) -> str:
    """The delimiter under which most of the wanted columns appear in the heading."""

    def found(delimiter: str) -> int:
        heading = next(iter(records(io.StringIO(head, newline=""), delimiter)), None)
        cells = heading[1] if heading and isinstance(heading[1], list) else []
        return sum(cell.strip().casefold() in wanted for cell in cells)

    return max(delimiters, key=found)


def records(text: io.TextIOBase, delimiter: str, width: int = 0) -> Iterator[tuple[int, list[str] | str]]:
    """(line number, cells) of each record that isn't blank; a string instead of cells says why they can't be
    had.

    A quote that is opened and not closed would swallow the lines below it. When a record of several lines
    comes out wrong, only its first line is given up, and the rest is read again.
    """
    again: deque[str] = deque()
    number = 1
    while True:
        taken: list[str] = []
        reader = csv.reader(_feed(text, again, taken), delimiter=delimiter, strict=True)
        why = ""
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = _why(error, len(taken))
        if any(cell.strip() for cell in cells) and width and not why:
            cells, why = _fitted(cells, width)
        if why:
            yield number, why
            again.extendleft(reversed(taken[1:]))
            number += 1
            continue
        if any(cell.strip() for cell in cells):
            yield number, cells
        number += len(taken)


def _feed(text: io.TextIOBase, again: deque[str], taken: list[str]) -> Iterator[str]:
    while line := again.popleft() if again else text.readline(LONGEST_LINE):
        taken.append(line)
        yield line


def _why(error: csv.Error, lines: int) -> str:
    if lines > 1 or "unexpected end" in str(error):
        return "opens a quotation mark that isn't closed on this line"
    return f"can't be divided into cells ({error})"


def _fitted(cells: list[str], width: int) -> tuple[list[str], str]:
    """The cells without empty ones beyond the heading, and why they don't fit it if they don't."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) != width:
        return cells, f"has {len(cells)} cells where the heading has {width}"
    return cells, ""
