#!/bin/sh
# Installs what building and testing need from Debian 12, if something is missing.
# usage: install-deps.sh [test]
build="gcc make pkg-config libsqlite3-dev libcurl4-openssl-dev zlib1g-dev libsodium-dev
libmicrohttpd-dev libjansson-dev libutf8proc-dev libzip-dev libexpat1-dev libxlsxwriter-dev libgnutls28-dev
libqrencode-dev liblzma-dev"
test="libcmocka-dev libcbor-dev universal-ctags sqlite3 faketime openssl"

want=$build
[ "$1" = test ] && want="$build $test"
missing=
for p in $want; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' ||
		missing="$missing $p"
done
[ -z "$missing" ] && exit 0

echo "installing:$missing"
sudo=
[ "$(id -u)" -eq 0 ] || sudo=sudo
$sudo apt-get update -qq || exit 1
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing \
	>/dev/null || exit 1
