"""How gunicorn serves the portal: the same for ``make run`` and in production."""

import gc
import os
import secrets
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter
    from gunicorn.workers.base import Worker

    from reports.made_ahead import MadeAhead

bind = os.environ.get("PSICT_BIND", "127.0.0.1:8000")
# Reads run side by side; writes wait for each other in SQLite anyway. Two processes use two cores,
# and a page is still answered while the other process makes a PDF.
workers = int(os.environ.get("PSICT_WORKERS", "2"))
threads = 4
# The portal is loaded once, before anything listens: a wrong setting stops the start with its line.
preload_app = True
# Making PDFs leaves memory behind; a process that has answered this much makes way for a fresh one.
max_requests = 2000
max_requests_jitter = 200
timeout = 60
control_socket_disable = True
# By this the processes of one start know each other: what another start left behind is not used.
_this_start = secrets.token_hex(16)
_makers: list["MadeAhead"] = []
# No header of a request says where the portal's addresses begin: they would stand in pages that
# others get too.
forwarder_headers = ""


def post_worker_init(_worker: "Worker") -> None:
    """Leave Ctrl-C to the first process, which tells the others to stop.

    A terminal sends it to all of them; told twice at once, a process can wait for itself forever.
    What is loaded by now stays for good, so no search for rubbish goes through it again.
    """
    from reports import made_ahead

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _makers.append(made_ahead.begin(_this_start))
    gc.collect()
    gc.freeze()


def worker_exit(_server: "Arbiter", _worker: "Worker") -> None:
    """Look for no more changes: what nobody waits for is left undone."""
    for maker in _makers:
        maker.stop()


def when_ready(server: "Arbiter") -> None:
    """Say where the portal is, once it truly listens."""
    for address in server.address:
        where = f"http://{address[0]}:{address[1]}/" if isinstance(address, tuple) else address
        print(f"\nThe portal is at {where}\nCtrl-C stops it; all data stays.", flush=True)
