"""Reading a user's spreadsheet: every line becomes a row or says why not."""

import io
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hub.referrals.ladder import SAMPLE, Ladder, Rung, UnknownRungError
from hub.referrals.samples import PIPELINE, PIPELINE_MAP
from hub.referrals.samples.make_sample import sample
from hub.referrals.spreadsheet import (
    BadRow,
    Row,
    SheetMap,
    SpreadsheetError,
    after,
    expected,
    name_key,
    read_map,
    rows,
    survey,
    until,
)
from hub.referrals.textfile import TextFileError
from tests.hub.referrals.pipelines import NOW, ZONE, check_pipeline

HEADING = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
WON = "A1,Ann,NB Pro,Oakmere,Won,1/2/2025,3/4/2025,1054\n"
PIPELINE_TEXT = PIPELINE_MAP.read_text(encoding="utf-8")


def read(
    body: str | bytes, *, heading: str = HEADING, changed: tuple[str, str] = ("", "")
) -> list[Row | BadRow]:
    """The rows of a file in the sample's map, with one thing in the map changed."""
    data = body if isinstance(body, bytes) else (heading + body).encode()
    assert changed[0] in PIPELINE_TEXT
    return list(rows(io.BytesIO(data), read_map(PIPELINE_TEXT.replace(*changed)), SAMPLE, zone=ZONE, now=NOW))


def good(body: str | bytes, **how: object) -> Row:
    (row,) = read(body, **how)  # type: ignore[arg-type]
    assert isinstance(row, Row)
    return row


def bad(body: str, **how: object) -> BadRow:
    """The only bad row of a file; what else is in it must go in."""
    (wrong,) = [row for row in read(body, **how) if isinstance(row, BadRow)]  # type: ignore[arg-type]
    assert all((wrong.field, wrong.why, wrong.what_to_do))
    return wrong


def test_the_sample_is_what_its_generator_writes() -> None:
    assert PIPELINE.read_bytes() == sample().encode()


def test_the_sample_is_worth_what_its_cells_say() -> None:
    check_pipeline(PIPELINE)


