#!/bin/sh
# The steps of the image in a clean Debian 12 root, as its root: the Dockerfile runs them, and prove.sh in a debootstrap.
# Usage: image.sh SOURCE, a folder with hub/, config/, LICENSE, requirements-run.lock. Leaves the command `hub`, its code in
# /opt/hub that nobody but root can change, and the account `hub` (10001) with /var/lib/hub for all that is kept and /backup.
set -eu
source=$1
export DEBIAN_FRONTEND=noninteractive PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

apt-get update -q
apt-get install -q -y --no-install-recommends ca-certificates python3 python3-venv tzdata
rm -rf /var/lib/apt/lists/*

groupadd --gid 10001 hub
useradd --uid 10001 --gid hub --home-dir /var/lib/hub --shell /usr/sbin/nologin hub
# A volume that is mounted here for the first time is its owner's as these folders are.
install -d -o hub -g hub -m 0700 /var/lib/hub /backup

python3 -m venv /opt/hub/venv
/opt/hub/venv/bin/python -m pip install -q --only-binary :all: --require-hashes -r "$source/requirements-run.lock"
cp -R "$source/hub" "$source/config" "$source/LICENSE" /opt/hub/
find /opt/hub -name __pycache__ -path '/opt/hub/hub/*' -prune -exec rm -rf {} +
# The code is found beside its configuration, as in a checkout; compiled now, since the root is read-only later.
echo /opt/hub > "$(/opt/hub/venv/bin/python -c 'import site; print(site.getsitepackages()[0])')/hub.pth"
/opt/hub/venv/bin/python -m compileall -q /opt/hub/hub
printf '#!/bin/sh\nexec /opt/hub/venv/bin/python -m hub "$@"\n' > /usr/local/bin/hub
chmod 0755 /usr/local/bin/hub
chmod -R go-w,a+rX /opt/hub
