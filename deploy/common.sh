# Sourced by the scripts beside it: what they need of the machine, and the virtual environment.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
umask 022
# Without its bytecode each process would compile all of Django and the portal anew.
unset PYTHONDONTWRITEBYTECODE

python=.venv/bin/python
missing=() # system packages that are to be installed

say() { printf '%s\n' "$*"; }

stop() {
    printf '\nStopped: %s\n' "$*" >&2
    exit 1
}

is_root() { [ "$(id -u)" -eq 0 ]; }

can_install() { is_root && command -v apt-get >/dev/null; }

# --- the machine -------------------------------------------------------------------------------

find_python() { # prints the first Python that is new enough
    local candidate
    # The system's own first: it gets the system's security updates, and distributions build it with
    # optimisations that one compiled at home mostly lacks.
    for candidate in ${PYTHON:-/usr/bin/python3 python3 python3.14 python3.13 python3.12 python3.11}; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

venv_is_sound() {
    "$python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

need_python() {
    local found version
    if venv_is_sound; then
        return
    elif found=$(find_python); then
        if ! "$found" -c 'import ensurepip, venv' 2>/dev/null; then
            case $found in
                /usr/bin/python3 | /bin/python3) missing+=(python3-venv) ;;
                /usr/bin/* | /bin/*) missing+=("${found##*/}-venv") ;;
                *) stop "$found cannot make virtual environments (it lacks ensurepip)." ;;
            esac
        fi
    elif version=$("${PYTHON:-python3}" --version 2>&1); then
        stop "Python 3.11 or newer is needed; ${PYTHON:-python3} is $version. PYTHON=… names another."
    elif [ -n "${PYTHON:-}" ]; then
        stop "PYTHON=$PYTHON cannot be run."
    else
        missing+=(python3 python3-venv)
    fi
}

need_command() { # command, package
    command -v "$1" >/dev/null || missing+=("$2")
}

need_libraries() { # file=package…
    local known pair
    # Where there is no list of libraries to ask, what needs them will say so itself.
    known=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null) || return 0
    for pair in "$@"; do
        [[ $known == *"${pair%%=*}"* ]] || missing+=("${pair#*=}")
    done
}

# Chromium's headless shell is the same engine without windows: it shows a page in half the time.
need_browser() {
    local candidate
    for candidate in ${CHROMIUM:-chromium-headless-shell chromium}; do
        if CHROMIUM=$(command -v "$candidate"); then
            export CHROMIUM
            return
        fi
    done
    unset CHROMIUM
    missing+=(chromium-headless-shell)
}

apt_install() { # packages…
    local log
    log=$(mktemp)
    say "Installing with apt: $*"
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    if can_install; then
        apt_install "${missing[@]}" || stop "apt could not install: ${missing[*]}"
    else
        stop "system packages are missing. Install them, then try again:

    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
    fi
    missing=()
}

need_machine() {
    need_python
    # WeasyPrint loads these to make PDFs.
    need_libraries libpango-1.0.so.0=libpango-1.0-0 libpangoft2-1.0.so.0=libpangoft2-1.0-0 \
        libharfbuzz-subset.so.0=libharfbuzz-subset0
    need_command msgfmt gettext
    install_missing
}

# --- the virtual environment -------------------------------------------------------------------

need_venv() {
    venv_is_sound && return
    if [ -e .venv ] && [ ! -e .venv/pyvenv.cfg ] && [ -n "$(ls -A .venv)" ]; then
        stop ".venv is in the way and is no virtual environment. Move it aside, then try again."
    fi
    local found
    found=$(find_python) || stop "Python 3.11 or newer is needed."
    say "Making .venv with $("$found" --version)"
    rm -rf .venv
    "$found" -m venv .venv || stop "$found could not make .venv."
}

installed_text() { # lock file: what its stamp says once all of it is installed
    "$python" --version
    sha256sum "$1"
}

# The lists name all that is needed, so that nothing has to look for what a package asks for.
by_pip() { # lock file
    "$python" -m pip install --disable-pip-version-check --no-input --progress-bar off --quiet \
        --no-compile --no-deps --require-hashes --requirement "$1"
}

# uv takes a fifth of pip's time. Of what pip is told about where packages are it learns the main
# index alone; so where it does not get them, pip does.
by_uv() { # lock file
    local index
    by_pip deploy/uv.txt || return 1
    index=${PIP_INDEX_URL:-$("$python" -m pip config get global.index-url 2>/dev/null || true)}
    env ${index:+UV_DEFAULT_INDEX="$index"} UV_HTTP_TIMEOUT=15 UV_HTTP_RETRIES=1 \
        .venv/bin/uv pip install --python "$python" --system-certs --quiet \
        --no-deps --require-hashes --requirement "$1"
}

# Installs a lock file unless its stamp says that it is installed already. A stamp is written last,
# and every stamp goes before anything is installed, so none outlives what it speaks of.
need_packages() { # lock file
    local lock=$1
    if [ "$(cat ".venv/installed-$lock" 2>/dev/null)" = "$(installed_text "$lock")" ]; then
        return
    fi
    say "Installing the packages of $lock (up to a minute, until the file changes)"
    rm -f .venv/installed-*
    local said
    if ! said=$(by_uv "$lock" 2>&1); then
        say "uv could not get them, so pip does, which takes longer."
        say "$said"
        by_pip "$lock" || stop "pip could not install $lock."
    fi
    "$python" -W error::UserWarning -c 'import weasyprint' ||
        stop "WeasyPrint, which makes the PDFs, cannot be loaded: see the lines above."
    # The developers' file holds all of the other, at the same versions (a test sees to it).
    for lock in requirements.txt "$1"; do
        installed_text "$lock" >".venv/installed-$lock.new"
        mv ".venv/installed-$lock.new" ".venv/installed-$lock"
    done
}

need_environment() { # lock file
    # One at a time, where two commands are started together.
    exec 9<requirements.txt
    if command -v flock >/dev/null; then flock 9; fi
    need_venv
    need_packages "$1"
    exec 9<&-
}
