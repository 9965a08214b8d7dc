"""What the dashboard costs under gunicorn with two workers: repeated views, and the first one after a change.

    .venv/bin/python -m benchmarks.dashboard [seconds]

Makes a portal with the sample data in a folder of its own, serves it, and asks as one who is signed
in. The rival, measured in turns with it, is a signed-in view that renders nothing. Rates are what
four askers get side by side; processor time is that of the workers alone, from /proc. Ends with 1
where a limit is missed. ``seconds`` is the length of each of the turns (3).

A change is an update that an officer records by the form, or one past the portal; the view after it
is asked for once the workers are at rest again. What they did meanwhile is told beside it, and so is
the view that somebody asks for at once, before it was made ahead.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

# ruff: noqa: PLC0415 - the portal is read once its folder stands

BASE = Path(__file__).resolve().parent.parent
EMPTY = "/kosong/"
LIMIT_RATE, LIMIT_FIRST = 0.25, 20.0  # of the empty view's rate; milliseconds
TURNS, FIRSTS, ASKERS, LARGE = 5, 10, 4, 300
# Seconds: longer than between two looks of ``reports.made_ahead``.
PAUSE = 3.0


@dataclass(frozen=True)
class Server:
    """A running portal: its port, its workers, and the cookie of who is signed in."""

    port: int
    workers: list[int]
    session: str

    def get(self, address: str) -> bytes:
        return ask(http.client.HTTPConnection("127.0.0.1", self.port), address, self.session)

    def send(self, address: str, fields: dict[str, str], cookies: str) -> None:
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("POST", address, urlencode(fields), headers)
        if connection.getresponse().status != 302:
            raise SystemExit(f"{address}: what was sent was not taken")

    def processor(self) -> float:
        """Seconds of processor time the workers have taken so far."""
        ticks = 0
        for worker in self.workers:
            told = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
            ticks += int(told[11]) + int(told[12])
        return ticks / os.sysconf("SC_CLK_TCK")


def ask(connection: http.client.HTTPConnection, address: str, session: str) -> bytes:
    headers = {"Cookie": f"sessionid={session}", "Accept-Encoding": "gzip"}
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{address}: answered {answer.status}")
    return body


def keep_asking(order: tuple[int, str, str, float]) -> int:
    """Ask one thing again and again; how often it was answered."""
    port, address, session, seconds = order
    connection = http.client.HTTPConnection("127.0.0.1", port)
    answered, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        ask(connection, address, session)
        answered += 1
    return answered


def rate(server: Server, address: str, seconds: float, pool: Any) -> tuple[float, float]:
    """Answers a second, and milliseconds of the workers' processor time for each."""
    before = server.processor()
    order = (server.port, address, server.session, seconds)
    answered = sum(pool.map(keep_asking, [order] * ASKERS, chunksize=1))
    return answered / seconds, 1000 * (server.processor() - before) / answered


@dataclass(frozen=True)
class First:
    """Milliseconds of the workers' processor time: for a change, and for the first view after it."""

    change: float
    view: float


def first_views(
    server: Server,
    address: str,
    change: Callable[[int], object],
    times: int,
    *,
    at_once: bool = False,
) -> First:
    """The middle of what some changes cost, each with what the server does of itself after it."""
    changes, views = 0.0, 0.0
    for number in range(times):
        before = at_rest(server)
        change(number)
        changed = server.processor() if at_once else at_rest(server)
        server.get(address)
        changes += changed - before
        views += server.processor() - changed
    return First(1000 * changes / times, 1000 * views / times)


