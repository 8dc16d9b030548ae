#!/bin/sh
# Proves the image without a container engine: a clean Debian 12 root by debootstrap, the same steps, then the hub in it as
# its account over a root that is read-only. As root, with debootstrap and unshare; a few minutes. Usage: sh docker/prove.sh
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
root=$work/root
trap 'rm -rf "$work"' EXIT
say() { echo "== $*"; }

say "a clean Debian 12 root"
debootstrap --variant=minbase bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}" > "$work/debootstrap.log"
mkdir "$root/source"
for part in hub config LICENSE requirements-run.lock docker; do cp -R "$part" "$root/source/"; done
cp /etc/resolv.conf "$root/etc/resolv.conf"
# The host may reach the registries through a proxy with an authority of its own.
cp /etc/ssl/certs/ca-certificates.crt "$root/tmp/authorities.crt"

say "the steps of the image"
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin PIP_CERT=/tmp/authorities.crt ${https_proxy:+https_proxy="$https_proxy"} \
    sh /source/docker/image.sh /source
rm -rf "$root/source" "$root/tmp/authorities.crt"

say "the hub in it, as its account, over a read-only root"
unshare --mount sh -eu -c '
    root=$1
    test "$(stat -c %u:%g:%a "$root/backup")" = 10001:10001:700
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount --bind /dev "$root/dev"
    mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mkdir "$root/tmp/kept"
    mount --bind "$root/tmp/kept" "$root/var/lib/hub"
    chown 10001:10001 "$root/var/lib/hub"
    mount -o remount,ro,bind "$root"
    exec chroot --userspec=10001:10001 "$root" env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/var/lib/hub \
        HUB_DATA_DIR=/var/lib/hub LANG=C.UTF-8 sh -eu -c "
            cd /var/lib/hub
            test \"\$(id -u)\" = 10001
            if touch /opt/hub/written 2>/dev/null; then echo the root can be written to; exit 1; fi
            hub --version
            hub init
            hub serve --port 8765 & server=\$!
            /opt/hub/venv/bin/python - <<ASK
import time, urllib.request
for _ in range(120):
    try:
        print(urllib.request.urlopen(\"http://127.0.0.1:8765/health\", timeout=4).read().decode())
        break
    except OSError:
        time.sleep(0.5)
else:
    raise SystemExit(\"the hub did not answer\")
ASK
            kill -TERM \$server
            wait \$server
        "
' prove "$root"
say "proven"
