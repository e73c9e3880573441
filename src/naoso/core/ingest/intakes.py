"""New readings go to the domains, in the transaction that stored them; one that fails stops nobody."""

from __future__ import annotations

import datetime as dt
import logging
import traceback
from collections.abc import Sequence

import numpy as np
from django.db import connection, transaction
from django.utils import timezone

from naoso.core.ingest.models import FailedIntake
from naoso.core.telemetry.batches import StoredBatch
from naoso.kernel.modules import resolve

log = logging.getLogger(__name__)

FIRST_RETRY = dt.timedelta(seconds=30)
LAST_RETRY = dt.timedelta(hours=1)
RETRIES_A_RUN = 200


def hand_to_all(intakes: Sequence[str], batch: StoredBatch) -> None:
    """Each intake in a savepoint of its own; what one raises is kept with its readings."""
    if not len(batch):
        return
    for path in intakes:
        try:
            with transaction.atomic():
                resolve(path)(batch)
        except Exception:
            if connection.connection is None or connection.connection.closed:
                raise
            keep(path, batch, traceback.format_exc(limit=8))


def keep(path: str, batch: StoredBatch, reason: str) -> FailedIntake:
    """The readings wait until the intake takes them."""
    log.error("intake %s failed on %d readings: %s", path, len(batch), reason.strip().splitlines()[-1])
    return FailedIntake.objects.create(
        intake=path,
        reason=reason,
        series_ids=batch.series_ids.tobytes(),
        times=batch.times.tobytes(),
        values=batch.values.tobytes(),
        next_try_at=timezone.now() + FIRST_RETRY,
    )


def retry_failed(now: dt.datetime) -> int:
    """Hands over again what is due; returns how many batches were taken."""
    taken = 0
    for failed in FailedIntake.objects.filter(next_try_at__lte=now).order_by("id")[:RETRIES_A_RUN]:
        taken += _retry(failed, now)
    return taken


def _retry(failed: FailedIntake, now: dt.datetime) -> bool:
    batch = StoredBatch(
        np.frombuffer(failed.series_ids, np.int32),
        np.frombuffer(failed.times, np.int64),
        np.frombuffer(failed.values, np.float64),
    )
    try:
        with transaction.atomic():
            resolve(failed.intake)(batch)
            failed.delete()
    except Exception:  # noqa: BLE001 - as above
        failed.pk = failed.pk or None
        pause = min(FIRST_RETRY * 2 ** min(failed.attempts, 10), LAST_RETRY)
        FailedIntake.objects.filter(pk=failed.pk).update(
            attempts=failed.attempts + 1, reason=traceback.format_exc(limit=8), next_try_at=now + pause
        )
        return False
    return True