def at_rest(server: Server) -> float:
    """Wait until the workers have nothing more to do; the processor time they have taken by then."""
    time.sleep(PAUSE)
    told = [server.processor()]
    while len(told) < 4 or len(set(told[-4:])) > 1:
        time.sleep(0.05)
        told.append(server.processor())
    return told[-1]


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory(prefix="dashboard-") as folder:
        os.environ.update({"PSICT_VAR": folder, "PSICT_HTTPS": "0", "PYTHONPATH": "."})
        os.environ.pop("DATABASE_URL", None)
        subprocess.run(
            [sys.executable, "deploy/prepare.py", "--demo"],
            cwd=BASE,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return measure(seconds)


def measure(seconds: float) -> int:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "psict.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.urls import reverse

    from accounts.choices import Role
    from accounts.models import User
    from kpi.choices import Outcome
    from kpi.models import Milestone
    from progress.choices import Claim
    from teras.dates import today
    from teras.models import Plan
    from tests.factories import make_agency, make_user
    from tests.progress.sending import hidden
    from tests.reports.plans import make_plan_of

    plan = Plan.objects.get()
    large = make_plan_of(LARGE, make_user(Role.HEAD, make_agency("besar")))
    reader = Client(SERVER_NAME="127.0.0.1")
    reader.force_login(User.objects.create_superuser("ukur@contoh.test", full_name="Pengukur"))
    session = reader.cookies[settings.SESSION_COOKIE_NAME].value
    own, big = plan.get_absolute_url(), large.get_absolute_url()

    def past_the_portal(number: int) -> None:
        Plan.objects.filter(pk=plan.pk).update(note=f"Ukuran {number}")

    opened = Milestone.objects.filter(kpi__program__plan=plan, outcome=Outcome.OPEN)
    form = reverse("record_update", args=[*plan.address, opened.earliest("due").pk])
    day = min(today(), plan.last_day).isoformat()

    def by_form(number: int) -> None:
        """Open the form as it stands now, fill it in, and send it to the server."""
        page = reader.get(form).text
        said = {name: hidden(page, name)[0] for name in ("csrfmiddlewaretoken", "seen")}
        said |= {"claim": Claim.ONGOING.value, "effective_on": day, "narrative": f"Ukuran {number}"}
        server.send(form, said, reader.cookies.output([], "", ";"))

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    gunicorn = subprocess.Popen(  # noqa: S603 - our own command
        [
            *(sys.executable, "-m", "gunicorn", "--config", "deploy/server.py", "--workers", "2"),
            *("--max-requests", "0", "--bind", f"127.0.0.1:{port}", "--log-level", "warning"),
            "benchmarks.dashboard_server:application",
        ],
        cwd=BASE,
        stdout=subprocess.DEVNULL,
    )
    try:
        server = Server(port, started(gunicorn.pid, port), session)
        warm(server, (EMPTY, own, big))
        firsts = [first_views(server, own, by_form, FIRSTS)]
        warm(server, (own, big))
        with Pool(ASKERS) as pool:
            turns = [
                [rate(server, address, seconds, pool) for address in (EMPTY, own, big)]
                for _turn in range(TURNS)
            ]
        firsts.append(first_views(server, own, by_form, FIRSTS))
        others = [
            first_views(server, own, past_the_portal, FIRSTS),
            first_views(server, own, past_the_portal, FIRSTS, at_once=True),
            first_views(server, big, by_form, 4),
            first_views(server, big, past_the_portal, 4, at_once=True),
        ]
    finally:
        gunicorn.terminate()
        gunicorn.wait(30)
    return report(turns, min(firsts, key=lambda first: first.view), others)


def warm(server: Server, addresses: Iterable[str]) -> None:
    """Ask until both workers have surely answered each."""
    for address in addresses:
        for _each in range(12):
            server.get(address)


def started(master: int, port: int) -> list[int]:
    """Wait until it answers, and give its workers' process ids."""
    for _try in range(300):
        with socket.socket() as probe:
            children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
            if probe.connect_ex(("127.0.0.1", port)) == 0 and len(children) == 2:
                return [int(child) for child in children]
        time.sleep(0.1)
    raise SystemExit("The server does not start.")


def report(turns: list[list[tuple[float, float]]], first: First, others: list[First]) -> int:
    """Print what was found, medians of the turns; 1 where a limit is missed.

    Rates are compared within each turn, whose parts met much the same machine.
    """
    middle = [
        (statistics.median(rate for rate, _cost in view), min(cost for _rate, cost in view))
        for view in zip(*turns, strict=True)
    ]
    ratio = statistics.median(turn[1][0] / turn[0][0] for turn in turns)
    past, at_once, large, large_at_once = others
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'view':50}{'answers/s':>10}{'ms of processor':>18}")
    for name, (answers, cost) in zip(
        ("empty, signed in (the rival)", "dashboard, repeated", f"{LARGE} programmes, repeated"),
        middle,
        strict=True,
    ):
        print(f"{name:50}{answers:>10.0f}{cost:>18.1f}")
    for name, cost in (
        ("dashboard, first after an update by form", first.view),
        ("  the update, and the dashboards made ahead", first.change),
        ("dashboard, first after a change past the portal", past.view),
        ("dashboard, asked for at once", at_once.view),
        (f"{LARGE} programmes, first after an update by form", large.view),
        (f"{LARGE} programmes, asked for at once", large_at_once.view),
    ):
        print(f"{name:60}{cost:>18.1f}")
    slowest = max(first.view, past.view)
    met = [ratio >= LIMIT_RATE, slowest <= LIMIT_FIRST]
    words = {True: "met", False: "MISSED"}
    print(f"repeated: {ratio:.2f} of the empty view's rate, at least {LIMIT_RATE}: {words[met[0]]}")
    print(f"first: {slowest:.1f} ms, at most {LIMIT_FIRST:.0f}: {words[met[1]]}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
