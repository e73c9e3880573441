"""`python -m naoso.cli`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naoso.config.settings")

from naoso.cli.app import app

app()
