"""Writes sample_pipeline.csv, the same bytes each time: `python -m hub.referrals.samples.make_sample`.

The shape is that of a spreadsheet out of a real CRM: US dates, deals without an account, open deals without
dates, one product spelt in two ways, names with ampersands, commas, accents and hyphens. All are made up.
"""

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from hub.referrals.samples import PIPELINE

SEED = 32_000
ROWS = 240
HEADING = (
    "opportunity_id",
    "sales_agent",
    "product",
    "account",
    "deal_stage",
    "engage_date",
    "close_date",
    "close_value",
)
FIRST_DAY = date(2024, 10, 7)
LAST_DAY = date(2025, 12, 31)
ID_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

AGENTS = (
    "Wanda Okafor", "Tomás Brandt", "Priya Venkat", "Seán O'Dowd", "Lotte van Rijn", "Marcus Adeyemi-Holt",
    "Yuki Tanabe", "Dorothea Flint", "Ib Sørensen",
)  # fmt: skip
ACCOUNTS = (
    "Tallgrass Foods", "Quillfeather & Sons", "Oakmere", "Brightwater, Lund and Partners", "Søndergård Optik",
    "Peregrine-Vale", "O'Malley's Freight", "Cobalt Harbour", "nimbleworks", "The Evening Gazetteer",
    "Marrow Lane Bakeries", "Ventoux Cycles", "Hopewell Clinics", "Zephyrine", "Ten-Penny", "Café Ondine",
    "Ferrous Wheel Company", "Larkspur Textiles", "Juniper Rail", "Palisade Legal", "Umbra Lighting",
    "Kestrelmark", "Wexcombe Paper", "Driftwood Hotels",
)  # fmt: skip
PRODUCTS = {
    "NB Basic": 610,
    "NB Pro": 4_790,
    "NBPro": 4_790,
    "NB Plus": 1_180,
    "Deskside 40": 88,
    "Rack 900": 21_450,
}
# How many in a hundred, and how many of those in a hundred have no account.
STAGES = {"Won": (48, 0), "Lost": (28, 0), "Engaging": (18, 68), "Prospecting": (6, 68)}


def sample() -> str:
    """The text of the sample file."""
    dice = Random(SEED)  # noqa: S311  # a fixed sequence is the point
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADING)
    ids: set[str] = set()
    while len(ids) < ROWS:
        external_id = "".join(_one_of(ID_LETTERS, dice) for _ in range(8))
        if external_id not in ids:
            ids.add(external_id)
            writer.writerow((external_id, *_deal(dice)))
    return out.getvalue()


def _deal(dice: Random) -> tuple[str, ...]:
    stage = _one_of([stage for stage, (share, _) in STAGES.items() for _ in range(share)], dice)
    product = _one_of(list(PRODUCTS), dice)
    account = "" if _below(100, dice) < STAGES[stage][1] else _one_of(ACCOUNTS, dice)
    engaged = FIRST_DAY + timedelta(_below((LAST_DAY - FIRST_DAY).days - 140, dice))
    closed = engaged + timedelta(1 + _below(138, dice))
    value = PRODUCTS[product] * (80 + _below(36, dice)) // 100 if stage == "Won" else 0
    return (
        _one_of(AGENTS, dice),
        product,
        account,
        stage,
        "" if stage == "Prospecting" else _us(engaged),
        _us(closed) if stage in ("Won", "Lost") else "",
        str(value) if stage in ("Won", "Lost") else "",
    )


# Python promises the same sequence in every version for random() alone, so all dice are made of that.
def _below(limit: int, dice: Random) -> int:
    return int(dice.random() * limit)


def _one_of(things: Sequence[str], dice: Random) -> str:
    return things[_below(len(things), dice)]


def _us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


if __name__ == "__main__":
    PIPELINE.write_bytes(sample().encode())
