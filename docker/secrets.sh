#!/bin/sh
# Makes the secrets that compose.yaml hands over, each in a file that only its owner and the image's account read; what is
# there stays. Usage: secrets.sh FOLDER [HOST]. The certificate is one for trying out: put a real one in its place.
set -eu
folder=$1 host=${2:-localhost}
umask 077
mkdir -p "$folder"
random() { od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n'; }

[ -s "$folder/secret" ] || random > "$folder/secret"
[ -s "$folder/database_password" ] || random > "$folder/database_password"
[ -s "$folder/database_url" ] ||
    printf 'postgresql://postgres:%s@db:5432/hub' "$(cat "$folder/database_password")" > "$folder/database_url"
if [ ! -s "$folder/certificate.pem" ]; then
    if command -v openssl > /dev/null; then
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$host" \
            -addext "subjectAltName=DNS:$host" -keyout "$folder/certificate.key" -out "$folder/certificate.pem" 2> /dev/null
    else
        echo "openssl is missing: put certificate.pem and certificate.key into $folder" >&2
    fi
fi
# Secrets of compose are files of the host: the image's account, the database's and the proxy's have to read them. The folder
# stays closed to others.
chmod 0444 "$folder"/*
