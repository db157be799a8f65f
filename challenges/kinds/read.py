"""Read or watch: something to learn, for so many seconds by our clock, and maybe a question at the end."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wtforms import URLField

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
    is_link,
    register,
    wrong,
)
from challenges.models import ChallengeStep

MARK = "*"


class ReadForm(StepForm):
    """Where it is, how long it takes at least, what is asked."""

    url = a_line(
        "Address", longest=2000, kind=URLField, description="Empty: they read the explanation below."
    )
    seconds = a_number("Seconds it takes at least", 0, 3600, default=30)
    question = a_line("Question at the end", longest=300)
    choices = a_text("Answers, one in each line", longest=1000, description="Put * before the right one.")


@register
class Read(Kind):
    """`data`: url, seconds, question, choices (lines; the right ones begin with *)."""

    name = "read"
    title = "Read or watch"
    says = "An article or a video, with a question at the end if you like."
    icon = "book-open"
    action = "Have a look"
    hue = 5
    minutes = 3
    form = ReadForm

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs something to read, and a question needs a right and a wrong answer."""
        url = step.data.get("url") or ""
        if url and not is_link(url):
            yield "url", "That isn’t a web address: https://…"
        if not url and not step.body.strip():
            yield "url", "Give the address of what there is to read or watch, or write it below."
        answers = lines(step.data.get("choices"))
        if step.data.get("question") and len({right for _, right in answers}) < 2:
            yield "choices", "Give a right answer (with * before it) and a wrong one."

    def shown(self, turn: Turn, /) -> dict[str, Any]:
        """The answers, without what marks the right one; how long is left."""
        answers = lines(turn.data.get("choices")) if turn.data.get("question") else []
        choices = [(number, words) for number, (words, _) in enumerate(answers)]
        return {
            "choices": choices,
            "wait": _wait(turn),
            "button": "I have read it",
            "is_open": bool(turn.opened_at),
        }

    def check(self, turn: Turn, given: Given) -> Outcome:
        """Opened, and long enough ago; the question answered right."""
        if turn.data.get("url") and not turn.opened_at:
            return wrong(form="Open it first: the button above leads there.")
        wait = _wait(turn)
        if wait:
            return wrong(
                form=f"That was quick. Take {wait} more {'second' if wait == 1 else 'seconds'}; nothing is lost."
            )
        answers = lines(turn.data.get("choices")) if turn.data.get("question") else []
        if answers:
            picked = given.number("answer", 0, len(answers) - 1)
            if picked is None:
                return wrong(answer="Choose an answer.")
            if not answers[picked][1]:
                return wrong(answer="Not quite. Have another look at it, and try again.")
            kept = {"question": turn.data["question"], "words": answers[picked][0]}
            return Outcome(verdict="done", data={**kept, "seconds": round(turn.seconds)})
        return Outcome(verdict="done", data={"seconds": round(turn.seconds)})

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """How long, and the answer."""
        if "seconds" in data:
            yield Evidence(label="Time", text=f"{data['seconds'] // 60} min {data['seconds'] % 60} s")
        if data.get("question"):
            yield Evidence(label=data["question"], text=data["words"], good=True)


def lines(text: str | None) -> list[tuple[str, bool]]:
    """Answers in lines: words, and whether it is right."""
    found = [line.strip() for line in (text or "").splitlines() if line.strip(f" {MARK}")]
    return [(line.lstrip(f"{MARK} "), line.startswith(MARK)) for line in found]


def _wait(turn: Turn) -> int:
    least = int(turn.data.get("seconds") or 0)
    return max(0, least - int(turn.seconds)) if turn.opened_at else least
