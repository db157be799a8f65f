"""A survey: a number from 0 to 10, the reason for it, and more questions if need be.

Every answer is worth the same. A low number makes a fact that somebody may follow up; it never leads to an ask, and
never decides who is asked for a public review (challenges.problems).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from challenges.kinds import (
    Evidence,
    Given,
    Kind,
    Outcome,
    StepForm,
    Turn,
    a_line,
    a_number,
    a_text,
    register,
    wrong,
)
from challenges.models import ChallengeStep
from hub import activity

MORE = 5


class SurveyForm(StepForm):
    """The question, its ends, what is asked besides."""

    question = a_line("Question, answered from 0 to 10", longest=300)
    low = a_line("What 0 means", longest=60, default="Not at all")
    high = a_line("What 10 means", longest=60, default="Certainly")
    ask = a_line("Then ask in words", longest=300, default="What is the main reason for your answer?")
    more = a_text(
        "More questions, one in each line", longest=1500, description="Five at most, answered in words."
    )
    low_below = a_number("Somebody looks after answers below", 0, 10, default=7)


@register
class Survey(Kind):
    """`data`: question, low, high, ask, more (lines), low_below."""

    name = "survey"
    title = "Survey or NPS"
    says = "A number from 0 to 10 and the reason. Every answer is worth the same."
    icon = "chart-line"
    action = "Answer"
    hue = 8
    minutes = 1
    form = SurveyForm

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs its question."""
        if not step.data.get("question"):
            yield "question", "Ask something that can be answered from 0 to 10."
        if len(more(step.data)) > MORE:
            yield "more", "Five more questions are as many as anybody answers."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """The further questions."""
        return {"more": more(turn.data)}

    def check(self, turn: Turn, given: Given) -> Outcome:
        """The number is needed; words are welcome."""
        score = given.number("score", 0, 10)
        if score is None:
            return wrong(score="Choose a number from 0 to 10.")
        replies = [
            [question, given.words(f"more{place}", 2000)[:2000]]
            for place, question in enumerate(more(turn.data))
        ]
        kept = {
            "question": turn.data.get("question") or "", "score": score, "words": given.words("reason", 2000)[:2000],
            "replies": replies,
        }  # fmt: skip
        return Outcome(verdict="done", data=kept)

    def keep(self, turn: Turn, outcome: Outcome, /) -> None:
        """A low answer is a fact for whoever looks after this member; nothing is asked of them for it."""
        score, below = outcome.data["score"], int(turn.data.get("low_below") or 0)
        data = {"score": score, "step_id": turn.step.id, "challenge_id": turn.step.challenge_id}
        subject = f"submission:{turn.submission_id}"
        activity.record("survey.answered", subject=subject, by_id=turn.member.id, now=turn.now, data=data)
        if score < below:
            activity.record(
                "survey.low_score", subject=subject, by_id=turn.member.id, now=turn.now, data=data
            )

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """The number, the reason, the replies."""
        if "score" in data:
            yield Evidence(label=data.get("question") or "Score", text=f"{data['score']} of 10")
        if data.get("words"):
            yield Evidence(label="Why", text=data["words"])
        for question, words in data.get("replies") or ():
            if words:
                yield Evidence(label=question, text=words)


def more(data: Mapping[str, Any]) -> list[str]:
    """The further questions."""
    return [line.strip() for line in (data.get("more") or "").splitlines() if line.strip()]
