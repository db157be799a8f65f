"""Product feedback: said by the member, read and answered by staff, in a thread under the submission."""

from challenges.kinds import register
from challenges.kinds.question import Words


@register
class Feedback(Words):
    """As a short answer; its submission has a thread in which staff write back."""

    name = "feedback"
    title = "Product feedback"
    says = "Goes to the product team, who answer each in a thread."
    icon = "lightbulb"
    action = "Tell us"
    hue = 3
