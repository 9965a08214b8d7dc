import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.evidence import forget_unattached, path_of
from progress.models import Evidence


class Command(BaseCommand):
    help = "Deletes files that were sent more than two days ago and are in no update."

    def handle(self, **_options: object) -> None:
        """Nothing goes where database and folder do not belong together, or there is no evidence
        that could show that they do: what is deleted here cannot be brought back."""
        # What is attached after this question was sent within a day, and is left for its youth.
        attached = set(Evidence.objects.exclude(sha256="").values_list("sha256", flat=True))
        with translation.override(settings.LANGUAGE_CODE):
            missing = sum(not path_of(sha256).exists() for sha256 in attached)
            if missing:
                raise CommandError(
                    _(
                        "Nothing was deleted: %(count)d files of evidence are not in the folder. "
                        "Check DATABASE_URL and PSICT_VAR."
                    )
                    % {"count": missing}
                )
            gone = forget_unattached(attached, now=time.time()) if attached else 0
            words = ngettext("%(count)d file deleted.", "%(count)d files deleted.", gone)
            self.stdout.write(words % {"count": gone})
