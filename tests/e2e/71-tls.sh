#!/bin/sh
# HTTPS with certificates that nobody has signed: computers know the server's key. Another key
# is refused before a byte is sent; the next one is told in advance; an address may move.
. "$(dirname "$0")/lib.sh"

make_cert one
make_cert two
make_district

# Certificates and keys that do not fit.
serve_fails() {
	expect "$1" "$B/dongbod" serve --data "$DISTRICT" --listen 127.0.0.1:0 $2
}
serve_fails 2 "--tls-cert $T/one.pem"
serve_fails 2 "--tls-cert $T/one.pem --tls-key $T/two.key"
has "$T/err" "two.key" "which file is wrong"
echo "no certificate" >"$T/bad.pem"
serve_fails 2 "--tls-cert $T/bad.pem --tls-key $T/one.key"
has "$T/err" "bad.pem" "which file is no certificate"
serve_fails 2 "--tls-cert $T/one.pem --tls-key $T/one.pem"
serve_fails 2 "--tls-cert $T/missing.pem --tls-key $T/one.key"

# A self-signed one, known by its key.
tls_start one
ok d link --tls-cert "$T/one.pem"
is "$(val pins)" "sha256//$(pin_of "$T/one.pem")" "the pin, as openssl works it out"
ok d link --no-pins
is "$(val pins)" "" "no pins"
enrolled_by() { # STORE ADDRESS [OPTIONS]
	store=$1
	address=$2
	shift 2
	ok d enrol THCS-TAMSON --address "$address" --out "$T/$store.enrol" "$@"
	ok c "$store" init --enrol "$T/$store.enrol" --author "Trần Thị Nhập"
}
enrolled_by a "https://127.0.0.1:$PORT" --tls-cert "$T/one.pem"
add_staff a "Trần Thị Một"
sync a
is "$(val changesets_out)" 1 "sent over TLS"
expect 2 d enrol THCS-TAMSON --address "http://127.0.0.1:$PORT" --tls-cert "$T/one.pem" --out "$T/no"
# Without a pin it is a certificate that nobody vouches for; unless the authority is named.
enrolled_by bare "https://127.0.0.1:$PORT"
expect 4 c bare sync --once
is "$("$B/json_check" error.code <"$T/out")" tls_certificate_not_trusted "an unknown certificate"
sync_ca() { ok c bare sync --ca "$T/one.pem"; }
sync_ca
# Old protocols, and HTTP without TLS, get nothing.
for version in tls1 tls1_1; do
	openssl s_client -connect "127.0.0.1:$PORT" "-$version" -cipher 'ALL:@SECLEVEL=0' </dev/null \
		>"$T/out" 2>&1 && die "$version is spoken"
done
openssl s_client -connect "127.0.0.1:$PORT" -tls1_2 </dev/null >"$T/out" 2>&1 ||
	die "TLS 1.2 is not spoken"
expect 4 c a sync --once --server "http://127.0.0.1:$PORT"

# Another key: refused before a byte, in words; then as the district tells it.
server_stop
tls_start two "$PORT"
add_staff a "Trần Thị Hai"
heard=$(wc -l <"$T/server.log")
expect 4 c a sync --once
is "$("$B/json_check" error.code <"$T/out")" tls_key_not_the_districts "another key"
has "$T/err" "chưa gửi gì" "words for the clerk"
is "$(wc -l <"$T/server.log")" "$heard" "what the stranger got to hear"
expect 2 c a sync --pin "sha256//abc"
expect 4 c a sync --once --pin "$(pin_of "$T/one.pem")"
ok c a sync --pin "$(pin_of "$T/two.pem")"
is "$(val changesets_out)" 1 "sent under the new key"
sync a
server_stop

