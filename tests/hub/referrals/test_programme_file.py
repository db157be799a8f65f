"""Programmes as text files: what is read, what is refused and why, and that writing one back loses nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.referrals.ladder import SAMPLE, Ladder, Rung
from hub.referrals.programme_file import Page, Policies, ProgrammeFile, dump, read
from hub.referrals.samples import PROGRAMME
from hub.referrals.textfile import TextFileError

SMALL = """
name = "Small"
slug = "small"
[ladder]
Submitted = 100
Won = 32000
"""


def refused(text: str | bytes) -> dict[str, str]:
    """The problems of a text, by field."""
    with pytest.raises(TextFileError) as caught:
        read(text)
    for problem in caught.value.problems:
        assert all((problem.field, problem.why, problem.what_to_do))
    return {problem.field: f"{problem.why}; {problem.what_to_do}" for problem in caught.value.problems}


def test_the_sample_is_the_ladder_that_everybody_talks_about() -> None:
    programme = read(PROGRAMME.read_bytes())
    assert programme.ladder == SAMPLE
    assert programme.slug == "aluv"
    assert programme.audience == ("customer", "partner", "employee")
    assert programme.policies == Policies(daily_cap=10)
    assert len(programme.page.faq) == 3
    assert "outgrown its spreadsheets" in programme.page.ideal_customer
    assert read(dump(programme)) == programme


def test_what_is_left_out_has_a_default() -> None:
    programme = read(SMALL)
    assert programme.audience == ("customer", "partner", "employee")
    assert programme.policies == Policies("unspent", None, False, "member", 100, None)
    assert programme.page == Page()
    assert [rung.kind for rung in programme.ladder.rungs] == ["open", "won"]


def test_a_stage_may_name_its_key_and_kind() -> None:
    programme = read(SMALL.replace("Won = 32000", '"Deal closed" = { total = 9, kind = "won", key = "won" }'))
    assert programme.ladder.won == Rung("won", "Deal closed", 9, "won", 2)
    assert programme.ladder.warnings() == [
        "Deal closed pays less than Submitted: nothing is paid on reaching it."
    ]
    assert read(SMALL.replace("Submitted =", '"First Contact!" =')).ladder.first.key == "first-contact"


def test_everything_wrong_is_told_at_once() -> None:
    found = refused(
        """
        name = 7
        slug = "Not A Slug"
        audience = ["customer", "robot"]
        colour = "red"
        [ladder]
        Submitted = "many"
        Won = 32000
        [policies]
        clawbak = "always"
        payee = "split"
        daily_cap = 0
        hold_submission = "yes"
        default_owner = "nobody"
        [page]
        ideal_customer = 3
        [[page.faq]]
        question = "Why?"
        """
    )
    assert set(found) == {
        "name", "slug", "audience", "colour", "ladder", "policies.clawbak", "policies.member_percent",
        "policies.daily_cap", "policies.hold_submission", "policies.default_owner", "page.ideal_customer",
        "page.faq.answer",
    }  # fmt: skip
    assert found["policies.clawbak"] == "is not a field of this file; did you mean clawback?"
    assert "'robot'" in found["audience"]
    assert "whole number from 0 to 1,000,000" in found["ladder"]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ("name = ", "file", "is not TOML"),
        ("[" * 5_000, "file", "is not TOML"),
        (b"name = '\xff'", "file", "not UTF-8"),
        ("", "name", "is missing"),
        (SMALL.replace("Small", " "), "name", "is empty"),
        (SMALL.replace("Small", "a\\u0000b"), "name", "control character U+0000"),
        (SMALL.replace("Small", "a" * 121), "name", "use at most 120"),
        (SMALL.replace("Won = 32000", ""), "ladder", "mark the last paying stage as won"),
        (SMALL.replace("Won = 32000", "Won = 3.5"), "ladder", "use a whole number"),
        (SMALL.replace("Won = 32000", "Won = { kind = 'won' }"), "ladder.Won", "add total"),
        (SMALL.replace("Won = 32000", "Won = { total = 1, when = 2 }"), "ladder.Won", "has when"),
        (SMALL.replace("Won = 32000", "Won = { total = 1, key = 2 }"), "ladder.Won", "double quotes"),
        (SMALL.replace("Won = 32000", "'日本' = 1\nWon = 32000"), "ladder", "use 1 to 40 of a-z"),
        (SMALL.replace("[ladder]", "[ladders]"), "ladder", "is missing"),
        (SMALL + "[policies]\npayee = 'both'", "policies.payee", "use one of member, company, split"),
        (SMALL + "[policies]\nmember_percent = 101", "policies.member_percent", "from 0 to 100"),
        ("policies = 3\n" + SMALL, "policies", "write a table"),
        (SMALL + "[page]\nfaq = 'none'", "page.faq", "write [[page.faq]]"),
        ("audience = []\n" + SMALL, "audience", "name at least one type"),
        ("audience = 5\n" + SMALL, "audience", "write a list"),
    ],
)
def test_a_wrong_field_is_named_with_why_and_what_to_do(wrong: str | bytes, field: str, words: str) -> None:
    assert words in refused(wrong)[field]


lines = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60).map(str.strip)
texts = st.lists(lines, max_size=4).map("\n".join).map(str.strip)
labels = lines.filter(lambda text: bool(text) and not set(text) & set("\u2028\u2029"))


@st.composite
def programmes(draw: st.DrawFn) -> ProgrammeFile:
    names = draw(st.lists(labels, min_size=1, max_size=6, unique_by=str.casefold))
    totals = draw(st.lists(st.integers(0, 1_000_000), min_size=len(names), max_size=len(names)))
    last = len(names) - 1
    rungs = tuple(
        Rung(f"k{at}", name, total, "won" if at == last else "open", at + 1)
        for at, (name, total) in enumerate(zip(names, totals, strict=True))
    )
    policies = Policies(
        clawback=draw(st.sampled_from(["never", "unspent", "always"])),
        daily_cap=draw(st.none() | st.integers(1, 10_000)),
        hold_submission=draw(st.booleans()),
        payee=draw(st.sampled_from(["member", "company", "split"])),
        member_percent=draw(st.integers(0, 100)),
        default_owner=draw(st.none() | st.just("rep@example.com")),
    )
    faq = draw(st.lists(st.tuples(lines.filter(bool), texts.filter(bool)), max_size=3))
    page = Page(draw(texts), draw(texts), draw(texts), draw(texts), tuple(faq))
    audience = draw(st.sampled_from([("customer",), ("partner", "employee")]))
    return ProgrammeFile(draw(lines.filter(bool)), "a-slug", audience, Ladder(rungs), policies, page)


@given(programmes())
def test_what_is_written_reads_back_the_same(programme: ProgrammeFile) -> None:
    assert read(dump(programme)) == programme


def test_awkward_texts_survive() -> None:
    page = Page('Say "hi"\\n and """three"""\nthen \\ and\ttab', "one\\", "line\nend\\")
    programme = ProgrammeFile("A\\B", "x", ("customer",), SAMPLE, Policies(), page)
    assert read(dump(programme)) == programme
