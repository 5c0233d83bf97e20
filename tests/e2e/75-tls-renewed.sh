# Goal: at SIGHUP the server reads its certificate anew; connections that are there live on, and
# a certificate that does not fit is named, and the one before stays.
. "$(dirname "$0")/lib.sh"

make_cert one
make_cert two
make_district
cp "$T/one.pem" "$T/now.pem"
cp "$T/one.key" "$T/now.key"
tls_start now
shown_pin() {
	openssl s_client -connect "127.0.0.1:$PORT" </dev/null 2>/dev/null | openssl x509 >"$T/shown.pem" ||
		die "no certificate is shown"
	pin_of "$T/shown.pem"
}
logged() { # PATTERN: at the end of the log, soon
	tries=0
	until tail -n 1 "$T/server.log" | grep -q -- "$1"; do
		tries=$((tries + 1))
		[ "$tries" -gt 200 ] && die "the log does not end with '$1': $(tail -n 1 "$T/server.log")"
		sleep 0.05
	done
}
is "$(shown_pin)" "$(pin_of "$T/one.pem")" "the certificate at the start"
# A connection that is there before, and lives on.
mkfifo "$T/typed"
openssl s_client -quiet -connect "127.0.0.1:$PORT" <"$T/typed" >"$T/heard" 2>/dev/null &
open_pid=$!
started $open_pid
exec 3>"$T/typed"
printf 'POST /v1/exchange HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n' >&3
cp "$T/two.pem" "$T/now.pem"
kill -HUP "$SERVER_PID"
logged "FAILED.*now.key"
is "$(shown_pin)" "$(pin_of "$T/one.pem")" "a certificate without its key is not shown"
echo "no certificate" >"$T/now.pem"
kill -HUP "$SERVER_PID"
logged "FAILED.*now.pem"
rm "$T/now.pem"
kill -HUP "$SERVER_PID"
logged "FAILED.*no_such_file.*now.pem"
cp "$T/two.pem" "$T/now.pem"
cp "$T/two.key" "$T/now.key"
kill -HUP "$SERVER_PID"
logged "read anew"
is "$(shown_pin)" "$(pin_of "$T/two.pem")" "the new certificate"
kill -0 "$SERVER_PID" || die "the server has ended"
printf 'abc' >&3
tries=0
until grep -q "^HTTP/1.1" "$T/heard"; do
	tries=$((tries + 1))
	[ "$tries" -gt 200 ] && die "the connection from before is cut"
	sleep 0.05
done
exec 3>&-
kill "$open_pid" 2>/dev/null
wait "$open_pid" 2>/dev/null
ended "$open_pid"
server_stop
# Without TLS it does nothing.
server_start
kill -HUP "$SERVER_PID"
server_stop
