"""Agencies, the people in them and the role each holds."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.history import HistoricalRecords

# First parts of the portal's own addresses, which an agency's address must not hide.
RESERVED_SLUGS = frozenset(
    {"akaun", "bahasa", "bukti", "kesihatan", "kemas-kini", "laporan", "pentadbiran", "pelan"}
    | {"sasaran", "static", "tugasan", "carian", "media", "admin", "sahkan", "semak"}
    | {"cari", "kebolehcapaian", "kekunci", "lambang", "penafian", "privasi", "tema"}
)


def validate_agency_slug(value: str) -> None:
    if value in RESERVED_SLUGS:
        raise ValidationError(_("The portal uses this address itself. Choose another."))


class Agency(models.Model):
    """A public body that has plans."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    short_name = models.CharField(_("short name"), max_length=30)
    slug = models.SlugField(
        _("address in the portal"), max_length=40, unique=True, validators=[validate_agency_slug]
    )
    address = models.TextField(_("postal address"), blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    # The name it is kept under: see accounts.crest.
    crest = models.CharField(_("crest"), max_length=64, blank=True, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def crest_url(self) -> str:
        """Where the head of a page gets the crest; empty without one."""
        return reverse("crest", args=[self.crest]) if self.crest else ""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: str | bool) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: str | bool
    ) -> "User":
        return self.create_user(email, password, **{**fields, "is_superuser": True})


class User(AbstractBaseUser):
    """A person who signs in, known by e-mail address."""

    email = models.EmailField(
        _("e-mail"),
        unique=True,
        error_messages={"unique": _("Someone with this e-mail address is already here.")},
    )
    full_name = models.CharField(_("full name"), max_length=200)
    post = models.CharField(_("post"), max_length=200, blank=True)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Untick when somebody leaves, rather than deleting: their record stays."),
    )
    is_superuser = models.BooleanField(
        _("looks after the installation"),
        default=False,
        help_text=_("Every permission, in every agency."),
    )
    is_sample = models.BooleanField(_("sample data"), default=False, editable=False)
    date_joined = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ("full_name",)

    def __str__(self) -> str:
        return self.full_name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a sign-in, of which only the moment is noted, changes nothing of the person."""
        if set(kwargs.get("update_fields") or ()) != {"last_login"}:
            super().save(*args, **kwargs)
            return
        self.skip_history_when_saving = True  # read by simple-history
        try:
            super().save(*args, **kwargs)
        finally:
            del self.skip_history_when_saving

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    @cached_property
    def roles_by_agency(self) -> dict[int, frozenset[str]]:
        """Roles held, by the key of the agency; read once for a request."""
        found: dict[int, set[str]] = {}
        for agency, role in self.memberships.values_list("agency_id", "role"):
            found.setdefault(agency, set()).add(role)
        return {agency: frozenset(roles) for agency, roles in found.items()}

    def roles_in(self, agency: Agency) -> frozenset[str]:
        return self.roles_by_agency.get(agency.pk, frozenset())

    # What Django's admin asks of a user. Who may enter and what is seen there is decided by
    # ``accounts.permissions`` alone, so Django's own permissions are for superusers only.
    @property
    def is_staff(self) -> bool:
        return self.is_active

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser


class Membership(models.Model):
    """A person's role in an agency."""

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="memberships"
    )
    agency = models.ForeignKey(
        Agency, verbose_name=_("agency"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("agency", "role", "user")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                name="membership_unique_per_role",
                violation_error_message=_("This person already holds this role in the agency."),
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.agency.short_name}"
