"""A process of the hub that kills itself with SIGKILL in the midst of a fulfilment, or of a choice."""

import importlib
import os
from collections.abc import Mapping
from typing import Any

import wsgi
from hub.outbox.jobs import drain_all
from tests.faults.dying import SECONDS, die, nursery
from tests.hub.rewards import scene

# step: (module, attribute path, whether it dies before or after the call)
STEPS = {
    "taken in hand": ("hub.rewards.actions.fulfilling", "take", "after"),
    "before the call": ("hub.rewards.providers.webhook", "Webhook.place", "before"),
    "after the call": ("hub.rewards.providers.webhook", "Webhook.place", "after"),
    "points spent": ("hub.ledger", "settle", "after"),
    "message done": ("hub.outbox.actions", "done", "before"),
    "after the commit": ("hub.outbox.jobs", "_run_errand", "after"),
}
CHOICES = {
    "points set aside": ("hub.ledger", "hold", "after"),
    "before the commit": ("hub.core.edges", "commit", "before"),
    "after the commit": ("hub.core.edges", "commit", "after"),
}


def fulfil(step: str, env: Mapping[str, str]) -> int | None:
    """A worker that dies at this step; its exit code."""
    return _run(_fulfil, step, dict(env))


def choose(step: str, env: Mapping[str, str], member_id: int, reward_id: int) -> int | None:
    """A request that dies at this step; its exit code."""
    return _run(_choose, step, dict(env), member_id, reward_id)


def _run(work: Any, *args: Any) -> int | None:
    doomed = nursery().Process(target=work, args=args, daemon=True)
    doomed.start()
    doomed.join(SECONDS)
    return doomed.exitcode


def _fulfil(step: str, env: dict[str, str]) -> None:
    os.environ.update(env)
    app = wsgi.create_app()
    app.config["OUTGOING_ALLOW_PRIVATE"] = True
    _doom(*STEPS[step])
    with app.app_context():
        drain_all()


def _choose(step: str, env: dict[str, str], member_id: int, reward_id: int) -> None:
    os.environ.update(env)
    app = wsgi.create_app()
    _doom(*CHOICES[step])
    scene.choose(app, member_id, reward_id)


def _doom(module: str, path: str, moment: str) -> None:
    holder: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        holder = getattr(holder, parent)
    work = getattr(holder, name)

    def deadly(*args: Any, **kwargs: Any) -> Any:
        if moment == "before":
            die()
        result = work(*args, **kwargs)
        if result != 0:  # a round that found nothing is not the one
            die()
        return result

    setattr(holder, name, deadly)