def test_the_checks_would_notice_a_lost_row_or_a_wrong_stage(tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.csv"
    spoilt.write_text(HEADING + WON + "A2,Ann,NB Pro,Oakmere,Wonn,1/2/2025,3/4/2025,1\n")
    with pytest.raises((AssertionError, KeyError)):
        check_pipeline(spoilt)


def test_a_won_row_has_been_through_three_stages() -> None:
    row = good(WON)
    begun, won = datetime(2025, 1, 2, 5, tzinfo=UTC), datetime(2025, 3, 4, 5, tzinfo=UTC)
    assert row.history == (("submitted", begun), ("opportunity", begun), ("won", won))
    assert (row.line_number, row.external_id, row.company_name, row.owner_name) == (2, "A1", "Oakmere", "Ann")
    assert (row.amount, row.currency, row.note, row.breakage) == (
        Decimal(1054),
        "USD",
        "product: NB Pro",
        None,
    )


def test_a_row_without_a_date_takes_the_time_of_the_import() -> None:
    row = good("A1,Ann,NB Pro,Oakmere,Prospecting,,,\n")
    assert row.history == (("submitted", None),)
    assert row.history_at(NOW) == (("submitted", NOW),)
    assert (row.amount, row.currency) == (None, None)
    closed = good("A1,Ann,NB Pro,Oakmere,Won,1/2/2025,,\n")
    assert closed.history[-1] == ("won", None)
    assert closed.history_at(NOW)[-1] == ("won", NOW)


def test_a_gap_takes_the_date_of_the_stage_after_it() -> None:
    row = good("A1,Ann,NB Pro,Oakmere,Lost,,3/4/2025,0\n")
    assert {at for _, at in row.history} == {datetime(2025, 3, 4, 5, tzinfo=UTC)}


def test_a_row_without_an_account_is_kept_and_says_so() -> None:
    row = good("A1,Ann,NB Pro, ,Engaging,1/2/2025,,\n")
    assert row.company_name is None
    assert row.breakage == "no account in the row: nobody to credit"
    assert expected([row], SAMPLE).points == 0


def test_names_lose_what_nobody_sees_and_spellings_are_put_right() -> None:
    row = good("A1, A\0nn\u00a0 Lee\u200b ,NBPro,  Oak   mere ,  won,1/2/2025,3/4/2025,1\n")
    assert (row.owner_name, row.company_name, row.stage_label) == ("Ann Lee", "Oak mere", "Won")
    assert row.note == "product: NB Pro"


@pytest.mark.parametrize(
    ("one", "other"),
    [("GTX Pro", "GTXPro"), ("Gekko & Co.", "GEKKO CO"), ("Cafe\u0301", "CAFÉ"), ("J-Texon", "jtexon")],
)
def test_two_spellings_of_a_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Oakmere", "Oakmore"), ("A+B", "AB"), ("कि", "क"), ("&", "-")])
def test_two_names_have_two_keys(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        (",Ann,P,Oak,Won,1/2/2025,3/4/2025,1", "opportunity_id", "is empty"),
        ("A" * 101 + ",Ann,P,Oak,Won,1/2/2025,3/4/2025,1", "opportunity_id", "use at most 100"),
        ("B1,Ann,P,Oak,Wonn,1/2/2025,3/4/2025,1", "deal_stage", "Prospecting, Engaging, Won, Lost"),
        ("B1,Ann,P,Oak,,1/2/2025,3/4/2025,1", "deal_stage", "is empty"),
        ("B1,Ann,P,Oak,Won,13/25/2025,3/4/2025,1", "engage_date", "12/31/2017 or 2017-12-31"),
        ("B1,Ann,P,Oak,Won,2/30/2025,3/4/2025,1", "engage_date", "is not a date"),
        ("B1,Ann,P,Oak,Won,1/2/25,3/4/2025,1", "engage_date", "is not a date"),
        ("B1,Ann,P,Oak,Won,1/2/0001,3/4/2025,1", "engage_date", "too long ago"),
        ("B1,Ann,P,Oak,Won,1/2/2025,12/31/9999,1", "close_date", "in the future"),
        ("B1,Ann,P,Oak,Won,1/2/2025,11/22/2026,1", "close_date", "in the future"),
        ("B1,Ann,P,Oak,Won,3/5/2025,3/4/2025,1", "close_date", "is before engage_date 3/5/2025"),
        ("B1,Ann,P,Oak,Won,1/2/2025,3/4/2025,lots", "close_value", "is not an amount"),
        ("B1,Ann,P,Oak,Won,1/2/2025,3/4/2025,-5", "close_value", "negative"),
        ("B1,Ann,P,Oak,Won,1/2/2025,3/4/2025,1e9", "close_value", "is not an amount"),
        ("B1,Ann,P,Oak,Won,1/2/2025,3/4/2025,NaN", "close_value", "is not an amount"),
        ("B1,Ann,P,Oak,Won,1/2/2025,3/4/2025," + "9" * 16, "close_value", "is not an amount"),
        ("B1,Ann,P," + "O" * 201 + ",Won,1/2/2025,3/4/2025,1", "account", "use at most 200"),
        ("B1,Ann,P,Oak,Won,1/2/2025,3/4/2025", "row", "has 7 cells where the heading has 8"),
        ("B1,Ann,P,Oak,Won,1/2/2025,3/4/2025,1,extra", "row", "has 9 cells"),
        ('B1,"Ann" Lee,P,Oak,Won,1/2/2025,3/4/2025,1', "row", "can't be divided"),
        ('B1,"Ann,P,Oak,Won,1/2/2025,3/4/2025,1', "row", "quotation mark"),
        ("A1,Ann,P,Oak,Won,1/2/2025,3/4/2025,1", "opportunity_id", "is on line 2 already"),
    ],
)
def test_a_wrong_line_is_named_and_the_others_go_in(line: str, field: str, words: str) -> None:
    body = WON + line + "\n" + WON.replace("A1", "A3")
    wrong = bad(body)
    assert (wrong.line_number, wrong.field) == (3, field)
    assert words in f"{wrong.why}; {wrong.what_to_do}"
    assert str(wrong).startswith(f"line 3: {field}")
    assert [row.line_number for row in read(body) if isinstance(row, Row)] == [2, 4]


def test_an_id_is_taken_only_by_a_row_that_goes_in() -> None:
    wrong = bad(WON.replace("Won", "Wonn") + WON)
    assert (wrong.line_number, wrong.field) == (2, "deal_stage")


def test_a_deal_may_begin_and_end_on_one_day() -> None:
    row = good(WON.replace("3/4/2025", "1/2/2025"))
    assert len({at for _, at in row.history}) == 1


def test_a_date_of_today_is_never_in_the_future() -> None:
    tonight = NOW.astimezone(ZONE)
    row = good(f"A1,Ann,P,Oak,Engaging,{tonight:%m/%d/%Y},,\n")
    assert row.history_at(NOW)[-1][1] <= NOW


