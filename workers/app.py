"""Build the Faust app of a worker and run it until it is told to stop.

Faust is the consumer group and the stream; nothing is judged in its process. Its settings follow
from one number, the job's length (`settings.time_outs`); ARCHITECTURE.md says why each is needed.
"""

import logging
import os
import threading

import faust

from topics.uploads import UPLOADS

from . import logs
from .health import install as install_health
from .moderate import install as install_moderate
from .rooms import Rooms
from .settings import Settings, time_outs
from .transport import PromptTransport

log = logging.getLogger(__name__)


def build(settings: Settings) -> faust.App:
    """A Faust app that is at-least-once, patient with long jobs and creates no topics."""
    limits = time_outs(settings.job_seconds)
    app = faust.App(
        settings.group,
        broker=[f"kafka://{server}" for server in settings.kafka.split(",")],
        store="memory://",
        datadir=f"/tmp/reelguard-{settings.identity}",
        key_serializer="raw",
        value_serializer="raw",
        processing_guarantee="at_least_once",
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_max_poll_records=1,
        broker_max_poll_interval=limits.max_poll_interval,
        broker_session_timeout=limits.session,
        broker_heartbeat_interval=limits.heartbeat,
        broker_request_timeout=limits.request,
        broker_rebalance_timeout=limits.rebalance,
        broker_commit_livelock_soft_timeout=limits.commit_livelock,
        stream_buffer_maxsize=settings.concurrency,
        stream_processing_timeout=limits.processing,
        stream_wait_empty=True,
        web_enabled=settings.web_port > 0,
        web_port=settings.web_port or 6066,
        web_tables_enabled=False,
        web_router_enabled=False,
        worker_redirect_stdouts=False,
        debug=False,
    )
    app.transport = PromptTransport(app.conf.broker_consumer, app)
    return app


def run(settings: Settings) -> None:
    """Run a worker until SIGTERM or Ctrl-C; exits 1 when an engine or the sandbox cannot start."""
    logs.to_stderr(settings.log_level)
    app = build(settings)
    rooms = Rooms(settings, app.crash, stopping=lambda: app.should_stop)
    uploads = app.topic(
        UPLOADS.prefixed(settings.topic_prefix),
        value_type=bytes,
        value_serializer="raw",
        allow_empty=True,
        internal=False,
    )
    install_moderate(app, uploads, rooms, concurrency=settings.concurrency)
    install_health(app, rooms)
    worker = EndingWorker(app, rooms, redirect_stdouts=False, override_logging=False, quiet=True)
    worker.spinner = None  # it would write escape codes between our log lines
    worker.patience_seconds = time_outs(settings.job_seconds).stop
    worker.execute_from_commandline()


class EndingWorker(faust.Worker):
    """A Faust worker that ends for sure: Faust waits for ever for a broker that is away.

    What was not acknowledged then is delivered again.
    """

    patience_seconds = 60.0

    def _on_sigterm(self) -> None:
        self._end_in_time()
        super()._on_sigterm()

    def _on_sigint(self) -> None:
        self._end_in_time()
        super()._on_sigint()

    def _end_in_time(self) -> None:
        timer = threading.Timer(self.patience_seconds, self._end_now)
        timer.daemon = True
        timer.start()

    def _end_now(self) -> None:
        log.critical("not stopped after %.0f s: ending now", self.patience_seconds)
        os._exit(1)
