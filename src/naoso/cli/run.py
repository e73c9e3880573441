"""The processes of a centre, as the supervisor starts them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

from naoso.config import options


def web() -> None:
    """Become Granian: ASGI, one or more workers."""
    web_options = options.web()
    arguments = [
        sys.executable, "-m", "granian", "naoso.config.asgi:application", "--interface", "asginl",
        "--host", web_options.host, "--port", str(web_options.port),
        "--workers", str(web_options.web_workers), "--loop", "uvloop", "--no-ws",
        "--workers-kill-timeout", "5", "--respawn-failed-workers", "--backlog", "2048",
    ]  # fmt: skip
    os.environ["NAOSO_WEB_MASTER"] = str(os.getpid())  # exec keeps the number
    os.execv(sys.executable, arguments)


BEHIND = 10  # niceness of what may wait while alarms come in


def worker() -> None:
    """Run background jobs; in a storm the alarms' own way goes first."""
    setup()
    from procrastinate.contrib.django import app, django_connector

    from naoso.core.jobs import lanes

    os.nice(BEHIND)
    connector = app.connector
    assert isinstance(connector, django_connector.DjangoConnector)
    with app.replace_connector(connector.get_worker_connector()):
        asyncio.run(lanes.run(app))


def relay() -> None:
    """Send the outbox until told to stop."""
    setup()
    from naoso.config.modules import registry
    from naoso.core.outbox.relay import Relay

    stream = options.stream()
    subscribers: dict[str, list[str]] = {}
    for module in registry:
        for name, path in module.subscriptions:
            subscribers.setdefault(name, []).append(path)
    runner = Relay(
        servers=stream.nats_url,
        user=stream.nats_user,
        password=stream.nats_password.get_secret_value(),
        subscribers=subscribers,
    )

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await runner.run(stop)

    asyncio.run(main())


def ingest(index: int, of: int) -> None:
    """Store what the stream brings."""
    setup()
    from naoso.cli import streaming

    streaming.ingest(index, of)


def messages() -> None:
    """Hand alarms, positions and other messages to their domains."""
    setup()
    from naoso.cli import streaming

    streaming.messages()


def media() -> None:
    """Hold the connections to cameras: live pictures and recordings."""
    setup(jobs=False)
    from naoso.domains.cameras.media import process

    cameras = options.cameras()
    process.run(process.Place(options.web().host, cameras.media_port, cameras.recordings_dir))


def cameras() -> None:
    """Ask every camera for a picture, twice a minute."""
    setup()
    from naoso.domains.cameras.watching import process

    os.nice(BEHIND // 2)
    process.run()


def plates() -> None:
    """Read number plates from the cameras that are named for it."""
    setup()
    from naoso.cli.plate_reading import process

    process.run()


def demo_cameras() -> None:
    """Be the cameras of the demonstration."""
    setup()
    from naoso.cli.simulated_cameras import running

    running.demonstrate()


def nats_users() -> None:
    """Let the stream's server know the registered sources."""
    setup()
    from naoso.cli import streaming

    streaming.nats_users()


def simulators() -> None:
    """Speak as the demo's devices do."""
    setup()
    from naoso.cli import simulate

    simulate.run_simulators()


def seed(password: str) -> str:
    """Fill in the demo province, safe to repeat; returns the cast as JSON."""
    setup()
    from naoso.config.modules import registry
    from naoso.core.people import seed as people
    from naoso.core.places import seed as places
    from naoso.kernel.modules import resolve

    places.seed()
    people.seed(password)
    for module in registry:
        if module.seed:
            resolve(module.seed)()
    roles = {code: name for code, name, _english in people.ROLES}
    return json.dumps([[person.username, person.name, roles[person.role]] for person in people.CAST])


def first_code() -> str:
    """The one-time code of the first administrator."""
    setup()
    from naoso.core.people.first import create_first_code

    return create_first_code()


def setup(*, jobs: bool = True) -> None:
    """Django, for a process that is not a web server; without jobs, 120 MB that only they need stay out."""
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naoso.config.settings")
    if not jobs:
        settings.PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "no_tasks"
    django.setup()