def test_a_day_begins_when_it_begins_in_the_hubs_zone() -> None:
    sheet_map = read_map(PIPELINE_TEXT)
    source = io.BytesIO((HEADING + WON).encode())
    for name, hour in (("UTC", 0), ("Asia/Tokyo", -9), ("America/New_York", 5)):
        (row,) = rows(source, sheet_map, SAMPLE, zone=ZoneInfo(name), now=NOW)
        assert isinstance(row, Row)
        begun = row.history[0][1]
        assert begun is not None
        assert (begun - datetime(2025, 1, 2, tzinfo=UTC)).total_seconds() == hour * 3600


def test_a_date_with_a_time_is_that_instant() -> None:
    how = {"changed": ('"%Y-%m-%d"', '"%Y-%m-%dT%H:%M:%S%z"')}
    row = good("A1,Ann,P,Oak,Engaging,2025-01-02T03:04:05+0100,,\n", **how)
    assert row.history[-1][1] == datetime(2025, 1, 2, 2, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1054", "1054"),
        ("1,054.50", "1054.50"),
        ("$1,054", "1054"),
        ("USD 1054", "1054"),
        ("0", "0"),
        ("12 €", "12"),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, amount: str) -> None:
    assert good(f'A1,Ann,P,Oak,Won,1/2/2025,3/4/2025,"{written}"\n').amount == Decimal(amount)


def test_a_decimal_comma_is_read_when_the_map_says_so() -> None:
    comma = {"changed": ('decimal = "."', 'decimal = ","')}
    assert good('A1,Ann,P,Oak,Won,1/2/2025,3/4/2025,"1.234,50"\n', **comma).amount == Decimal("1234.50")
    assert bad('A1,Ann,P,Oak,Won,1/2/2025,3/4/2025,"12,5"\n').field == "close_value"


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found_by_the_heading(delimiter: str) -> None:
    assert good((HEADING + WON).replace(",", delimiter).encode()).company_name == "Oakmere"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found(encoding: str) -> None:
    assert (
        good((HEADING + WON).replace("Oakmere", "Café Ondine").encode(encoding)).company_name == "Café Ondine"
    )


def test_latin_1_is_the_last_resort() -> None:
    assert good((HEADING + WON).encode().replace(b"Oakmere", b"Oak\x81m\xe9re")).company_name == "Oakmére"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_blank_lines_are_no_rows(end: str) -> None:
    body = f"\n{HEADING}\n{WON},,,,,,,\n\n{WON.replace('A1', 'A2')}".replace("\n", end)
    found = read(body.encode())
    assert [row.line_number for row in found if isinstance(row, Row)] == [4, 7]
    assert len(found) == 2


def test_an_unclosed_quote_costs_its_own_line_only() -> None:
    lines = [WON.replace("A1", f"A{at}") for at in range(2, 5_000)]
    lines[1] = lines[1].replace("Oakmere", '"Oakmere')
    found = read("".join(lines))
    assert [row.line_number for row in found if isinstance(row, BadRow)] == [3]
    assert len(found) == len(lines)


def test_a_quoted_cell_may_hold_delimiters_quotes_and_lines() -> None:
    first = good('A1,Ann,P,"Oak, ""the"" Mere\nLtd",Won,1/2/2025,3/4/2025,1\n')
    assert first.company_name == 'Oak, "the" Mere Ltd'
    wrong = bad('A1,Ann,P,"Oak\n\nmere",Won,1/2/2025,3/4/2025,1\nA2,Ann,P,Oak,Wonn,1/2/2025,3/4/2025,1\n')
    assert wrong.line_number == 5


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\n", "is empty"),
        (b"\n\n,,,\n", "is empty"),
        (b"a,b\n1,2\n", "is not in the heading"),
        (HEADING.replace("account", "stage2").encode(), "account: is not in the heading"),
        (HEADING.replace("product", "account").encode(), "account: is 2 times in the heading"),
        (b'"' + HEADING.encode(), "quotation mark"),
        (b"\xff\xfe\x00", "is not text"),
    ],
)
def test_a_file_that_cant_be_read_is_refused_at_once(body: bytes, words: str) -> None:
    with pytest.raises(SpreadsheetError, match=words):
        rows(io.BytesIO(body), read_map(PIPELINE_TEXT), SAMPLE, zone=ZONE, now=NOW)


def test_a_file_without_rows_has_none() -> None:
    assert read("") == []


def test_headings_are_found_in_any_case() -> None:
    assert good(WON, heading=" " + HEADING.upper().replace("_VALUE", "_VALUE ")).amount == 1054


def test_a_map_for_another_ladder_is_refused_by_the_stage() -> None:
    ladder = Ladder((Rung("submitted", "Submitted", 1, "open", 1), Rung("won", "Won", 2, "won", 2)))
    with pytest.raises(
        SpreadsheetError, match=r"stages.Engaging: names “Opportunity”.*It has: Submitted, Won"
    ):
        rows(io.BytesIO(HEADING.encode()), read_map(PIPELINE_TEXT), ladder, zone=ZONE, now=NOW)


