"""A quiz: questions with right answers, a mark to reach, and something to learn from each answer."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as PlainForm

from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, a_line, a_number, register, wrong
from challenges.models import ChallengeStep

QUESTIONS, CHOICES = 12, 6


class ChoiceForm(PlainForm):
    """One answer to choose, and what choosing it teaches."""

    text = a_line("Answer")
    right = BooleanField("Right")
    why = a_line("What one learns from choosing it", longest=300)


class QuestionForm(PlainForm):
    """One question."""

    text = a_line("Question", longest=300)
    choices = FieldList(FormField(ChoiceForm), min_entries=4, max_entries=CHOICES)


class QuizForm(StepForm):
    """Questions and the mark."""

    mark = a_number("Right answers needed, in percent", 1, 100, default=80)
    tries = a_number("Tries", 0, 20, default=0, description="0 lets them try until they know it.")
    shuffle = BooleanField("Shuffle questions and answers", default=True)
    questions = FieldList(FormField(QuestionForm), min_entries=1, max_entries=QUESTIONS)

    def add_row(self, row: str, /) -> None:
        """Another question, or another answer to one."""
        choices = {entry.form.choices.name: entry.form.choices for entry in self.questions}
        wanted: Any = self.questions if row == "questions" else choices.get(row)
        if wanted is not None and len(wanted) < (wanted.max_entries or 1):
            wanted.append_entry()

    def read(self) -> dict[str, Any]:
        """Without the rows that were left empty."""
        found = super().read()
        for question in found["questions"]:
            question["choices"] = [choice for choice in question["choices"] if choice["text"]]
        found["questions"] = [q for q in found["questions"] if q["text"] or q["choices"]]
        return found


@register
class Quiz(Kind):
    """`data`: mark, tries, shuffle, questions [{text, choices [{text, right, why}]}]. Several may be right."""

    name = "quiz"
    title = "Quiz"
    says = "Questions with a pass mark; each answer teaches something."
    icon = "graduation-cap"
    action = "Take the quiz"
    hue = 7
    minutes = 4
    form = QuizForm

    @property
    def builder(self) -> str:
        """Questions have rows of their own."""
        return "challenges/desk/_quiz.html"

    def problems(self, step: ChallengeStep) -> Iterable[tuple[str, str]]:
        """Each question needs words, two answers, and at least one right and one wrong among them."""
        questions = step.data.get("questions") or []
        if not questions:
            yield "questions", "Ask at least one question."
        for place, question in enumerate(questions, 1):
            choices = question.get("choices") or []
            if not question.get("text"):
                yield "questions", f"Question {place} has no words."
            elif len(choices) < 2 or len({bool(choice.get("right")) for choice in choices}) < 2:
                yield (
                    "questions",
                    f"Question {place} needs two answers or more, with a right and a wrong one.",
                )

    def shown(self, turn: Turn) -> dict[str, Any]:
        """Questions and answers in this member's order for this try, and how the last try went."""
        tries = turn.kept.get("tries") or []
        return {
            "questions": in_order(turn, len(tries)), "last": tries[-1] if tries else None,
            "left": left(turn), "is_over": left(turn) == 0, "mark": turn.data.get("mark") or 80,
        }  # fmt: skip

    def check(self, turn: Turn, given: Given) -> Outcome:
        """Counts the questions answered exactly right. Below the mark the try is kept, and they may try again."""
        if left(turn) == 0:
            return wrong(form="All tries are used. Somebody from the team can help you on.")
        questions = turn.data.get("questions") or []
        chosen = [_chosen(given, place, len(question["choices"])) for place, question in enumerate(questions)]
        if missing := {f"q{place}": "Choose an answer." for place, picks in enumerate(chosen) if not picks}:
            return Outcome(verdict="wrong", errors=missing)
        lines = [_line(question, picks) for question, picks in zip(questions, chosen, strict=True)]
        right = sum(line["right"] for line in lines)
        passed = right * 100 >= (turn.data.get("mark") or 80) * len(lines)
        tried = {
            "right": right,
            "of": len(lines),
            "passed": passed,
            "lines": lines,
            "at": turn.now.isoformat(),
        }
        tries = [*(turn.kept.get("tries") or []), tried][-20:]
        says = f"{right} of {len(lines)} right." + (
            "" if passed else " Read what each answer says, then try again."
        )
        return Outcome(verdict="done" if passed else "open", data={"tries": tries}, says=says)

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """The last try, question by question."""
        tries = data.get("tries") or []
        for line in tries[-1]["lines"] if tries else ():
            yield Evidence(label=line["question"], text=", ".join(line["chosen"]), good=line["right"])
        if len(tries) > 1:
            yield Evidence(label="Tries", text=str(len(tries)))


def left(turn: Turn) -> int | None:
    """How many tries are left; None without a limit."""
    allowed = turn.data.get("tries") or 0
    return max(0, allowed - len(turn.kept.get("tries") or [])) if allowed else None


def in_order(turn: Turn, tried: int) -> list[dict[str, Any]]:
    """The questions as shown: `place` and each answer's number are the builder's, whatever the order."""
    shown: list[dict[str, Any]] = [
        {
            "place": place, "text": question["text"],
            "choices": [(number, choice["text"]) for number, choice in enumerate(question["choices"])],
            "several": sum(bool(choice.get("right")) for choice in question["choices"]) > 1,
        }
        for place, question in enumerate(turn.data.get("questions") or [])
    ]  # fmt: skip
    if turn.data.get("shuffle"):
        dice = random.Random(f"{turn.step.id}:{turn.member.id}:{tried}")  # noqa: S311 - an order, not a secret
        dice.shuffle(shown)
        for question in shown:
            dice.shuffle(question["choices"])
    return shown


def _chosen(given: Given, place: int, choices: int) -> list[int]:
    picked = {int(value) for value in given.many(f"q{place}") if value.isascii() and value.isdigit()}
    return sorted(number for number in picked if number < choices)


def _line(question: Mapping[str, Any], picks: Sequence[int]) -> dict[str, Any]:
    """One answered question with its own words, so that it reads the same after the quiz was edited."""
    choices = question["choices"]
    right = [number for number, choice in enumerate(choices) if choice.get("right")]
    return {
        "question": question["text"], "right": list(picks) == right,
        "chosen": [choices[pick]["text"] for pick in picks],
        "why": [choices[pick]["why"] for pick in picks if choices[pick].get("why")],
    }  # fmt: skip
