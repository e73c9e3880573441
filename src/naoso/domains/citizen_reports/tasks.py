"""Background jobs of reports: each calls one service."""

from __future__ import annotations

from importlib import import_module

from procrastinate.contrib.django import app

from naoso.core.people.models import Account
from naoso.domains.citizen_reports.models import ImportRun
from naoso.domains.citizen_reports.services import clocks, importing, letters, passing_on, retention


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="citizen_reports.clocks", pass_context=False)
def run_clocks(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every minute: warnings, untaken reports, escalation."""
    while clocks.run_clocks() >= clocks.BATCH:
        pass


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="citizen_reports.nightly_training", pass_context=False)
def train_nightly(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night at 02:40."""
    train_classifier.defer(actor=None)


@app.task(queueing_lock="citizen_reports.training")
def train_classifier(actor: int | None) -> None:
    """Learn anew; scikit-learn is loaded only where this runs."""
    training = import_module("naoso.domains.citizen_reports.services.training")
    training.train(actor=Account.objects.get(pk=actor) if actor else None)


@app.periodic(cron="12 * * * *")
@app.task(queueing_lock="citizen_reports.letters", pass_context=False)
def send_weekly_letters(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Each hour: to those whose hour of the week it is."""
    letters.send_due()


@app.periodic(cron="* * * * * */15")
@app.task(queueing_lock="citizen_reports.passing_on", pass_context=False)
def pass_on(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 15 s: what was passed on to outside bodies leaves; what they did is asked after."""
    passing_on.send_due()


@app.periodic(cron="* * * * * */10")
@app.task(queueing_lock="citizen_reports.blurring", lock="citizen_reports.blurring", pass_context=False)
def blur_photos(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every 10 s: each new photo gets its public side; the detectors are loaded only where this runs."""
    blurring = import_module("naoso.domains.citizen_reports.services.blurring")
    while blurring.blur_next():
        pass


@app.task(lock="citizen_reports.import", retry=3)
def take_import(run: int) -> None:
    """Write what a dry run found right, one import after the other; tried again after a crash, it goes on."""
    importing.take(ImportRun.objects.get(pk=run))


@app.periodic(cron="20 3 * * *")
@app.task(queueing_lock="citizen_reports.retention", pass_context=False)
def keep_no_longer(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every night at 03:20: identities of reports that ended long ago, and used codes, go."""
    while retention.erase_old_identities() >= retention.BATCH:
        pass
    retention.drop_old_codes()
