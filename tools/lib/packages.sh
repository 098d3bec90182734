# shellcheck shell=bash disable=SC2154
# Installs what is missing of the sections of tools/packages.txt. To be sourced after common.sh.

# Prints: package command, for each line of the sections named.
packages_of() {
  awk -v wanted=" $* " '
    /^#/ || NF == 0 { next }
    /^\[/ { section = substr($1, 2, length($1) - 2); next }
    index(wanted, " " section " ") { print $1, $2 }' "$root/tools/packages.txt"
}

is_installed() { # PACKAGE COMMAND
  if [ "$2" != - ] && command -v "$2" > /dev/null; then
    return 0
  fi
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null)" = installed ]
}

missing_packages() {
  local package command
  while read -r package command; do
    is_installed "$package" "$command" || echo "$package"
  done < <(packages_of "$@")
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif [ -n "${CI:-}" ] || [ ! -t 0 ]; then
    sudo -n "$@"
  else
    sudo "$@"
  fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

# ensure_packages SECTION...: nothing is asked of apt when everything is there.
ensure_packages() {
  local missing package unknown=()
  if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
    say "==> this is not Debian: going on without installing anything (tools/packages.txt says what is needed)"
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  if [ ${#missing[@]} = 0 ]; then
    say "==> packages: all there"
    return 0
  fi
  say "==> packages missing: ${missing[*]}"
  if [ "$(id -u)" != 0 ] && ! command -v sudo > /dev/null; then
    fail "cannot install them: you are not root, and there is no sudo. Run as root: apt-get install ${missing[*]}"
  fi
  run_step 'apt-get update' apt-update apt update ||
    fail "apt-get update failed: are the hosts in /etc/apt/sources.list* reachable, and may you use sudo?"
  for package in "${missing[@]}"; do
    # an unknown package prints nothing, a virtual one has the candidate "(none)"
    [[ $(LC_ALL=C apt-cache policy "$package") =~ Candidate:\ [^\(] ]] || unknown+=("$package")
  done
  if [ ${#unknown[@]} -gt 0 ]; then
    fail "apt has no package ${unknown[*]}. The names are those of Debian 12 (main): check /etc/apt/sources.list*, or install the same by other means"
  fi
  run_step "install ${#missing[@]} packages" apt-install \
    apt install -y --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install: $(missing_packages "$@" | tr '\n' ' ')- see build/logs/apt-install.log"
}
