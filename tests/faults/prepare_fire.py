"""Registers listed premises with transmitters in the rig's database; prints them with their secrets."""

from __future__ import annotations

import json

from naoso.cli.run import setup

PREMISES = 12


def main() -> None:
    setup()
    from naoso.cli.streaming import nats_users
    from naoso.core.people.models import Organisation
    from naoso.core.registry.services import rotate_secret
    from naoso.domains.fire.tests.factories import premises

    owner = Organisation.objects.create(code="pccc", name="PCCC", kind="department")
    told = []
    for _each in range(PREMISES):
        row = premises(owner)
        source = row.transmitters.get().source
        told.append((row.pk, source.code, rotate_secret(source=source, actor=None)))
    nats_users()
    print(json.dumps(told))


if __name__ == "__main__":
    main()