def test_cutting_the_history_leaves_the_later_stages_to_the_crm() -> None:
    won, lost = good(WON), good(WON.replace("Won", "Lost"))
    keys = {
        stage: [key for key, _ in until(won, SAMPLE, stage).history]
        for stage in ("Submitted", "meeting", "won")
    }
    assert keys == {
        "Submitted": ["submitted"],
        "meeting": ["submitted"],
        "won": ["submitted", "opportunity", "won"],
    }
    assert [key for key, _ in until(lost, SAMPLE, "Opportunity").history] == ["submitted", "opportunity"]
    assert until(lost, SAMPLE, "Lost") == until(lost, SAMPLE, "Won") == lost
    assert until(won, SAMPLE, "Submitted").history + after(won, SAMPLE, "Submitted") == won.history
    lost_first = Ladder(
        tuple(replace(rung, position=0) if rung.kind == "lost" else rung for rung in SAMPLE.rungs)
    )
    assert until(lost, lost_first, "Opportunity").history == lost.history[:2]
    with pytest.raises(UnknownRungError):
        until(won, SAMPLE, "Demo")


def test_the_map_knows_the_files_own_word_for_a_stage() -> None:
    sheet_map = read_map(PIPELINE_TEXT)
    words = [sheet_map.crm_stage(stage) for stage in ("Submitted", "opportunity", "Won", "Lost", "Meeting")]
    assert words == ["Prospecting", "Engaging", "Won", "Lost", None]


class Endless(io.RawIOBase):
    """A file of many rows that is never in memory as a whole."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.left: Iterator[bytes] = iter(())
        self.rest = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self.left = (HEADING.encode() if not at else f"{at}{WON}".encode() for at in range(self.count + 1))
        self.rest = b""
        return 0

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        while len(self.rest) < len(buffer) and (line := next(self.left, b"")):
            self.rest += line
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def peak(sheet_map: SheetMap, count: int) -> int:
    tracemalloc.start()
    source = io.BufferedReader(Endless(count))
    assert survey(source, sheet_map).lines == count + 1
    assert sum(1 for _ in rows(source, sheet_map, SAMPLE, zone=ZONE, now=NOW)) == count
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return size


def test_memory_grows_by_no_more_than_a_mark_per_row() -> None:
    sheet_map = read_map(PIPELINE_TEXT)
    assert (peak(sheet_map, 12_000) - peak(sheet_map, 2_000)) / 10_000 < 250


@pytest.mark.parametrize(
    ("was", "becomes", "field", "words"),
    [
        ('id = "opportunity_id" ', "", "columns.id", "is missing"),
        ('stage = "deal_stage"', "stage = 3", "columns.stage", "write a text"),
        ('company = "account"', 'compny = "account"', "columns.compny", "did you mean company?"),
        ('"latin-1"]', '"klingon"]', "file.encodings", "'klingon'"),
        ('"latin-1"]', '"base64"]', "file.encodings", "'base64'"),
        ('delimiter = "auto"', 'delimiter = "x"', "file.delimiter", "use one of auto"),
        ('currency = "USD"', 'currency = "dollars"', "amount.currency", "three capitals"),
        ('decimal = "."', 'decimal = "x"', "amount.decimal", "use one of"),
        ('"%m/%d/%Y"', '"%m/%Y"', "dates.formats", "no whole date"),
        ("[stages]", "[stagez]", "stages", "is missing"),
        (
            'Prospecting = [{ stage = "Submitted" }]',
            "Prospecting = []",
            "stages.Prospecting",
            "not a list of stages",
        ),
        ('[{ stage = "Submitted" }]', '[{ on = "x" }]', "stages.Prospecting.stage", "is missing"),
        ("Prospecting =", '" won" = [{ stage = "Won" }]\nProspecting =', "stages.Won", "twice"),
        ('"GTXPro" = "GTX Pro"', '"GTXPro" = 5', "spelling.product.GTXPro", "write a text"),
        ("[spelling.product]", "[spelling]", "spelling.GTXPro", "write a table"),
        ("[file]", "[file", "file", "is not TOML"),
    ],
)
def test_a_wrong_map_is_refused_by_its_field(was: str, becomes: str, field: str, words: str) -> None:
    assert was in PIPELINE_TEXT
    with pytest.raises(TextFileError) as caught:
        read_map(PIPELINE_TEXT.replace(was, becomes, 1))
    assert any(p.field == field and words in f"{p.why}; {p.what_to_do}" for p in caught.value.problems), (
        caught.value
    )
