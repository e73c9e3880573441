"""Background jobs: each app keeps its own in `tasks.py`; Procrastinate finds them there."""

from __future__ import annotations

from procrastinate import App

from naoso.core.jobs import rescue


def on_app_ready(app: App) -> None:
    """What every worker does; a job that was running when its worker died is given back by `core.jobs`."""
    app.worker_defaults["delete_jobs"] = "successful"
    app.worker_defaults["update_heartbeat_interval"] = rescue.HEARTBEAT_S
    app.worker_defaults["stalled_worker_timeout"] = rescue.STALLED_S
