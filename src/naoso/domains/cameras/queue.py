"""Jobs are put off here, so that services need not know the jobs."""

from __future__ import annotations

from procrastinate.contrib.django import app


def find_later(pk: int) -> None:
    """A network is searched when a worker is free."""
    app.configure_task("naoso.domains.cameras.tasks.find_cameras").defer(pk=pk)


def make_later(pk: int) -> None:
    """The package is written when a worker is free."""
    app.configure_task("naoso.domains.cameras.tasks.make_package").defer(pk=pk)
