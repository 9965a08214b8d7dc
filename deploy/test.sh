#!/usr/bin/env bash
# make test: sets everything up, then runs every check. What cannot run here is said at the end and
# fails the whole, unless PARTIAL=1 allows it; on the build server (CI=true) nothing allows it.
# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# What somebody's shell sets for a portal of theirs is no part of the tests.
unset "${!PSICT_@}" DATABASE_URL DJANGO_SETTINGS_MODULE PYTEST_ADDOPTS

# Databases and files of tests live in memory where the machine has room for them there.
in_memory() { [ -w /dev/shm ] && [ "$(df --output=avail -k /dev/shm | tail -n 1)" -gt 2000000 ]; }
if in_memory; then export TMPDIR=/dev/shm; fi
scratch=$(mktemp -d)
cluster=
beside_pid=
export PSICT_HTTPS=0 PSICT_VAR=$scratch/var

tidy_up() {
    local code=$?
    trap - EXIT
    trap '' INT TERM HUP
    if [ -n "$beside_pid" ]; then kill "$beside_pid" 2>/dev/null; fi
    wait # for apt, if it is at work: it is not to be broken off
    if [ -n "$cluster" ]; then
        as_postgres "$bin/pg_ctl" stop --pgdata "$cluster/data" --mode immediate --silent \
            >/dev/null 2>&1 || true
        rm -rf "$cluster"
    fi
    rm -rf "$scratch"
    exit "$code"
}
trap tidy_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

statements=--statements=$scratch/statements # what tests/second_engine.py notes
results=()
not_run=()
summaries=()
passed=0 failed=0 skipped=0 broken=0

step() { # name, command…
    local name=$1 began=$SECONDS code=0 word=ok
    shift
    printf '\n== %s\n' "$name"
    "$@" || code=$?
    if [ "$code" -ne 0 ]; then
        word=FAILED
        broken=1
    fi
    results+=("$(printf '%-6s %4d s  %s' "$word" "$((SECONDS - began))" "$name")")
}

# One step at a time can go on beside the others, since it keeps one processor busy and no more.
beside() { # name, command…
    (
        step "$@" >"$scratch/beside" 2>&1
        printf '%s\n' "${results[-1]}" >"$scratch/beside-result"
        exit "$broken"
    ) &
    beside_pid=$!
}

join_beside() {
    wait "$beside_pid" || broken=1
    beside_pid=
    cat "$scratch/beside"
    results+=("$(cat "$scratch/beside-result")")
}

count_of() { # word of pytest's last line, the line
    [[ $2 =~ ([0-9]+)\ $1 ]] && printf %s "${BASH_REMATCH[1]}" || printf 0
}

# --- setting up --------------------------------------------------------------------------------

find_postgres() { # prints the folder of the newest server's programs
    local program
    if program=$(command -v initdb); then
        dirname "$(readlink -f "$program")"
    elif program=$(printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1) &&
        [ -x "$program" ]; then
        dirname "$program"
    else
        return 1
    fi
}

need_browser_tests() {
    need_browser
    need_libraries libatomic.so.1=libatomic1 # Playwright's driver loads it
}

need_pdf_readers() { # they read the reviews' PDF files with other eyes than ours
    need_command pdftotext poppler-utils
    need_command qpdf qpdf
}

