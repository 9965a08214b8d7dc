from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


def install_database_rules(using: str, **_kwargs: object) -> None:
    from teras import database_rules

    database_rules.install(using)


class TerasConfig(AppConfig):
    name = "teras"
    verbose_name = _("Plan")

    def ready(self) -> None:
        # The signal comes once for each app with models; one of them is enough.
        from django.apps import apps

        post_migrate.connect(
            install_database_rules,
            sender=apps.get_app_config("reports"),
            dispatch_uid="database_rules",
        )
