"""`hurrah work`: one RQ worker on one queue (two queues in one worker can lose a job between pop and start).

The app is imported before the first job. `books` runs jobs in this process; `post` forks for each, and the
child drops the parent's database connections.
"""

import os
import time

import structlog
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from rq import SimpleWorker, Worker
from rq.worker.base import BaseWorker

from hub.core import children
from hub.core.db import db
from hub.outbox import jobs
from hub.outbox.names import DRAINS, Queue
from hub.outbox.relay import doorbell

log = structlog.get_logger(__name__)
RETRY_SECONDS = 2.0


def work(app: Flask, queue: Queue, *, burst: bool = False) -> None:
    """Works on `queue` until told to stop; waits for a Redis that is away."""
    jobs.serve(app)
    children.tie_forks()  # a work-horse must not outlive a worker that was killed
    with app.app_context():
        engine = db.engine
        engine.dispose()
        os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
        url = app.extensions["settings"].effective_redis_url
        ring_for_all(queue)
    kind: type[BaseWorker] = SimpleWorker if queue == "books" else Worker
    while True:
        try:
            connection = Redis.from_url(url, socket_connect_timeout=2)
            connection.ping()
            worker = kind(
                [queue], connection=connection, serializer="json", worker_ttl=60, maintenance_interval=60,
                job_monitoring_interval=10,
            )  # fmt: skip
            worker.work(burst=burst, with_scheduler=False, logging_level="WARNING")
            return
        except (RedisError, OSError) as error:
            log.warning("worker.waits_for_redis", queue=queue, error=type(error).__name__)
            if burst:
                return
            time.sleep(RETRY_SECONDS)


def ring_for_all(queue: Queue) -> None:
    """A fresh worker looks at everything once: whatever was missed while none ran."""
    for drain in DRAINS.values():
        if drain.queue == queue:
            doorbell().ring(drain.name)
