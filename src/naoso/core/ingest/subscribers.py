"""What ingest does when something happened elsewhere."""

from __future__ import annotations

from django.conf import settings

from naoso.core.ingest.nats_conf import UsersFile
from naoso.kernel.events import Event


def follow_source(event: Event) -> None:  # noqa: ARG001 - any change of a source means the same
    """A new, changed or disabled source: the stream's server learns of it."""
    users_file().follow()


def users_file() -> UsersFile:
    """As the settings say."""
    stream = settings.STREAM
    return UsersFile(
        path=stream.nats_conf,
        house=stream.nats_user,
        house_password=stream.nats_password.get_secret_value(),
        pid_file=stream.nats_pid_file,
        parts=stream.ingest_partitions,
    )
