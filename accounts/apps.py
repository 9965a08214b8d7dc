from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("People")


class PortalAdminConfig(AdminConfig):
    """Django's admin, with the portal's own site object."""

    default_site = "accounts.admin_site.PortalAdminSite"
