"""Deliveries and kinds of CRM in words for managers."""

from dataclasses import dataclass

from hub.crm.models import DeliveryState

KIND_NAMES = {
    "generic": "Any other CRM or script", "hubspot": "HubSpot", "salesforce": "Salesforce", "pipedrive": "Pipedrive",
}  # fmt: skip
KIND_NOTES = {
    "generic": "Our own open format, signed; for whatever can call an address.",
    "hubspot": "Webhooks of a HubSpot app, signature version 3.",
    "salesforce": "Outbound messages of a flow on opportunities.",
    "pipedrive": "Webhooks, version 2.",
}
ACCOUNT_HELP = {
    "generic": "Not needed.",
    "hubspot": "The HubSpot account (portal) number. Messages of other accounts are kept and not applied.",
    "salesforce": "The organization's id, 15 or 18 characters. Needed: outbound messages carry no signature.",
    "pipedrive": "The user name that you give to Pipedrive's HTTP authentication.",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A state of a delivery: what it is called, how its chip looks, what it means."""

    name: str
    chip: str
    means: str


OUTCOMES = {
    "pending": Outcome("In the queue", "info", "It is kept and gets booked within seconds; longer means no worker."),
    "done": Outcome("Booked", "gain", "The referral heard of it, and what was due has been paid."),
    "skipped": Outcome("Nothing to do", "line", "It was understood, and it moves no referral."),
    "waiting": Outcome(
        "Waits for a referral", "warn",
        "We don't know its deal yet. It is booked as soon as a referral fits, or you link it.",
    ),
    "unmapped": Outcome("Waits for a mapping", "warn", "Nobody has said yet what this stage means on our ladder."),
    "set_aside": Outcome(
        "Set aside", "bad", "It needs a person: mend the reason, then replay it. Replaying never pays twice.",
    ),
}  # fmt: skip

KINDS_SAY = {
    "deleted": "was deleted", "restored": "was restored", "merged": "was merged", "amount": "has another amount",
}  # fmt: skip


def headline(state: DeliveryState) -> str:
    """What a delivery says, in a few words."""
    subject = f"Deal {state.deal_id}" if state.deal_id else state.referral_code or "A deal"
    if state.kind == "privacy":
        return "A contact was erased"
    if state.crm_stage and state.kind in ("stage", "merged"):
        return f"{subject} is at “{state.crm_stage}”"
    if state.kind == "other" and state.state == "set_aside":
        return "A message that can't be used"
    if state.kind in KINDS_SAY:
        return f"{subject} {KINDS_SAY[state.kind]}"
    return "Nothing about a stage"
