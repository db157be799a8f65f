"""A question, answered in words."""

from collections.abc import Iterable
from typing import ClassVar

from challenges.kinds import Given, Kind, Outcome, StepForm, Turn, a_line, a_number, register, wrong
from challenges.kinds.base import LONGEST
from challenges.models import ChallengeStep


class QuestionForm(StepForm):
    """The question, and how much there is to say at least."""

    question = a_line("Question", longest=300)
    least = a_number("Characters at least", 0, 2000, default=20)


class Words(Kind):
    """What kinds share that are answered in words: `data` has question and least."""

    form: ClassVar[type[StepForm]] = QuestionForm
    wants_review = True
    minutes = 3

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs its question."""
        if not step.data.get("question"):
            yield "question", "Write the question."

    def check(self, turn: Turn, given: Given) -> Outcome:
        """Long enough and not too long; somebody reads it."""
        words, least = given.words(), int(turn.data.get("least") or 1)
        if not words:
            return wrong(answer="Write a few words first.")
        if len(words) < least:
            return wrong(answer=f"A little more, please: {least} characters say enough.")
        if len(words) > LONGEST:
            return wrong(answer=f"{LONGEST:,} characters fit.")
        kept = {"answer": words, "words": words, "question": turn.data.get("question") or ""}
        return Outcome(verdict="review", data=kept, words=words)


@register
class Question(Words):
    """A short answer."""

    name = "question"
    title = "Short answer"
    says = "A question answered in a few sentences: a quote, a story, a tip."
    icon = "message-circle"
    action = "Answer"
    hue = 9
