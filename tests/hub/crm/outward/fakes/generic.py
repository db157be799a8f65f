"""Any system that takes our own message."""

from tests.hub.crm.outward.fakes.base import Asked, Fake, Reply


class FakeReceiver(Fake):
    """Any system that takes our own message, and knows a message's id when it comes again."""

    def makes(self, asked: Asked) -> bool:
        return asked.method == "POST"

    def answer(self, asked: Asked) -> Reply:
        message_id = asked.headers["webhook-id"]
        found = self.kept.setdefault(message_id, {"number": f"D-{len(self.kept) + 1}", **asked.data["data"]})
        return 200, {"deal_id": found["number"]}