# The next key is told in advance; nobody need touch a computer, nor one that synchronises for
# ever.
tls_start two "$PORT"
enrolled_by ever "https://127.0.0.1:$PORT" --tls-cert "$T/two.pem"
"$B/dongbo" sync --every 1s --data "$T/ever" >"$T/ever.out" 2>"$T/ever.err" &
EVER=$!
started $EVER
# Until the file has so many lines.
wait_lines() {
	tries=0
	until [ "$(wc -l <"$1")" -ge "$2" ]; do
		tries=$((tries + 1))
		[ $tries -gt 600 ] && { cat "$T/ever.out" "$T/ever.err"; die "no line $2 in $1"; }
		sleep 0.05
	done
}
wait_lines "$T/ever.out" 1
ok d link --address "https://127.0.0.1:$PORT" --tls-cert "$T/two.pem" --tls-cert "$T/one.pem"
sync a
wait_lines "$T/ever.out" $(($(wc -l <"$T/ever.out") + 2))
server_stop
tls_start one "$PORT"
sync a
wait_lines "$T/ever.out" $(($(wc -l <"$T/ever.out") + 2))
kill -TERM $EVER
wait $EVER
is $? 0 "synchronising for ever, over a change of keys"
ended $EVER
ok d link --tls-cert "$T/one.pem"
sync a
server_stop
tls_start two "$PORT"
has "$T/server.log" "CHÚ Ý" "a warning to whoever starts it with a key that is not known"
expect 4 c a sync --once
is "$("$B/json_check" error.code <"$T/out")" tls_key_not_the_districts "a key that was taken back"
server_stop

# The server moves; where the new address does not answer the old one is tried.
tls_start one "$PORT"
old=$PORT
ok d link --address "https://127.0.0.1:9"
sync a
sync a
ok c a whoami
is "$(val server)" "https://127.0.0.1:9" "the address that counts"
ok d enrol MN-TAMSON --out "$T/later.enrol"
ok c later init --enrol "$T/later.enrol"
ok c later whoami
is "$(val server)" "https://127.0.0.1:9" "a later enrolment says the same"
server_stop
tls_start one
[ "$PORT" = "$old" ] && die "the same port again"
expect 4 c a sync --once
ok c a sync --server "https://127.0.0.1:$PORT"
server_stop

# nginx in front, as server/nginx.conf.example has it.
if command -v nginx >/dev/null 2>&1; then
	server_start
	front=$((PORT > 40000 ? PORT - 7919 : PORT + 7919))
	mkdir "$T/nginx"
	{
		echo "daemon off; master_process off; pid $T/nginx/pid; error_log $T/nginx/error.log;"
		[ "$(id -u)" -ne 0 ] || echo "user root;"
		echo "events {} http {"
		for kind in client_body proxy fastcgi uwsgi scgi; do
			echo "${kind}_temp_path $T/nginx/$kind;"
		done
		sed "s,443 ssl,127.0.0.1:$front ssl,;s,/etc/ssl/private/dongbo.key,$T/two.key,
			s,/etc/ssl/dongbo.pem,$T/two.pem,;s,127.0.0.1:8080,127.0.0.1:$PORT,
			s,dongbo.example.vn,127.0.0.1," server/nginx.conf.example
		echo "}"
	} >"$T/nginx/nginx.conf"
	nginx -p "$T/nginx" -c "$T/nginx/nginx.conf" -e "$T/nginx/error.log" &
	started $!
	tries=0
	until openssl s_client -connect "127.0.0.1:$front" </dev/null >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ $tries -gt 200 ] && { cat "$T/nginx/error.log"; die "nginx does not serve"; }
		sleep 0.05
	done
	enrolled_by n "https://127.0.0.1:$front" --tls-cert "$T/two.pem"
	add_staff n "Lê Thị Ba"
	sync n
	is "$(val changesets_out)" 1 "sent through nginx"
	for i in 1 2 3 4 5; do sync n; done
	enrolled_by wrong "https://127.0.0.1:$front" --tls-cert "$T/one.pem"
	expect 4 c wrong sync --once
	is "$("$B/json_check" error.code <"$T/out")" tls_key_not_the_districts "nginx with another key"
	server_stop
else
	echo "SKIPPED: nginx is not installed"
fi
fsck_clean
echo "known by its key"
