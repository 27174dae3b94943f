# Sourced by bin/run and bin/test: Python, the libraries, the translations.

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 DEBIAN_FRONTEND=noninteractive
PANGO=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig)

say() { printf '%s\n' "$*" >&2; }

stop() {
  say "$*"
  exit 1
}

# A Python that is new enough; the plain one first.
pick_python() {
  local name
  for name in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      PYTHON=$name
      return
    fi
  done
  need_packages python3
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null ||
    stop "Relance needs Python 3.11 or newer; please install it."
  PYTHON=python3
}

has_venv() { "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null; }

has_pango() {
  "$PYTHON" - 2>/dev/null <<'PYTHON'
import ctypes
import ctypes.util
import sys

wanted = ["libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0", "libfontconfig.so.1"]
if sys.platform == "linux":
    for name in wanted:
        ctypes.CDLL(name)
elif not ctypes.util.find_library("pango-1.0"):
    sys.exit(1)
PYTHON
}

# Installs Debian packages where we may, else says which ones to install.
need_packages() {
  local advice="Please install these packages and try again: $*"
  local as=()
  command -v apt-get >/dev/null || stop "$advice"
  if [ "$(id -u)" != 0 ]; then
    sudo -n true 2>/dev/null || stop "$advice (on Debian: sudo apt-get install $*)"
    as=(sudo -n)
  fi
  say "Installing $*"
  install_packages "$@" || {
    "${as[@]}" apt-get update -qq </dev/null >&2 || true
    install_packages "$@" || stop "$advice"
  }
}

install_packages() {
  "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "$@" </dev/null >&2
}

# Makes .venv, and installs a list of requirements when it has changed.
install_requirements() {
  local list=$1 mark sum
  mark=.venv/.$list.sha256
  sum=$(sha256sum "$list")
  if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    say "Making .venv with $("$PYTHON" --version)"
    rm -rf .venv
    "$PYTHON" -m venv .venv </dev/null
  fi
  if [ "$(cat "$mark" 2>/dev/null)" != "$sum" ]; then
    say "Installing $list"
    .venv/bin/python -m pip install -qq -r "$list" </dev/null
    printf '%s\n' "$sum" >"$mark"
  fi
}

compile_translations() {
  local source
  for source in locale/*/LC_MESSAGES/django.po; do
    [ -e "$source" ] || continue
    if [ ! -e "${source%.po}.mo" ] || [ "$source" -nt "${source%.po}.mo" ]; then
      .venv/bin/pybabel --quiet compile -d locale -D django >/dev/null
      return
    fi
  done
}

set_up() {
  pick_python
  has_venv || need_packages python3-venv
  has_pango || need_packages "${PANGO[@]}"
  install_requirements "$1"
  compile_translations
}
