"""Certificates follow completed challenges; what is told of them."""

from collections.abc import Collection

from challenges.certificates import actions, queries
from hub import activity, notices
from hub.activity.queries import fact
from hub.core import registry
from hub.core.clock import now

notices.kind(
    "certificate.issued", icon="graduation-cap", label="See the certificate", celebrate=True,
    about="I get a certificate",
    sentence=lambda _notice, context: f"You are certified: {context.title or 'an earlier challenge'}!",
)  # fmt: skip


@activity.listens("challenge.completed", "certificates.issue")
def issue(fact_id: int) -> None:
    """Gives what was completed its certificate, if it certifies."""
    number = fact(fact_id).subject.partition(":")[2]
    actions.issue(int(number), now=now())


@registry.link("certificate")
def links(ids: Collection[int]) -> registry.Asked:
    """A certificate is called what its challenge is called."""
    return registry.Asked(
        query=queries.titles(ids), tell=lambda _number, title, code: (title, f"/certificates/{code}")
    )
