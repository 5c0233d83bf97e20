# Goal: what is no proper HTTP is answered with its status and closed, or just closed; the
# server goes on, and the proper request beside it is answered.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client school MN-TAMSON "Trần Thị Mẫu"
sync school

# STATUS NAME FORMAT: sends it; the other side must answer so, and close.
refused() {
	printf "$3" | timeout 20 "$B/raw_http" send "$PORT" >"$T/answer" 2>"$T/err"
	is $? 0 "$2: not closed"
	case $(head -n 1 "$T/answer" | tr -d '\r') in
	"HTTP/1.1 $1"*) ;;
	*) head -c 500 "$T/answer"; die "$2: no $1" ;;
	esac
}
# NAME FORMAT: must be closed, whether with an answer or without one.
closed() {
	printf "$2" | timeout 20 "$B/raw_http" send "$PORT" >"$T/answer" 2>"$T/err"
	is $? 0 "$1: not closed"
	case $(head -n 1 "$T/answer" | tr -d '\r') in
	"" | "HTTP/1.1 "[45]*) ;;
	*) head -c 500 "$T/answer"; die "$1: an answer that is no refusal" ;;
	esac
}
P='POST /v1/exchange HTTP/1.1\r\nHost: x\r\n'

closed "no HTTP" 'Xin ch\303\240o\r\n\r\n'
closed "a TLS greeting" '\026\003\001\000\245\001\000\000\241\003\003\r\n\r\n'
refused 400 "two lengths" "${P}Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc"
refused 400 "length and chunks" \
	"${P}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
refused 400 "a length with a sign" "${P}Content-Length: +3\r\n\r\nabc"
refused 400 "a length that is no number" "${P}Content-Length: 3x\r\n\r\nabc"
refused 400 "a blank before the colon" "${P}Content-Length : 3\r\n\r\nabc"
refused 400 "a folded line" "${P}X: a\r\n b\r\nContent-Length: 3\r\n\r\nabc"
refused 400 "two hosts" "${P}Host: y\r\nContent-Length: 3\r\n\r\nabc"
refused 413 "a body that is too large" "${P}Content-Length: 999999999\r\n\r\nabc"
refused 411 "no length" "${P}\r\n"
refused 404 "another path" 'POST /v1/other HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc'
refused 404 "a path with dots" \
	'POST /v1/../v1/exchange HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc'
refused 405 "another method" 'GET /v1/exchange HTTP/1.1\r\nHost: x\r\n\r\n'
closed "another version" 'POST /v1/exchange HTTP/3.7\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc'
closed "a NUL" 'POST /v1/exchange HTTP/1.1\r\nHost: x\000y\r\nContent-Length: 3\r\n\r\nabc'
closed "a head without an end" "$(awk 'BEGIN {
	printf "POST /v1/exchange HTTP/1.1\\r\\nHost: x\\r\\n"
	for (i = 0; i < 2000; i++) printf "X-%d: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\r\\n", i
}')"
# What stands behind a refused request is not taken for one.
refused 400 "a second request behind" \
	"${P}Content-Length: 2\r\nContent-Length: 3\r\n\r\nab${P}Content-Length: 3\r\n\r\nabc"
is "$(grep -c '^HTTP/' "$T/answer")" 1 "answers to a request behind a refused one"

# Proper HTTP around bytes that are no message: answered, with a refusal as its body.
printf "${P}Content-Length: 8\r\n\r\nxin chao" |
	timeout 20 "$B/raw_http" ask "$PORT" >"$T/answer" || die "no answer to eight bytes"
head -n 1 "$T/answer" | tr -d '\r' >"$T/line"
has "$T/line" "HTTP/1.1 200" "status of a refusal"
# What the server does not want to be told, it does not tell.
lacks "$T/answer" "^Server:" "headers"
lacks "$T/answer" "^Date:" "headers"

kill -0 "$SERVER_PID" || die "the server is gone"
lacks "$T/server.log" "Sanitizer" "the server's log"
add_staff school "Lê Thị Bưởi"
sync school
ok d list
is "$(val total)" 1 "records on the server"
fsck_clean
server_stop
