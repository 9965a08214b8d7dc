import time

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import ngettext

from progress.evidence import forget_unattached
from progress.models import Evidence


class Command(BaseCommand):
    help = "Deletes files that were sent more than two days ago and are in no update."

    def handle(self, **_options: object) -> None:
        # What is attached after this question was sent within a day, and is left for its youth.
        attached = set(Evidence.objects.exclude(sha256="").values_list("sha256", flat=True))
        gone = forget_unattached(attached, now=time.time())
        with translation.override(settings.LANGUAGE_CODE):
            words = ngettext("%(count)d file deleted.", "%(count)d files deleted.", gone)
            self.stdout.write(words % {"count": gone})
