"""`./naoso simulate …`: devices and people that are not there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from naoso.cli.reporting import reported

app = typer.Typer(help="Devices that are not there: simulated and replayed.", no_args_is_help=True)


@app.command("replay")
def simulate_replay(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, help="Hourly CSV in the form of the Beijing multi-site data set."
        ),
    ],
    *,
    speed: Annotated[
        float, typer.Option(min=0, help="Times faster than life; 0 is as fast as possible.")
    ] = 3600.0,
) -> None:
    """Replay a recorded file through the real path (MQTT, stream, ingest), shifted so that it ends now."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli import simulate

        simulate.replay(file, speed)


@app.command("fire")
def simulate_fire(
    *,
    premises: Annotated[
        list[str] | None, typer.Option(help="Code of premises; may be given again. Without it: all.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Alarms; a storm goes round all premises.")] = 1,
    seconds: Annotated[float, typer.Option(min=0, help="Spread over so many seconds.")] = 0.0,
    kind: Annotated[str, typer.Option(help="alarm, fault, test, isolate")] = "alarm",
    flapping: Annotated[bool, typer.Option("--flapping", help="One detector changes over and over.")] = False,
    clock_off: Annotated[float, typer.Option(help="The devices' clocks are off by so many minutes.")] = 0.0,
    restore: Annotated[bool, typer.Option("--restore", help="Reset the panels at the end.")] = False,
) -> None:
    """Fire alarms of the demonstration's premises over MQTT; `--count 10000 --seconds 10` is a storm."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli.fire_alarms import Show, play

        gone = dt.timedelta(minutes=clock_off)
        show = Show(tuple(premises or ()), count, seconds, kind, flapping, gone, restore)
        typer.echo(f"{play(show)} messages were taken by the stream")


@app.command("crews")
def simulate_crews(
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=5000, help="How many move.")] = 50,
    *,
    every: Annotated[float, typer.Option(min=1, help="Seconds between two positions of one.")] = 5.0,
    seconds: Annotated[float, typer.Option(min=0, help="Stop after so long; 0: until told to.")] = 0.0,
) -> None:
    """Crews and vehicles of the demonstration that drive about and tell their positions over MQTT.

    Who is sent drives to the incident. Where there are fewer resources than asked for, simulated ones
    are added.
    """
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli import simulate_crews as crews

        crews.run(number, every, seconds)


@app.command("sos")
def simulate_sos(
    *,
    count: Annotated[int, typer.Option("-n", "--count", min=1, help="How many people call.")] = 1,
    moving: Annotated[
        bool, typer.Option("--moving", help="Their phones go on telling where they are.")
    ] = False,
    seconds: Annotated[float, typer.Option(min=0, help="How long they move.")] = 60.0,
) -> None:
    """Calls for help over the real address, in communes chosen by chance."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli.sos_calls import play

        typer.echo(f"{play(count, moving=moving, seconds=seconds)} calls were taken")


@app.command("cameras")
def simulate_cameras(
    number: Annotated[int, typer.Option("-n", "--number", min=1, max=1000, help="How many cameras.")] = 50,
    *,
    port: Annotated[int, typer.Option(help="Port of the RTSP server; 0 chooses one.")] = 8554,
    faulty: Annotated[int, typer.Option(min=0, max=100, help="Of a hundred, so many have a fault.")] = 8,
    videos: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of videos to loop as well.")
    ] = None,
) -> None:
    """A real RTSP server with looped H.264: rtsp://127.0.0.1:<port>/camera-001 and …/camera-001/sub.

    User `demo`, password `demo`. Needs no running centre. Ctrl-C ends it.
    """
    with reported():
        from naoso.cli.simulated_cameras.running import simulate

        simulate(number, port, faulty, videos, typer.echo)


@app.command("cameras-password")
def simulate_cameras_password() -> None:
    """Print name and password of the demonstration's cameras, for trying "Find cameras" in 127.0.0.0/30."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli.simulated_cameras.running import demo_credentials

        who = demo_credentials()
        typer.echo(f"{who.username} {who.password}")


@app.command("camera-fault")
def simulate_camera_fault(
    code: Annotated[str, typer.Argument(help="Code of a camera of the demonstration, or all.")],
    fault: Annotated[
        str,
        typer.Argument(
            help="offline, hanging, silent, refusing, 1970, black, frozen, blurred, covered, turned; ok: none"
        ),
    ],
) -> None:
    """Give a camera of the demonstration a fault, or take it away."""
    from naoso.cli import run

    with reported():
        run.setup()
        from naoso.cli.simulated_cameras.running import set_fault

        typer.echo(f"{set_fault(code, fault)} cameras changed")