install_for_tests() {
    local held=
    if [ -z "${CHROMIUM:-}" ] && can_install && ! command -v chromium-headless-shell >/dev/null; then
        apt_install chromium-headless-shell || say "It is not to be had; Chromium itself will do."
    fi
    need_browser_tests
    need_pdf_readers
    if ! find_postgres >/dev/null; then
        missing+=(postgresql)
        if can_install && [ ! -e /etc/postgresql ]; then
            # The tests start a server of their own; the package need not start one for good.
            held=/etc/postgresql-common/createcluster.d/psict-tests.conf
            mkdir -p "${held%/*}"
            echo "create_main_cluster = false" >"$held"
        fi
    fi
    if can_install && [ ${#missing[@]} -gt 0 ]; then
        apt_install "${missing[@]}" || say "apt could not install: ${missing[*]}"
    fi
    if [ -n "$held" ]; then rm -f "$held"; fi
}

set_up() {
    need_machine
    # While these packages come, those of Python do too.
    install_for_tests >"$scratch/installed" 2>&1 &
    local installing=$!
    need_environment requirements-dev.txt
    "$python" manage.py compilemessages --ignore .venv --ignore var --verbosity 0 || return 1
    wait "$installing" || return 1
    cat "$scratch/installed"
}

# --- the checks --------------------------------------------------------------------------------

check_texts() {
    local file code=0
    while IFS= read -r file; do
        msgfmt --check --output-file /dev/null "$file" || code=1
    done < <(find locale -name '*.po')
    return "$code"
}

run_tests() { # engine, marks, options for pytest…
    local engine=$1 marks=$2 code=0 line colour=no
    shift 2
    if [ -t 1 ]; then colour=yes; fi
    "$python" -m pytest -q --color="$colour" -n "${JOBS:-$(nproc)}" --dist loadgroup \
        --basetemp "$scratch/$engine" --durations 5 --durations-min 2 -m "$marks" "$@" 2>&1 |
        tee "$scratch/output" ||
        code=${PIPESTATUS[0]}
    # Without colour codes, the last line that counts.
    line=$(sed 's/\x1b\[[0-9;]*m//g' "$scratch/output" |
        grep -E '[0-9]+ (passed|failed|errors?|skipped).* in [0-9.]+s' | tail -n 1) || true
    summaries+=("$(printf '%-10s  %s' "$engine" "${line:-pytest did not finish}")")
    passed=$((passed + $(count_of passed "$line")))
    failed=$((failed + $(count_of failed "$line") + $(count_of error "$line")))
    skipped=$((skipped + $(count_of skipped "$line")))
    return "$code"
}

as_postgres() {
    # The server refuses to run as root.
    if is_root; then (cd / && exec runuser -u postgres -- "$@"); else "$@"; fi
}

start_postgres() {
    # Short, since a socket's path may have 107 characters at most.
    cluster=$(mktemp -d "${TMPDIR:-/tmp}/psict-pg.XXXXXX")
    if is_root; then chown postgres "$cluster"; fi
    as_postgres "$bin/initdb" --pgdata "$cluster/data" --no-sync --auth trust --username psict \
        --encoding UTF8 --no-locale >"$scratch/postgres" 2>&1 &&
        as_postgres "$bin/pg_ctl" start --pgdata "$cluster/data" --wait --silent \
            --log "$cluster/log" --options "-k $cluster -c listen_addresses='' -c fsync=off \
-c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
-c jit=off -c autovacuum=off" >>"$scratch/postgres" 2>&1 ||
        { cat "$scratch/postgres" "$cluster/log" >&2; return 1; }
}

run_tests_on_postgres() { # marks
    start_postgres || return 1
    local again="not once" options=("$statements") code=0
    if [ "${THOROUGH:-0}" = 1 ]; then again=database options=(); fi
    DATABASE_URL="postgresql://psict@${cluster//\//%2F}/postgres" \
        run_tests PostgreSQL "$again${1:+ and $1}" "${options[@]}" || code=$?
    if [ "$again" != database ]; then
        summaries+=("            (as many as ask each statement again; THOROUGH=1 runs all that ask any)")
    fi
    return "$code"
}

# --- all of it ---------------------------------------------------------------------------------

step "set-up" set_up
if [ "$broken" -ne 0 ]; then stop "the set-up failed."; fi

step "lint" "$python" -m ruff check .
step "format" "$python" -m ruff format --check .
# What is kept to be quicker the next time is of no use where all is thrown away.
beside "types" "$python" -m mypy ${CI:+--cache-dir=/dev/null} .
step "migrations are complete" "$python" manage.py makemigrations --check --dry-run
step "translations are well formed" check_texts

marks=""
need_browser_tests
if [ ${#missing[@]} -gt 0 ]; then
    marks="not browser"
    not_run+=("the browser tests (apt-get install ${missing[*]})")
fi
missing=()
need_pdf_readers
if [ ${#missing[@]} -gt 0 ]; then
    not_run+=("what other programs say of the PDF files (apt-get install ${missing[*]})")
fi
step "tests on SQLite" run_tests SQLite "$marks" "$statements"
join_beside

if ! bin=$(find_postgres); then
    not_run+=("the tests on PostgreSQL (apt-get install postgresql)")
elif is_root && ! { id postgres && command -v runuser; } >/dev/null 2>&1; then
    not_run+=("the tests on PostgreSQL: root must not run it, and there is no user postgres")
else
    step "tests on PostgreSQL" run_tests_on_postgres "$marks"
fi

printf '\n== Summary (%d s)\n' "$SECONDS"
printf '%s\n' "${results[@]}"
for line in "${not_run[@]}"; do
    printf 'NOT RUN: %s\n' "$line"
done
if [ ${#not_run[@]} -gt 0 ]; then
    if [ "${CI:-}" = true ]; then
        broken=1
    elif [ "${PARTIAL:-0}" = 1 ]; then
        say "PARTIAL=1 allows what was not run."
    else
        broken=1
        say "What was not run fails the whole; make test PARTIAL=1 allows it."
    fi
fi
printf '%s\n' "${summaries[@]}"
printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
if [ "$broken" -ne 0 ]; then
    say "make test FAILED"
    exit 1
fi
