"""What the dashboard costs under gunicorn with two workers: repeated views, and the first one after a change.

    .venv/bin/python -m benchmarks.dashboard [seconds]

Makes a portal with the sample data in a folder of its own, serves it, and asks as one who is signed
in. The rival, measured in turns with it, is a signed-in view that renders nothing. Rates are what
four askers get side by side; processor time is that of the workers alone, from /proc. Ends with 1
where a limit is missed. ``seconds`` is the length of each of the turns (3).
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

# ruff: noqa: PLC0415 - the portal is read once its folder stands

BASE = Path(__file__).resolve().parent.parent
EMPTY = "/kosong/"
LIMIT_RATE, LIMIT_FIRST = 0.25, 20.0  # of the empty view's rate; milliseconds
TURNS, FIRSTS, ASKERS, LARGE = 5, 40, 4, 300


@dataclass(frozen=True)
class Server:
    """A running portal: its port, its workers, and the cookie of who is signed in."""

    port: int
    workers: list[int]
    session: str

    def get(self, address: str) -> bytes:
        return ask(http.client.HTTPConnection("127.0.0.1", self.port), address, self.session)

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


def first_views(server: Server, address: str, change: Callable[[int], object], times: int) -> float:
    """Milliseconds of the workers' processor time for the first view after each of some changes."""
    before = server.processor()
    for number in range(times):
        change(number)
        server.get(address)
    return 1000 * (server.processor() - before) / times


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

    from accounts.choices import Role
    from accounts.models import User
    from teras.models import Plan
    from tests.factories import make_agency, make_user
    from tests.reports.plans import make_plan_of

    plan = Plan.objects.get()
    large = make_plan_of(LARGE, make_user(Role.HEAD, make_agency("besar")))
    reader = Client()
    reader.force_login(User.objects.create_superuser("ukur@contoh.test", full_name="Pengukur"))
    session = reader.cookies[settings.SESSION_COOKIE_NAME].value
    own, big = plan.get_absolute_url(), large.get_absolute_url()

    def change(number: int) -> None:
        Plan.objects.filter(pk=plan.pk).update(note=f"Ukuran {number}")

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
        firsts = [first_views(server, own, change, FIRSTS // 2)]
        warm(server, (own, big))
        with Pool(ASKERS) as pool:
            turns = [
                [rate(server, address, seconds, pool) for address in (EMPTY, own, big)]
                for _turn in range(TURNS)
            ]
        firsts.append(first_views(server, own, change, FIRSTS // 2))
        first_large = first_views(server, big, change, 4)
    finally:
        gunicorn.terminate()
        gunicorn.wait(30)
    return report(turns, min(firsts), first_large)


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


def report(turns: list[list[tuple[float, float]]], first: float, first_large: float) -> int:
    """Print what was found, medians of the turns; 1 where a limit is missed.

    Rates are compared within each turn, whose parts met much the same machine.
    """
    middle = [
        (statistics.median(rate for rate, _cost in view), min(cost for _rate, cost in view))
        for view in zip(*turns, strict=True)
    ]
    ratio = statistics.median(turn[1][0] / turn[0][0] for turn in turns)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"{'view':34}{'answers/s':>10}{'ms of processor':>18}")
    for name, (answers, cost) in zip(
        ("empty, signed in (the rival)", "dashboard, repeated", f"{LARGE} programmes, repeated"),
        middle,
        strict=True,
    ):
        print(f"{name:34}{answers:>10.0f}{cost:>18.1f}")
    print(f"{'dashboard, first after a change':34}{'':>10}{first:>18.1f}")
    print(f"{f'{LARGE} programmes, first':34}{'':>10}{first_large:>18.1f}")
    met = [ratio >= LIMIT_RATE, first <= LIMIT_FIRST]
    words = {True: "met", False: "MISSED"}
    print(f"repeated: {ratio:.2f} of the empty view's rate, at least {LIMIT_RATE}: {words[met[0]]}")
    print(f"first: {first:.1f} ms, at most {LIMIT_FIRST:.0f}: {words[met[1]]}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
