from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from exchange.demo.clearing import Cleared, clear_demo, holds_sample_data

YES, NO = "ya", "tidak"


class Command(BaseCommand):
    help = "Removes all sample data and what stands on it; real records stay."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-input", action="store_true", help="ask nothing")

    def handle(self, *, no_input: bool, **_options: object) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            if not holds_sample_data():
                self.stdout.write(_("There is no sample data here."))
            elif no_input or self._agree():
                self._report(clear_demo())
            else:
                self.stdout.write(_("Nothing was changed."))

    def _agree(self) -> bool:
        question = _(
            "All sample people, their progress, amendments and reviews are removed for good. "
            "Go on? (%(yes)s/%(no)s) "
        ) % {"yes": YES, "no": NO}
        try:
            return input(question).strip().lower() in {YES, "y", "yes"}
        except EOFError:
            raise CommandError(
                _("Nothing was changed. To go on without being asked, add --no-input.")
            ) from None

    def _report(self, cleared: Cleared) -> None:
        self.stdout.write(
            _(
                "Removed: %(people)d people, %(updates)d progress updates, %(verifications)d "
                "verifications, %(evidence)d pieces of evidence, %(amendments)d amendments, "
                "%(reviews)d reviews. What real people recorded is still here."
            )
            % vars(cleared)
        )
        for sentence in cleared.kept:
            self.stdout.write(sentence)
