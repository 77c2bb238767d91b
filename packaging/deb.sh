#!/bin/sh
# Build callbridge_VERSION_ARCH.deb for Debian 12: the service in a virtual environment of its own under /opt/callbridge.
#   deb.sh [FOLDER]     where to put it; dist/ by default
set -eu
cd "$(dirname "$0")/.."
out=${1:-dist}
docker/apt.sh python3-venv
version=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' bridge/__init__.py)
arch=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
venv=$root/opt/callbridge

# Debian's own Python, whatever else is on this machine: it is what the package runs on.
/usr/bin/python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check .
"$venv/bin/pip" uninstall -q -y --disable-pip-version-check pip setuptools
# It was made under $root and will live without it: the scripts and the environment name their place.
grep -rlI "$root" "$venv/bin" "$venv/pyvenv.cfg" | xargs sed -i "s|$root||g"
find "$venv" -name __pycache__ -prune -exec rm -r {} +
/usr/bin/python3 -m compileall -q -s "$root" "$venv/lib"

install -Dm644 config/systemd/callbridge.service "$root/lib/systemd/system/callbridge.service"
install -Dm644 config/systemd/callbridge-reports.service "$root/lib/systemd/system/callbridge-reports.service"
install -Dm644 config/systemd/callbridge-reports.timer "$root/lib/systemd/system/callbridge-reports.timer"
install -Dm644 packaging/sysusers.conf "$root/usr/lib/sysusers.d/callbridge.conf"
install -Dm644 packaging/tmpfiles.conf "$root/usr/lib/tmpfiles.d/callbridge.conf"
install -Dm644 packaging/logrotate "$root/etc/logrotate.d/callbridge"
install -Dm640 config/callbridge.toml "$root/etc/callbridge/callbridge.example.toml"
# In the package the store lies in the service's own folder, and nowhere else can it write.
sed -i 's|^path = "callbridge.db"|path = "/var/lib/callbridge/callbridge.db"|' \
    "$root/etc/callbridge/callbridge.example.toml"
install -Dm644 LICENSE "$root/usr/share/doc/callbridge/copyright"
install -Dm644 -t "$root/usr/share/doc/callbridge/asterisk" config/asterisk/*
install -Dm644 -t "$root/usr/share/doc/callbridge/grafana" config/grafana/*
install -Dm644 -t "$root/usr/share/doc/callbridge/prometheus" config/prometheus/*
install -Dm644 -t "$root/usr/share/doc/callbridge/freepbx" config/freepbx/*
install -Dm644 -t "$root/usr/share/doc/callbridge" README.md CHANGELOG.md docs/*.md
mkdir -p "$root/usr/bin"
ln -s /opt/callbridge/bin/callbridge "$root/usr/bin/callbridge"

mkdir "$root/DEBIAN"
install -m755 packaging/postinst packaging/prerm packaging/postrm "$root/DEBIAN/"
printf '/etc/callbridge/callbridge.example.toml\n/etc/logrotate.d/callbridge\n' >"$root/DEBIAN/conffiles"
cat >"$root/DEBIAN/control" <<END
Package: callbridge
Version: $version
Architecture: $arch
Maintainer: The callbridge developers <callbridge@localhost>
Depends: python3 (>= 3.11), python3 (<< 3.12), systemd | systemd-standalone-sysusers, adduser
Section: comm
Priority: optional
Installed-Size: $(du -sk --exclude=DEBIAN "$root" | cut -f1)
Description: tagged call records from Asterisk
 Follows the calls of Asterisk contact centres and writes one record a call, with
 tags that tell a declined call from a dead phone and an unanswered one, who
 coached, transferred and hung up. It reads the PBX and changes nothing there.
END
mkdir -p "$out"
fakeroot dpkg-deb --build "$root" "$out/callbridge_${version}_$arch.deb" >/dev/null
echo "$out/callbridge_${version}_$arch.deb"
