"""What a changed ladder would change, told before it is published."""

import pytest

from hub.referrals.ladder import SAMPLE, Ladder, Rung, UnknownRungError
from hub.referrals.preview import preview


def changed(**totals: int) -> Ladder:
    return Ladder(
        tuple(
            Rung(rung.key, rung.label, totals.get(rung.key, rung.total), rung.kind, rung.position)
            for rung in SAMPLE.rungs
        )
    )


def test_the_same_ladder_changes_nothing() -> None:
    assert preview(SAMPLE, SAMPLE, {"submitted": 9}).sentences == []


def test_a_raised_total_also_changes_what_the_next_rung_adds() -> None:
    seen = preview(SAMPLE, changed(meeting=3_000), {"accepted": 2})
    assert seen.sentences == [
        "Meeting goes from 2,000 to 3,000 in total, pays 2,500 instead of 1,500 on reaching it.",
        "Opportunity pays 4,000 instead of 5,000 on reaching it.",
    ]
    assert (seen.now, seen.if_won) == (0, 0)


def test_open_referrals_keep_what_they_were_paid_and_get_the_new_amounts_above() -> None:
    seen = preview(SAMPLE, changed(submitted=300, won=40_000), {"submitted": 3, "opportunity": 2, "won": 1})
    by_rung = {change.rung_key: (change.count, change.now, change.if_won) for change in seen.open_referrals}
    # Paid 100 of 300 at the first rung, so 200 less than 40,000 by the end: 7,800 more than 32,000.
    assert by_rung == {"submitted": (3, 0, 7_800), "opportunity": (2, 0, 8_000)}
    assert (seen.now, seen.if_won) == (0, 3 * 7_800 + 2 * 8_000)
    assert "3 open referrals at Submitted: 0 points each at once" in seen.sentences[-2]


def test_a_new_stage_below_pays_at_once_and_a_removed_one_is_told() -> None:
    rungs = [rung for rung in SAMPLE.rungs if rung.key != "accepted"]
    new = Ladder((*rungs, Rung("demo", "Demo", 4_000, "open", 2)))
    seen = preview(SAMPLE, new, {"meeting": 10})
    assert "Demo is new: 4,000 in total, 3,900 on reaching it." in seen.sentences
    assert "Accepted is gone: it paid 400 on reaching it." in seen.sentences
    assert [(change.now, change.count) for change in seen.open_referrals] == [(3_900, 10)]
    # Demo's 3,900 come on top of the 2,000 already booked; Opportunity then adds 3,000 instead of 5,000.
    assert (seen.now, seen.if_won) == (39_000, 10 * 1_900)


def test_a_new_name_or_kind_is_told_too() -> None:
    rungs = [Rung("won", "Customer", 32_000, "won", 5), *(r for r in SAMPLE.rungs if r.kind == "open")]
    assert preview(SAMPLE, Ladder(tuple(rungs))).sentences == [
        "Won is now called Customer.",
        "Lost is gone: it paid 0 on reaching it.",
    ]


def test_counts_for_a_rung_that_isnt_there_are_refused() -> None:
    with pytest.raises(UnknownRungError):
        preview(SAMPLE, SAMPLE, {"demo": 1})
