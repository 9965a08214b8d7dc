#!/usr/bin/env bash
# make fix, messages, shots, reviews, lock, clean.
# shellcheck source=deploy/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

fix() {
    need_machine
    need_environment requirements-dev.txt
    local code=0
    "$python" -m ruff check --fix . || code=$?
    "$python" -m ruff format .
    return "$code"
}

messages() {
    need_machine
    need_environment requirements.txt
    "$python" manage.py makemessages --locale ms --no-obsolete --add-location file \
        --ignore .venv --ignore var --ignore tests
    "$python" manage.py compilemessages --ignore .venv --ignore var --verbosity 0
    msgfmt --statistics --output-file /dev/null locale/ms/LC_MESSAGES/django.po
}

shots() {
    need_machine
    need_browser
    install_missing
    need_browser
    need_environment requirements-dev.txt
    "$python" manage.py compilemessages --ignore .venv --ignore var --verbosity 0
    "$python" docs/take_pictures.py ${ONLY:+--only "$ONLY"}
    say "Pictures are in var/shots/ and docs/pictures/"
}

reviews() {
    need_machine
    need_command qpdf qpdf
    need_command pdfinfo poppler-utils
    install_missing
    need_environment requirements-dev.txt
    "$python" manage.py compilemessages --ignore .venv --ignore var --verbosity 0
    local folder=${PSICT_VAR:-var}/reviews
    scratch=$(mktemp -d) # known to the trap too
    trap 'rm -rf "$scratch"' EXIT
    mkdir -p "$folder"
    env -u DATABASE_URL -u PSICT_SIGN_CERTIFICATES PYTHONPATH=. PSICT_HTTPS=0 PSICT_DEBUG=0 PSICT_VAR="$scratch" \
        "$python" deploy/reviews.py "$folder" || stop "a report was not made, or did not pass."
    say "The reports are in $folder/"
}

lock() {
    local more=()
    scratch=$(mktemp -d) # known to the trap too
    trap 'rm -rf "$scratch"' EXIT
    need_python
    install_missing
    need_venv
    by_pip deploy/uv.txt
    if [ "${UPGRADE:-0}" = 1 ]; then more+=(--upgrade); fi
    write_lock() { # file, more options…
        local file=$1
        shift
        # Versions that stand in the file stay, unless the newest are asked for.
        mkdir -p "$(dirname "$scratch/$file")"
        cp "$file" "$scratch/$file" 2>/dev/null || true
        .venv/bin/uv pip compile --system-certs --quiet --generate-hashes --universal \
            --python-version 3.11 --no-annotate --no-header "${more[@]}" "$@" --output-file "$scratch/$file"
        if grep -n '://' "$scratch/$file"; then
            stop "$file would name a server; it is left as it was."
        fi
        cp "$scratch/$file" "$file"
        say "$file: $(grep -c '==' "$file") packages"
    }
    write_lock requirements.txt pyproject.toml
    write_lock requirements-dev.txt pyproject.toml --extra dev --constraint requirements.txt
    write_lock deploy/uv.txt - <<<uv # what installs the others
}

clean() {
    rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
    find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
    find locale -name '*.mo' -delete
}

case ${1:-} in
    fix | messages | shots | reviews | lock | clean) "$1" ;;
    *) stop "unknown: ${1:-nothing}; see make help." ;;
esac
