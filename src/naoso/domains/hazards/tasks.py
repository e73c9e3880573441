"""What the clock does: reckoned values, then outlooks."""

from __future__ import annotations

from procrastinate.contrib.django import app

from naoso.domains.hazards import derived, forecasting


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="hazards.derive", queue="clock")
def derive(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every five minutes: fire index and rain of slides, once their hour is known."""
    derived.derive_all()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="hazards.forecast", queue="clock")
def forecast(timestamp: int) -> None:  # noqa: ARG001 - Procrastinate passes the tick
    """Every five minutes: the next three hours of the rivers, and the rules that look at them."""
    forecasting.forecast_all()
    forecasting.judge_forecasts()
