"""Every setting of the portal. docs/settings.md lists the environment variables read here."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from psict import environment

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything the portal writes: database, secret key, evidence, collected static files.
VAR_DIR = environment.folder("PSICT_VAR", BASE_DIR / "var")

DEBUG = environment.flag("PSICT_DEBUG", default=False)
# Off only where no TLS stands before the portal: the demonstration on one's own machine.
HTTPS = environment.flag("PSICT_HTTPS", default=True)
SECRET_KEY = environment.secret_key("PSICT_SECRET_KEY", VAR_DIR / "secret-key")
ALLOWED_HOSTS = environment.hosts("PSICT_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.origins("PSICT_ORIGINS")
# Where people reach the portal: stands in letters and on issued documents, so nobody's request,
# which may come by any name, has a say in it.
PORTAL_ADDRESS = environment.origin(
    "PSICT_ADDRESS",
    f"{'https' if HTTPS else 'http'}://{(ALLOWED_HOSTS or ['localhost'])[0].lstrip('.')}",
)

# The agencies' certificates, by which what they issue is signed; without them nothing is.
SIGN_PASSWORD = environment.text("PSICT_SIGN_PASSWORD", "")
SIGN_CERTIFICATES = environment.certificates(
    "PSICT_SIGN_CERTIFICATES",
    password=SIGN_PASSWORD,
    password_name="PSICT_SIGN_PASSWORD",  # noqa: S106 - the variable's name
)

INSTALLED_APPS = [
    "accounts.apps.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "import_export",
    "simple_history",
    "accounts.apps.AccountsConfig",
    "teras",
    "programs",
    "kpi",
    "progress",
    "reports",
    "exchange",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "psict.maintenance.closed_for_maintenance",
    "psict.compression.CompressedPages",
    "csp.middleware.CSPMiddleware",
    "psict.caching.private_pages",
    "psict.language.chosen_language",
    "psict.null_characters.no_null_characters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.signing_in.SignInRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "psict.errors.method_not_allowed_page",
]

ROOT_URLCONF = "psict.urls"
WSGI_APPLICATION = "psict.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "psict.navigation.context",
            ],
            "builtins": ["accounts.templatetags.portal"],
        },
    },
]

DATABASES = {"default": environment.database("DATABASE_URL", VAR_DIR / "psict.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by all processes on the machine, which the limits on sign-in attempts rely on.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
        # Past this many, some are thrown away at random. Attempts from many addresses must not
        # make the portal forget how often each of them has tried.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "accounts.forms.ChangePasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Beside the package's own limits on sign-in: how often somebody may ask about a document.
ACCOUNT_RATE_LIMITS = {"check_document": "30/m/ip"}
# Limits on sign-in attempts count by address: behind a web server, by the one it passes on.
ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole_number("PSICT_PROXIES", 0, least=0, most=9)

# Mail: without a server, nothing that needs one is offered.
EMAIL_HOST = environment.text("PSICT_MAIL_HOST", "")
EMAIL_PORT = environment.whole_number("PSICT_MAIL_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = environment.text("PSICT_MAIL_USER", "")
EMAIL_HOST_PASSWORD = environment.text("PSICT_MAIL_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("PSICT_MAIL_TLS", default=True)
EMAIL_TIMEOUT = 10  # seconds: somebody waits at the page meanwhile
DEFAULT_FROM_EMAIL = environment.text("PSICT_MAIL_FROM", "portal@localhost")

# Language, time and numbers: Malay first, English by a switch
LANGUAGE_CODE = "ms"
LANGUAGES = [("ms", _("Malay")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "packages"]
LANGUAGE_COOKIE_NAME = "bahasa"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS
FORMAT_MODULE_PATH = ["psict.formats"]
TIME_ZONE = "Asia/Kuala_Lumpur"
USE_TZ = True

# Files
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "media"
EVIDENCE_DIR = VAR_DIR / "evidence"
# Pictures drawn from it, to be looked at in a page; drawn again when they are not there.
EVIDENCE_PICTURES_DIR = VAR_DIR / "evidence-pictures"
EVIDENCE_MAX_BYTES = environment.whole_number("PSICT_EVIDENCE_MB", 20, least=1, most=100) * 2**20
EVIDENCE_MAX_FILES = 10
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
FILE_UPLOAD_PERMISSIONS = 0o600

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^kesihatan/$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SECURE = HTTPS
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "accounts.signing_in.csrf_failure"

# Import and export in the admin
IMPORT_EXPORT_USE_TRANSACTIONS = True
# What a workbook cannot hold becomes a visible sign. Formulas are dealt with in
# accounts.resources: the package's own setting would change what people wrote and miss most.
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True

# History is written by the signed-in person, with a reason
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True

SILENCED_SYSTEM_CHECKS: list[str] = []

LOG_LEVEL = environment.one_of(
    "PSICT_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # These tell each step of making a PDF.
        **{name: {"level": "WARNING"} for name in ("fontTools", "pikepdf", "weasyprint")},
        # It warns of each answer to HEAD, which Django gives whole for the server to cut.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}
