from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from exchange.plan_writer import write_plan_file
from exchange.queries import as_plan_file
from teras.models import Plan


class Command(BaseCommand):
    help = "Writes a plan as printed to standard output, in the form that load_plan reads."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("plan", metavar="AGENCY/PLAN", help="for example mpag/psict-2019-2023")

    def handle(self, *, plan: str, **_options: object) -> None:
        agency_slug, _slash, slug = plan.partition("/")
        found = (
            Plan.objects.select_related("agency")
            .filter(agency__slug=agency_slug, slug=slug)
            .first()
        )
        if found is None:
            there = ", ".join(
                "/".join(each.address) for each in Plan.objects.select_related("agency")
            )
            raise CommandError(f"There is no plan at {plan}. There are: {there or '–'}")
        self.stdout.write(write_plan_file(as_plan_file(found)), ending="")
