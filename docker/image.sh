#!/bin/sh
# Print the name of the PBX's image, after building it if it is not there.
#   image.sh [SUITE]     forky (Asterisk 22, the default) or bullseye (Asterisk 16)
# Its base, debian:SUITE, comes from the registry if that answers quickly, else from Debian's package mirror.
set -eu
cd "$(dirname "$0")"
suite=${1:-forky}
base=debian:$suite
# In bullseye voicemail is a package of its own.
[ "$suite" != bullseye ] || more=" asterisk-voicemail"
recipe() { sed -e "s/^FROM .*/FROM $base/" -e "s/--no-install-recommends/&${more:-}/" Dockerfile.asterisk; }
# The name tells what the image is made of: a changed Dockerfile is a new image, an unchanged one costs nothing.
image=callbridge-asterisk:$(recipe | sha256sum | cut -c1-12)
work=

say() { echo "$*" >&2; }

bootstrap() {
    ./apt.sh debootstrap debian-archive-keyring gpgv
    # Bookworm's debootstrap does not know forky by name; the script of sid fits every release.
    cp -r /usr/share/debootstrap "$work/scripts"
    [ -e "$work/scripts/scripts/$suite" ] || ln -s sid "$work/scripts/scripts/$suite"
    DEBOOTSTRAP_DIR=$work/scripts debootstrap --variant=minbase "$suite" "$work/root" >"$work/log" 2>&1 ||
        failed "debootstrap"
    say "Importing the base image ..."
    tar -C "$work/root" -c . | docker import - "$base" >"$work/log" 2>&1 || failed "docker import"
}

failed() {
    tail -20 "$work/log" >&2
    say "$1 failed, see above."
    exit 1
}

if ! docker image inspect "$image" >/dev/null 2>&1; then
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    if ! docker image inspect "$base" >/dev/null 2>&1; then
        say "Asking the registry for $base, 10 s at most ..."
        if ! timeout 10 docker pull -q "$base" >/dev/null 2>&1; then
            say "No registry: building the base with debootstrap, about 40 s ..."
            bootstrap
        fi
    fi
    say "Building $image, about 30 s ..."
    recipe | docker build --network=host -t "$image" - >"$work/log" 2>&1 || failed "docker build"
fi
echo "$image"
