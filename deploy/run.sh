#!/usr/bin/env bash
# make run, make dev: everything from nothing, then the portal on this machine alone.
# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

mode=${1:-run}
port=${PORT:-8000}
demo=${DEMO:-1}
[[ $port =~ ^[0-9]{1,5}$ ]] && ((10#$port >= 1 && 10#$port <= 65535)) ||
    stop "PORT=$port is no port: give a number from 1 to 65535."
[[ $demo =~ ^[01]$ ]] || stop "DEMO=$demo is neither 0 nor 1."
port_must_be_free() {
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
        stop "port $port is taken, perhaps by a portal that runs already. Another: make $mode PORT=$((10#$port + 1))"
    fi
}

port_must_be_free
need_machine
if [ "$mode" = dev ]; then
    need_environment requirements-dev.txt
    export PSICT_DEBUG=1
else
    need_environment requirements.txt
    export PSICT_DEBUG=0
fi

# Plain HTTP, since only this machine can reach it.
export PSICT_HTTPS=0 PYTHONPATH=. PYTHONUNBUFFERED=1
export PSICT_ADDRESS=${PSICT_ADDRESS:-http://127.0.0.1:$port}
umask 077 # what the portal writes is its owner's alone
if [ ! -e "${PSICT_VAR:-var}" ]; then mkdir -p -m 700 "${PSICT_VAR:-var}"; fi
if [ "$demo" = 1 ]; then
    "$python" deploy/prepare.py --demo
else
    "$python" deploy/prepare.py --administrator
fi

port_must_be_free # still
if [ "$mode" = dev ]; then
    exec "$python" manage.py runserver "127.0.0.1:$port"
fi
export PSICT_BIND=127.0.0.1:$port
exec "$python" -m gunicorn --config deploy/server.py --log-level warning psict.wsgi
