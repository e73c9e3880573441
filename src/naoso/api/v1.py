"""Version 1 of the machines' interface; its description is at /api/v1/openapi.json."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError

from naoso.api.observations import router as observations
from naoso.api.problems import of_error, problem
from naoso.kernel.errors import NaosoError

api = NinjaAPI(
    title="Não Số",
    version="1",
    description="What machines may ask and tell this centre.",
    urls_namespace="api-v1",
    docs_url=None,  # its viewer would load scripts from elsewhere
)
api.add_router("", observations)
api.add_exception_handler(NaosoError, of_error)


@api.exception_handler(AuthenticationError)
def unknown_token(request: HttpRequest, error: AuthenticationError) -> HttpResponse:  # noqa: ARG001
    """One answer for no token, a wrong one and a disabled source."""
    response = problem(401, "unknown-token", "send Authorization: Bearer <source code>.<secret>")
    response["WWW-Authenticate"] = 'Bearer realm="naoso"'
    return response
