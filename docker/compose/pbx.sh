#!/bin/sh
# Fill the passwords into the configuration, then run Asterisk as its own user. `pbx booted`, beside it, waits until it is up.
set -eu
if [ "${1:-}" = booted ]; then
    until asterisk -rx "core waitfullybooted" 2>/dev/null; do sleep 1; done
    exit
fi
umask 027
mkdir -p /etc/asterisk
for file in /usr/share/callbridge/*.conf; do
    sed -e "s/@SIP_ADDRESS@/$SIP_ADDRESS/; s/@PHONE_SECRET@/$PHONE_SECRET/" \
        -e "s/secret = change-me/secret = $AMI_SECRET/; s/password = change-me/password = $ARI_SECRET/" \
        "$file" >"/etc/asterisk/$(basename "$file")"
done
chgrp -R asterisk /etc/asterisk
# Without its own name in /etc/hosts Asterisk waits for DNS in every call.
grep -q "$(hostname)" /etc/hosts || echo "127.0.0.1 $(hostname)" >>/etc/hosts
exec asterisk -f -U asterisk -G asterisk
