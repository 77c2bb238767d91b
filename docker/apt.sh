#!/bin/sh
# Install Debian packages that are missing; refresh the index at most once a run, and only when something is missing.
#   apt.sh PACKAGE...
set -eu
missing=
for package; do
    dpkg-query -W -f='${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
echo >&2 "Installing$missing ..."
export DEBIAN_FRONTEND=noninteractive
install() {
    # shellcheck disable=SC2086
    apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 $missing >/dev/null
}
# An index from an hour ago does; a machine that has none, or a stale one, gets a fresh one.
if [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -mmin -60 2>/dev/null)" ] && install 2>/dev/null; then
    exit 0
fi
apt-get update -qq -o Acquire::Check-Valid-Until=false -o DPkg::Lock::Timeout=300
install
