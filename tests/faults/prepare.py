"""Registers the sources of a fault test in the rig's database; prints their secrets as JSON."""

from __future__ import annotations

import json

from naoso.cli.run import setup

SOURCES, PROPERTIES = 6, ("pm25", "pm10", "no2")


def main() -> None:
    setup()
    from naoso.cli.streaming import nats_users
    from naoso.core.people.models import Organisation
    from naoso.core.registry.services import register_source, register_thing
    from naoso.core.telemetry.services import register_series

    owner = Organisation.objects.create(code="rig", name="Rig", kind="department")
    secrets = {}
    for number in range(SOURCES):
        code = f"rig-{number}"
        source, secrets[code] = register_source(
            actor=None, code=code, name=code, owner=owner, domain="environment"
        )
        thing = register_thing(
            actor=None, kind="station", code=code, name=code, owner=owner, domain="environment", source=source
        )
        for name in PROPERTIES:
            register_series(
                actor=None, key=f"{code}/{name}", source=source, thing=thing, property=name, unit="ug/m3",
                low=0, high=2000,
            )  # fmt: skip
    nats_users()
    print(json.dumps(secrets))


if __name__ == "__main__":
    main()
