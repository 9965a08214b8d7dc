from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


def install_database_rules(using: str, **_kwargs: object) -> None:
    from teras import database_rules, last_change

    database_rules.install(using)
    last_change.install(using)


def set_database_rules_aside(using: str, plan: object = (), **_kwargs: object) -> None:
    """SQLite changes a table by rebuilding it, and cannot while a rule speaks of another one.

    Both engines keep a column as long as a trigger names it. They are put in place again after the migration, and after one that failed by the next.
    """
    from teras import database_rules, last_change

    if plan:
        last_change.remove(using)
    if plan and connections[using].vendor == "sqlite":
        database_rules.remove(using)


class TerasConfig(AppConfig):
    name = "teras"
    verbose_name = _("Plan")

    def ready(self) -> None:
        # The signal comes once for each app with models; one of them is enough.
        from django.apps import apps

        reports = apps.get_app_config("reports")
        pre_migrate.connect(
            set_database_rules_aside, sender=reports, dispatch_uid="database_rules_aside"
        )
        post_migrate.connect(install_database_rules, sender=reports, dispatch_uid="database_rules")
