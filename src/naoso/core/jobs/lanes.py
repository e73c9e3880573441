"""The worker process: a lane for every job and one for urgent jobs alone, so that no import delays a warning.

Both lanes are Procrastinate workers of one event loop; their jobs run in threads.
"""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor

from procrastinate import App
from procrastinate.app import WorkerOptions

EVERYTHING = WorkerOptions(name="everything", concurrency=4, install_signal_handlers=False)
URGENT = WorkerOptions(
    name="urgent",
    concurrency=2,
    queues=["clock", "notify", "response", "warnings"],
    install_signal_handlers=False,
)


async def run(app: App) -> None:
    """Until SIGTERM or SIGINT; then the jobs that run come to their end.

    `app` has a connector of workers. A lane that fails ends the process with its error.
    """
    loop = asyncio.get_running_loop()
    # else the number of cores decides how many jobs run at once
    loop.set_default_executor(ThreadPoolExecutor(EVERYTHING["concurrency"] + URGENT["concurrency"]))
    async with app.open_async(), asyncio.TaskGroup() as lanes:
        running = [lanes.create_task(app.run_worker_async(**options)) for options in (EVERYTHING, URGENT)]

        def stop() -> None:
            for lane in running:
                lane.cancel()

        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
