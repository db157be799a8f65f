"""A picture to send: a screenshot, a photo. It is drawn anew before it is kept (hub.core.uploads)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from challenges.kinds import Evidence, Given, Kind, Outcome, StepForm, Turn, a_line, register, wrong
from challenges.models import ChallengeStep
from hub.core import uploads


class UploadForm(StepForm):
    """What the picture should show."""

    question = a_line("What to send", longest=300)


@register
class Upload(Kind):
    """`data`: question. The answer keeps the number of the upload."""

    name = "upload"
    title = "Picture"
    says = "A photo or a screenshot as proof or as a gift."
    icon = "image"
    action = "Send a picture"
    hue = 6
    minutes = 3
    form = UploadForm
    wants_review = True

    def problems(self, step: ChallengeStep, /) -> Iterable[tuple[str, str]]:
        """It needs to say what of."""
        if not step.data.get("question"):
            yield "question", "Say what the picture should show."

    def check(self, turn: Turn, given: Given) -> Outcome:
        """A picture we can read; the same one again is known by its bytes. Sent before, it need not be sent again."""
        sent = given.file()
        kept = {"words": given.words("note", 1000)[:1000], "question": turn.data.get("question") or ""}
        if sent is None and turn.kept.get("upload_id"):
            return Outcome(verdict="review", data={**turn.kept, **kept}, digest=turn.kept.get("digest"))
        if sent is None:
            return wrong(file="Choose a picture first.")
        try:
            found = uploads.keep(sent.stream, member_id=turn.member.id, purpose="evidence", now=turn.now)
        except uploads.Unusable as unusable:
            return wrong(file=str(unusable))
        return Outcome(
            verdict="review",
            data={**kept, "upload_id": found.id, "digest": found.digest},
            digest=found.digest,
        )

    def evidence(self, data: Mapping[str, Any]) -> Iterator[Evidence]:
        """The picture and the words with it."""
        if data.get("upload_id"):
            yield Evidence(label=data.get("question") or "Picture", upload_id=data["upload_id"])
        if data.get("words"):
            yield Evidence(label="Their words", text=data["words"])
