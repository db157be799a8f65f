"""A mail server as they are: it refuses, has no time, or hangs up before it says whether it took the mail."""

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.mailbox import Mailbox


class Moody(Mailbox):
    """Answers RCPT and DATA as told: `answers` by recipient, `hangs_up` that many times after it has taken a mail."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.answers: dict[str, str] = {}
        self.hangs_up = 0
        self.connections = 0

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Counts who comes."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        """Takes a recipient, or says what it was told to say."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keeps the mail, and may hang up before it says so."""
        answer = await super().handle_DATA(server, session, envelope)
        if self.hangs_up:
            self.hangs_up -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer
