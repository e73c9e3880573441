"""Background jobs: each app keeps its own in `tasks.py`; Procrastinate finds them there."""

from __future__ import annotations

from procrastinate import App


def on_app_ready(app: App) -> None:
    """A job that was running when its worker died is tried again by `ingest.tasks.rescue`."""
    app.worker_defaults["delete_jobs"] = "successful"
