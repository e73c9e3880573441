"""Who may speak to the stream's server: its users' file follows the registered sources."""

from __future__ import annotations

import os
import signal
import stat
from dataclasses import dataclass
from pathlib import Path

from naoso.connectors.nats.config import (
    PARTS,
    Publisher,
    bootstrap_users,
    users_conf,
)
from naoso.connectors.nats.config import server_conf as render_server_conf
from naoso.connectors.nats.passwords import bcrypt

__all__ = ["UsersFile", "bootstrap_users", "render_server_conf"]


@dataclass(frozen=True, slots=True)
class UsersFile:
    """The file, the house's own credential, and whom to signal."""

    path: Path
    house: str
    house_password: str
    pid_file: Path
    parts: int = PARTS

    def follow(self) -> bool:
        """Writes the enabled sources and makes the server read them; False when it is not ours to signal."""
        from naoso.core.registry.models import Source  # noqa: PLC0415 - the launcher has no Django yet

        enabled = Source.objects.enabled().order_by("code").values_list("code", "secret_bcrypt")
        publishers = [Publisher(code, hashed) for code, hashed in enabled]
        self._replace(users_conf(self.house, bcrypt(self.house_password), publishers, self.parts))
        return self._reload()

    def _replace(self, text: str) -> None:
        """At once, with the owner and the mode that the file had; a new one is private."""
        part = self.path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_text(text)
        if self.path.exists():
            old = self.path.stat()
            part.chmod(stat.S_IMODE(old.st_mode))
            if os.geteuid() == 0:
                os.chown(part, old.st_uid, old.st_gid)
        part.replace(self.path)

    def _reload(self) -> bool:
        try:
            os.kill(int(self.pid_file.read_text()), signal.SIGHUP)
        except (OSError, ValueError):
            return False
        return True
