from argparse import ArgumentParser

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from exchange.demo.issuing import issue_year, mend_record
from exchange.demo.loading import PlanDoesNotFit, load_demo, may_load
from exchange.demo.password import known_password
from exchange.demo.people import PEOPLE
from reports.choices import ReviewKind
from teras.choices import PlanState
from teras.models import Plan

PLAN = ("mpag", "psict-2019-2023")


class Command(BaseCommand):
    help = "Creates sample people and progress where there is none yet; otherwise does nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--show-sign-ins",
            action="store_true",
            help="only show the sample people's e-mail addresses, roles and password",
        )

        parser.add_argument(
            "--reviews",
            action="store_true",
            help="issue, as the sample people, the reviews of all years but the last",
        )

    def handle(self, *, show_sign_ins: bool, reviews: bool, **_options: object) -> None:
        with translation.override(settings.LANGUAGE_CODE):
            if show_sign_ins:
                self._show_sign_ins()
            elif reviews:
                self._issue_reviews()
            elif may_load():
                self._load()
            else:
                self.stdout.write(_("There are people or progress already: nothing was added."))

    def _issue_reviews(self) -> None:
        """Those of the last year, and the closing report, are left to the visitor."""
        plan = self._plan()
        if plan is None or not User.objects.filter(is_sample=True).exists():
            raise CommandError(_("There are no sample people here."))
        for year in plan.years[:-1]:
            if not plan.reviews.filter(kind=ReviewKind.ANNUAL, year=year).exists():
                mend_record(plan, year)
                document = issue_year(plan, year)
                words = {"year": year, "pages": document.page_count}
                self.stdout.write(_("Review of %(year)s issued: %(pages)d pages.") % words)

    def _plan(self) -> Plan | None:
        return (
            Plan.objects.select_related("agency")
            .filter(agency__slug=PLAN[0], slug=PLAN[1], state=PlanState.IN_FORCE)
            .first()
        )

    def _load(self) -> None:
        plan = self._plan()
        if plan is None:
            raise CommandError(
                _("The plan %(plan)s is not in force here. Load it first, with load_plan.")
                % {"plan": "/".join(PLAN)}
            )
        try:
            made = load_demo(plan)
        except PlanDoesNotFit as error:
            raise CommandError(
                _("The sample story does not fit the plan: %(what)s is not in it.")
                % {"what": error}
            ) from None
        self.stdout.write(
            _(
                "Sample data added: %(people)d people, %(updates)d progress updates, %(files)d "
                "evidence files, %(amendments)d amendments."
            )
            % made
        )

    def _show_sign_ins(self) -> None:
        people = {user.email: user for user in User.objects.filter(is_sample=True)}
        shown = [person for person in PEOPLE if person.email in people]
        if not shown:
            self.stdout.write(_("There are no sample people here."))
            return
        width = max(len(person.email) for person in shown)
        for person in shown:
            self.stdout.write(f"  {person.email:<{width}}  {person.role.label}")
        password = known_password()
        if password is None:
            self.stdout.write(_("The password is not known here any more."))
        else:
            self.stdout.write(_("Password of each: %(password)s") % {"password": password})
