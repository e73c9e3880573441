"""Django settings, made from the typed options."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from naoso.config import options
from naoso.config.modules import registry
from naoso.connectors.outbound import guard

django_stubs_ext.monkeypatch()  # ModelForm[…] and the like exist at run time

WEB, STORE, MAIL, LOGIN = options.web(), options.store(), options.mail(), options.login()
MAP = options.maps()
CAMERAS = options.cameras()
VAR = options.var_dir()

SECRET_KEY = WEB.secret_key.get_secret_value()
DEBUG = WEB.debug
ALLOWED_HOSTS = [host.strip() for host in WEB.allowed_hosts.split(",")]
CSRF_TRUSTED_ORIGINS = [WEB.url]
ROOT_URLCONF = "naoso.config.urls"
ASGI_APPLICATION = "naoso.config.asgi.application"
SITE_URL = WEB.url
LIMIT_FACTOR = WEB.limit_factor
SITE_TITLE = WEB.title
EXERCISE, EXERCISE_URL = WEB.exercise, WEB.exercise_url
if EXERCISE:
    guard.shut("this is an exercise: nothing leaves it")
MODULES = registry
MENU = registry.menu

INSTALLED_APPS = [
    "naoso.config.apps.StaticConfig",
    "naoso.ui",
    *(module.app for module in registry),  # before allauth: the house dresses its pages
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.gis",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_vite",
    "tree_queries",
    "procrastinate.contrib.django",
    "naoso.core.jobs",
    "naoso.core.outbox",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "naoso.core.people.middleware.seen",
    "naoso.core.people.middleware.actor",
    "naoso.core.people.second_factor.required",
    "naoso.ui.middleware.problems",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "naoso.ui.context.shell",
            ],
            "builtins": ["naoso.ui.templatetags.ui", "django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "naoso.ui.forms.TablerRenderer"


def oidc_origin(server: str) -> list[str]:
    """Browsers hold form-action against redirects too, so the sign-in button needs its target named."""
    parts = urlsplit(server)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.netloc else []


def database(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name` → Django's form; host may be a socket folder."""
    parts = urlsplit(url)
    return {
        "ENGINE": "django.contrib.gis.db.backends.postgis",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {"pool": {"min_size": 1, "max_size": 12, "timeout": 20}},
    }


DATABASES = {"default": database(STORE.database_url.get_secret_value())}
if STORE.gdal_library:
    GDAL_LIBRARY_PATH = STORE.gdal_library
if STORE.geos_library:
    GEOS_LIBRARY_PATH = STORE.geos_library

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["naoso.core.people.backends.GrantBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "UserAttributeSimilarityValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "naoso.core.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "naoso.core.people.adapters.SocialAdapter"
SECOND_FACTOR_REQUIRED = LOGIN.second_factor_required
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by administrators
MFA_TOTP_ISSUER = WEB.title
MFA_FORMS = {
    "add_webauthn": "naoso.core.people.factor_forms.AddKeyForm",
    "edit_webauthn": "naoso.core.people.factor_forms.EditKeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not WEB.secure_cookies
USERSESSIONS_TRACK_ACTIVITY = True
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": LOGIN.oidc_name,
                "client_id": LOGIN.oidc_client_id,
                "secret": LOGIN.oidc_client_secret.get_secret_value(),
                "settings": {"server_url": LOGIN.oidc_server, "oauth_pkce_enabled": True},
            }
        ]
        if LOGIN.oidc_name
        else []
    }
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = WEB.secure_cookies
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:", *MAP.style_origin],
        "connect-src": [SELF, *MAP.style_origin, *CAMERAS.media_sources],
        "media-src": [SELF, "blob:"],
        "worker-src": [SELF],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *oidc_origin(LOGIN.oidc_server)],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a kind of object has up to 80 fields, each a line of a form
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["naoso.ui.formats"]

STATIC_URL = "/static/"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(STORE.files_dir), "base_url": None},
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "static_url_prefix": "ui/dist",
        "manifest_path": options.ROOT / "src/naoso/ui/static/ui/dist/manifest.json",
    }
}
WHITENOISE_IMMUTABLE_FILE_TEST = r"/ui/dist/.*-[\w-]{8}\.\w+$"
WHITENOISE_USE_FINDERS = True

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PROCRASTINATE_ON_APP_READY = "naoso.config.jobs.on_app_ready"

EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if MAIL.smtp_host and not EXERCISE
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST, EMAIL_PORT = MAIL.smtp_host, MAIL.smtp_port
EMAIL_HOST_USER = MAIL.smtp_user
EMAIL_HOST_PASSWORD = MAIL.smtp_password.get_secret_value()
EMAIL_USE_TLS = MAIL.smtp_tls
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = MAIL.mail_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"httpx": {"level": "WARNING"}, "procrastinate": {"level": "WARNING"}},
}

STREAM = options.stream()
TELEMETRY_RETENTION_DAYS = STORE.retention_days
GATEWAY_URL = options.gateway().gateway_url
GATEWAY_TOKEN = options.gateway().gateway_token.get_secret_value()
PUSH_PRIVATE_KEY = options.gateway().push_private_key.get_secret_value()
PUSH_CONTACT = options.gateway().push_contact
CAP_SENDER = options.warnings().cap_sender
CAP_PRIVATE_KEY = options.warnings().cap_private_key.get_secret_value()
CAP_KEY_FILE = options.warnings().cap_key_file
CAP_CERTIFICATE_FILE = options.warnings().cap_certificate_file
WEBHOOK_NETWORKS = guard.networks(options.outside().webhook_networks)
CAMERA_ROUND_S = CAMERAS.camera_round_s
CAMERA_NETWORKS = guard.networks(CAMERAS.camera_networks)
CAMERA_SIMULATOR_PORT = CAMERAS.camera_simulator_port
CAMERA_ONVIF_PORT = CAMERAS.camera_onvif_port
CAMERA_MEDIA_PORT, CAMERA_MEDIA_URL = CAMERAS.media_port, CAMERAS.media_url
MEDIAMTX_API, MEDIAMTX_USER = CAMERAS.mediamtx_api, CAMERAS.mediamtx_user
MEDIAMTX_PASSWORD = CAMERAS.mediamtx_password.get_secret_value()
EVIDENCE_PRIVATE_KEY = CAMERAS.evidence_private_key.get_secret_value()
RECORDINGS_DIR, RECORDINGS_RESERVE_GB = CAMERAS.recordings_dir, CAMERAS.recordings_reserve_gb
