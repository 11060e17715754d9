"""What Kubernetes asks a worker: is it alive, is it ready, and its metrics, over HTTP.

Faust's own `/` answers OK even while its consumer hangs, so it is no probe.
"""

import faust
from faust.sensors.prometheus import setup_prometheus_sensors
from faust.types.web import Request, Response, View

from .rooms import Rooms


def install(app: faust.App, rooms: Rooms) -> None:
    """Add `/livez`, `/readyz` and `/metrics` to the app's web server."""
    setup_prometheus_sensors(app, pattern="/metrics", name_prefix="reelguard_faust")

    @app.page("/livez")
    async def livez(view: View, _request: Request) -> Response:
        """200 while the engine process lives and the event loop answers, which it just did."""
        alive = rooms.guard.pid is not None
        return view.json({"engine": rooms.guard.build, "alive": alive}, status=_status(alive))

    @app.page("/readyz")
    async def readyz(view: View, _request: Request) -> Response:
        """200 while uploads are judged: policies are in force and their log is being followed."""
        versions = dict(rooms.in_force.snapshot().versions)
        ready = rooms.in_force.open
        return view.json({"policies": versions, "ready": ready}, status=_status(ready))


def _status(good: bool) -> int:
    return 200 if good else 503
