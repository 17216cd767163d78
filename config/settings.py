"""Settings, from the environment only; `docs/operations.md` lists every variable.

Unsafe production settings refuse to start (see `config/safety.py`).
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import home, safety
from shouwen.ground.kernel import mailserver

BASE_DIR = Path(__file__).resolve().parent.parent
SHOUWEN_HOME = home.home_folder()
DEMO = os.environ.get("SHOUWEN_DEMO") == "1"
DEMO_DAYS = int(os.environ.get("SHOUWEN_DEMO_DAYS", "30"))
# Says by how many seconds a trial's clock runs ahead; a replay moves it.
CLOCK_FILE = os.environ.get("SHOUWEN_CLOCK_FILE", "")
DEBUG = False

SECRET_KEY = os.environ.get("SHOUWEN_SECRET_KEY") or home.kept_secret(SHOUWEN_HOME)
ALLOWED_HOSTS = os.environ.get("SHOUWEN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
PUBLIC_URL = os.environ.get("SHOUWEN_PUBLIC_URL", "")
SECURE = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
# Reverse proxies of our own in front, whose word about address and scheme counts.
PROXIES = int(os.environ.get("SHOUWEN_PROXIES", "0"))

# Sites that may embed the chat widget; the page's own origin always may.
WIDGET_ORIGINS = [o for o in os.environ.get("SHOUWEN_WIDGET_ORIGINS", "").split(",") if o]
# Chat sockets one network address may hold in each process; a whole office shares one address.
VISITORS_PER_ADDRESS = int(os.environ.get("SHOUWEN_VISITORS_PER_ADDRESS", "300"))

INSTALLED_APPS = [
    # First, so that its pages come before the libraries' own.
    "shouwen.ground.kit",
    # Before the libraries whose templates it replaces.
    "shouwen.people.staff",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "template_partials",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    # For the reference's own scripts: without it they come from another host.
    "ninja",
    "shouwen.ground.kernel",
    "shouwen.ground.vault",
    "shouwen.people.customers",
    "shouwen.people.approvals",
    "shouwen.ground.policy",
    "shouwen.contact.conversations",
    "shouwen.contact.routing",
    "shouwen.contact.channels",
    "shouwen.service.knowledge",
    "shouwen.service.cases",
    "shouwen.service.complaints",
    "shouwen.assurance.satisfaction",
    "shouwen.assurance.monitoring",
    "shouwen.assurance.improvement",
    "shouwen.front.desk",
    "shouwen.front.portal",
    "shouwen.front.console",
    "shouwen.front.reports",
    "shouwen.front.integrations",
    "config.apps.RoofConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.doors.DoorMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "shouwen.people.staff.web.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shouwen.ground.kit.middleware.ReadMiddleware",
    "shouwen.ground.kit.middleware.ProblemMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "shouwen.ground.kit.context.shell",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "shouwen.ground.kit.templatetags.kit",
            ],
        },
    }
]


POOL_SIZE = int(os.environ.get("SHOUWEN_POOL", "20"))


def _database(url: str) -> dict[str, object]:
    """One database from its address: `postgresql://user:password@host:port/name`, or SQLite."""
    if not url:
        return {
            "ENGINE": "shouwen.ground.kernel.sqlite",
            "NAME": SHOUWEN_HOME / "shouwen.sqlite3",
            # Pages run on threads that live on (`config/pages.py`) and keep their connections.
            "CONN_MAX_AGE": None,
            # A file, as in production: an in-memory one locks whole tables between threads.
            "TEST": {"NAME": SHOUWEN_HOME / "test.sqlite3"},
            "OPTIONS": {
                # Writers queue at BEGIN instead of failing at their first write.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY;"
                    "PRAGMA mmap_size=268435456;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A path, written %2Fvar%2Frun%2Fpostgresql, is the folder of a socket.
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # Under ASGI each request has its own thread, so connections are kept in a pool instead.
        "OPTIONS": {
            "pool": {"min_size": 2, "max_size": POOL_SIZE, "timeout": 10},
            # What is asked often (`kernel/prepared.py`) is planned once for each connection.
            "prepare_threshold": 2,
        },
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = os.environ.get("REDIS_URL", "")
# So many messages may wait for one line; more are for a page that has gone.
LINE_CAPACITY = 1000
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "shouwen.ground.kernel.layers.SharedLayer",
            "CONFIG": {"address": REDIS_URL, "capacity": LINE_CAPACITY},
        }
        if REDIS_URL
        else {
            "BACKEND": "shouwen.ground.kernel.layers.MemoryLayer",
            "CONFIG": {"capacity": LINE_CAPACITY},
        }
    )
}
CACHES = {
    "default": (
        {"BACKEND": "config.caching.PassingCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            # The last word of each topic is kept for a minute.
            "OPTIONS": {"MAX_ENTRIES": 20_000},
        }
    ),
    # What one process works out for itself (`kernel/kept.py`).
    "near": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

AUTH_USER_MODEL = "staff.Person"
SESSION_ENGINE = "shouwen.people.staff.sessions"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "staff_no")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "shouwen.people.staff.signing_in.backends.GuessGuard",
    "django.contrib.auth.backends.ModelBackend",
]

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-shouwen" if SECURE else "shouwen"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_FAILURE_VIEW = "shouwen.ground.kit.views.csrf_failure"
# The proxy in front ends TLS and says so; without one, nobody's word counts.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE and PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "worker-src": [NONE],
        **({"upgrade-insecure-requests": True} if SECURE else {}),
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "lang"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = SHOUWEN_HOME / "static"
# Third-party assets are copied here from locked npm packages by `config/assets.py`.
ASSETS_ROOT = BASE_DIR / "assets"
STATICFILES_DIRS = [ASSETS_ROOT] if ASSETS_ROOT.is_dir() else []

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILES_ROOT = SHOUWEN_HOME / "files"
# Inside networks that webhooks may be sent to, also without TLS; none means public hosts alone.
EGRESS_NETWORKS = [
    str(ip_network(text))
    for text in os.environ.get("SHOUWEN_EGRESS_NETWORKS", "").split(",")
    if text
]
# Where messages to customers lie for an SMS or mail gateway's own program; "" means none is there.
SPOOL_ROOT = os.environ.get("SHOUWEN_SPOOL") or (str(SHOUWEN_HOME / "outbox") if DEMO else "")

# The server that takes letters by e-mail; None means that they go where the others lie.
try:
    SMTP = mailserver.read(
        os.environ.get("SHOUWEN_SMTP", ""), os.environ.get("SHOUWEN_MAIL_FROM", "")
    )
except mailserver.MailServerUnclear as unclear:
    raise ImproperlyConfigured(str(unclear)) from None

# A TrueType font to embed in letters; "" names the reader's own Song face (decision 0010).
PDF_FONT = os.environ.get("SHOUWEN_PDF_FONT", "")

# Where the institutions' electronic seals lie, each as `<code>.p12` and `<code>.pass`.
SEALS_ROOT = Path(os.environ.get("SHOUWEN_SEALS") or SHOUWEN_HOME / "seals").expanduser()

# Where the core system tells what customers hold: a table or an address; "" means none.
HOLDINGS = os.environ.get("SHOUWEN_HOLDINGS") or (
    str(SHOUWEN_HOME / "holdings.json") if DEMO else ""
)
HOLDINGS_TOKEN = os.environ.get("SHOUWEN_HOLDINGS_TOKEN", "")

# Axes: by user and source together, never by source alone (a whole floor shares one address).
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = 0.5
AXES_RESET_ON_SUCCESS = True
AXES_HANDLER = "shouwen.people.staff.signing_in.backends.GuessHandler"
AXES_LOCKOUT_TEMPLATE = "staff/locked.html"
AXES_SENSITIVE_PARAMETERS = ["username", "login", "password", "csrfmiddlewaretoken"]
AXES_USERNAME_FORM_FIELD = "login"
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "shouwen.people.staff.signing_in.backends.client_address"
AXES_IPWARE_PROXY_COUNT = PROXIES

LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "shouwen.people.staff.signing_in.adapters.AccountAdapter"
# No limit by address alone, which is a whole floor behind one router; guesses are counted by
# `signing_in.guesses`, in the database, before the secret is looked at.
ACCOUNT_RATE_LIMITS = {"login": "600/m/ip", "login_failed": "60/m/key"}
MFA_ADAPTER = "shouwen.people.staff.signing_in.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "shouwen.people.staff.signing_in.forms.FactorForm",
    "reauthenticate": "shouwen.people.staff.signing_in.forms.FactorAgainForm",
    "activate_totp": "shouwen.people.staff.signing_in.forms.EnrolForm",
}
# A second factor for everyone; the demo may do without, production may not.
MFA_REQUIRED = not DEMO and os.environ.get("SHOUWEN_MFA") != "optional"
MFA_TOTP_TOLERANCE = 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": os.environ.get("SHOUWEN_LOG_LEVEL", "WARNING")},
    "loggers": {
        "shouwen": {"level": os.environ.get("SHOUWEN_LOG_LEVEL", "INFO")},
        # Otherwise any stranger's forged Host header fills the log with stacks of his choosing.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}

_faults = safety.faults(
    safety.Choices(
        demo=DEMO,
        clock_file=CLOCK_FILE,
        debug=DEBUG,
        mfa_required=MFA_REQUIRED,
        public_url=PUBLIC_URL,
        secret_key=SECRET_KEY,
        hosts=ALLOWED_HOSTS,
        widget_origins=WIDGET_ORIGINS,
        home=SHOUWEN_HOME,
        keyring=Path(os.environ.get("SHOUWEN_KEYRING") or SHOUWEN_HOME / "keyring.json"),
        seals=SEALS_ROOT,
    )
)
if _faults:
    raise ImproperlyConfigured("\n".join(_faults))
