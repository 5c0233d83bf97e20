#!/bin/sh
# The demonstration: a district server and four computers of three units on this
# machine, over real HTTP on 127.0.0.1, in a temporary folder. It says what happens
# and why, and checks every step: the status is 0 only if all of them did what they
# say. The programs must be built (make demo builds them first).
#
#   B=build          folder of the programs
#   DEMO_LANG=en     English first, and English from the programs
#   DEMO_KEEP=1      leaves the server running and the folder there, to look around
#
# The commands are shown without --data, --lang and --passphrase-file, which only
# make five computers out of one.

LC_ALL=C.UTF-8
export LC_ALL
cd "$(dirname "$0")/.." || exit 1
bin=$(cd "${B:-build}" 2>/dev/null && pwd)
if [ ! -x "$bin/dongbo" ] || [ ! -x "$bin/dongbod" ]; then
	echo "demo: no programs in ${B:-build}; run: make demo" >&2
	exit 1
fi
lang="vi"
[ "$DEMO_LANG" = en ] && lang=en
packs=common/packs
forms=tests/data/songlo-nq06-v1.json
people=tests/e2e/data
# Of all three units.
staff=$(cat $people/people.jsonl $people/commune.jsonl $people/office.jsonl | grep -c '"type": "staff"')
officer="Nguyễn Thị Mẫu"

work=$(mktemp -d "${TMPDIR:-/tmp}/dongbo-demo.XXXXXX") || exit 1
out=$work/out
log=$work/server.log
server="" relay="" port=0 keep=""
up=0 down=0 syncs=0 step=0

stop_server() {
	[ -n "$server" ] || return
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	server=
}
stop_relay() {
	[ -n "$relay" ] || return
	kill "$relay" 2>/dev/null
	wait "$relay" 2>/dev/null
	relay=
	# What passed, as it says at its end.
	cp "$work/relay" "$out"
}
leave() {
	[ -n "$keep" ] && return
	stop_relay
	stop_server
	rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT TERM

# ---- Printing: the reader's language first, the other one below in brackets ----

fold_at_blanks() { # INDENT [OF-FIRST-LINE]: a terminal has 100 columns
	width=$((100 - ${#1}))
	sed -E "/^.{$((width + 1)),}/{s/^(.{40,$width}) +(.*)\$/\1\n\2/;P;D}" |
		sed "1s/^/${2-$1}/;2,\$s/^/$1/"
}
pick() { # VI EN
	if [ $lang = vi ]; then echo "$1"; else echo "$2"; fi
}
title() { # VI EN
	step=$((step + 1))
	echo
	pick "=== $step. $1 / $2 ===" "=== $step. $2 / $1 ==="
}
say() { # VI EN
	pick "$1" "$2" | fold_at_blanks '  '
	pick "($2)" "($1)" | fold_at_blanks '  '
}
dotted() { # 12345 -> 12.345
	echo "$1" | sed -e ':a' -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|\.\)/\1.\2\3/' -e 'ta'
}
fail() { # WHAT
	{
		echo
		echo "demo: FAILED in step $step: $1"
		sed 's/^/  | /' "$out"
		[ -s "$log" ] && tail -n 5 "$log" | sed 's/^/  server: /'
	} >&2
	exit 1
}
expect() { # VI EN COMMAND...: what must be true now
	vi=$1 en=$2
	shift 2
	"$@" || fail "$en"
	pick "$vi ($en)" "$en ($vi)" | fold_at_blanks '       ' '  [ok] '
}

# ---- Machines ----

name_of() {
	case $1 in
	district) pick "huyện" "district" ;;
	school1) pick "trường, máy 1" "school, PC 1" ;;
	school2) pick "trường, máy 2" "school, PC 2" ;;
	town) pick "thị trấn" "town" ;;
	office) pick "phòng GD&ĐT" "education office" ;;
	esac
}
quiet() { # MACHINE COMMAND...: what it prints goes to $out
	machine=$1 program=dongbo
	shift
	[ "$machine" = district ] && program=dongbod
	"$bin/$program" "$@" --data "$work/$machine" --lang $lang >"$out" 2>&1
}
typed() { # MACHINE COMMAND...: the line as a person types it
	line="$(name_of "$1")> $([ "$1" = district ] && echo dongbod || echo dongbo)"
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--passphrase-file) shift ;;
		"$work"/* | $packs/* | $forms | $people/*) line="$line ${1##*/}" ;;
		*=*' '*) line="$line ${1%%=*}=\"${1#*=}\"" ;;
		*' '*) line="$line \"$1\"" ;;
		*) line="$line $1" ;;
		esac
		shift
	done
	echo "$line" | fold_at_blanks '      ' '  '
}
on() { # MACHINE STATUS COMMAND...: shown, run, its status checked
	who=$1 wanted=$2
	shift 2
	typed "$who" "$@"
	quiet "$who" "$@"
	got=$?
	fold_at_blanks '    | ' <"$out"
	[ $got -eq "$wanted" ] || fail "exit status $got, not $wanted"
}
number() { # KEY: a number from the JSON in $out
	sed -n "s/.*\"$1\":\(-\{0,1\}[0-9]*\).*/\1/p" "$out"
}
word() { # KEY: the first text of this name
	sed -n "s/\"$1\":\"\([^\"]*\)\".*/\n\1/;s/.*\n//p" "$out"
}
synchronise() { # MACHINE: over HTTP, its bytes added up
	typed "$1" sync
	quiet "$1" sync --json || fail "sync"
	[ "$(word problem)" = ok ] || fail "problem"
	sent=$(number changesets_out) got=$(number items_in) refused=$(number refused)
	up=$((up + $(number wire_up)))
	down=$((down + $(number wire_down)))
	syncs=$((syncs + $(number exchanges)))
	pick "    | gửi $sent gói, nhận $got gói; $(dotted "$(number wire_up)") byte lên, \
$(dotted "$(number wire_down)") byte xuống" \
	     "    | $sent packets sent, $got fetched; $(number wire_up) bytes up, \
$(number wire_down) bytes down"
}
port_in() { # FILE: waits for {"port":N} in it
	tries=0
	until grep -q '"port"' "$1"; do
		tries=$((tries + 1))
		[ $tries -le 50 ] || return 1
		sleep 0.2
	done
	sed -n 's/.*"port":\([0-9]*\).*/\1/p' "$1"
}
start_server() { # PORT: 0 is any free one
	: >"$work/port"
	"$bin/dongbod" serve --data "$work/district" --listen "127.0.0.1:$1" --json \
		>"$work/port" 2>>"$log" &
	server=$!
	port=$(port_in "$work/port") || fail "the server does not start"
}
start_relay() { # swallows the first reply
	: >"$work/relay"
	"$bin/relay" --to "$port" --drop-reply 1 >"$work/relay" 2>>"$log" &
	relay=$!
	relay_port=$(port_in "$work/relay") || fail "the relay does not start"
}
record() { # MACHINE FIELD=VALUE: short id of the one bonus that has it
	quiet "$1" list bonus --where "$2" --json
	word short
}
version() { # ID: the version that the district sees
	quiet district show "$1" --json
	word version
}
stream_length() { # of the school, at the district
	quiet district summary --unit THCS-TAMSON --json
	sed -n 's/.*"unit":"THCS-TAMSON"[^}]*"head":\([0-9]*\).*/\1/p' "$out"
}
lines_with() { # TEXT N: whether that many lines of $out hold it
	[ "$(grep -c -e "$1" "$out")" -eq "$2" ]
}
same_records() { # MACHINE MACHINE
	quiet "$1" export --personal && cp "$out" "$work/first" &&
		quiet "$2" export --personal && cmp -s "$out" "$work/first"
}

# ---- The story ----

pick "dongbo: năm máy trên một máy, trong một thư mục tạm; mọi người và số liệu đều bịa." \
     "dongbo: five computers on one, in a temporary folder; all people are invented."
pick "(dongbo: five computers on one, in a temporary folder; all people are invented.)" \
     "(dongbo: năm máy trên một máy, trong một thư mục tạm; mọi người và số liệu đều bịa.)"

title "Lập máy chủ của huyện" "Set up the district"
say "Huyện có khóa riêng, danh sách đơn vị và bộ biểu mẫu. Khóa gốc được cất ngoài máy chủ." \
    "A district is its keys, its units and its forms. The root key is kept off the server."
on district 0 init --name "Huyện Sông Lô"
mkdir "$work/usb" && mv "$work/district/root.key" "$work/usb/" || fail "root.key"
on district 0 unit import $packs/songlo-units.csv
on district 0 pack publish $forms --prose $packs/songlo-nq06.dict.txt
echo "mat khau de thu" >"$work/passphrase"
on district 0 officer add "$officer" --role officer --unit PNV --passphrase-file "$work/passphrase"
start_server 0
expect "máy chủ chạy ở 127.0.0.1:$port, không cần khóa gốc" "the server runs, without the root key" \
	kill -0 "$server"

title "Ghi danh bốn máy" "Enrol four computers"
say "Mỗi máy nhận một giấy ghi danh: đơn vị, vai trò, biểu mẫu, khóa của huyện. Có giấy là làm \
việc được ngay, chưa cần mạng." \
    "An enrolment file holds unit, role, forms and the district's keys: enough to work at once."
enrol() { # MACHINE UNIT ROLE AUTHOR
	on district 0 enrol "$2" --role "$3" --address "http://127.0.0.1:$port" \
		--out "$work/$1.enrol"
	quiet "$1" init --enrol "$work/$1.enrol" --author "$4" || fail "init"
	rm "$work/$1.enrol"
}
enrol school1 THCS-TAMSON clerk "Trần Thị Nhập"
enrol school2 THCS-TAMSON chief "Lê Văn Trưởng"
enrol town 08824 clerk "Hà Thị Thử"
enrol office GDDT clerk "Trần Thị Đặt"
on school1 0 whoami

title "Mất mạng, vẫn nhập được" "No network, work goes on"
say "Máy chủ tắt. Ba đơn vị vẫn nhập hồ sơ; mỗi lần lưu là chắc chắn nằm trên máy của đơn vị." \
    "The server is off. Three units enter records all the same; each save is safe on disk."
stop_server
on school1 0 import $people/people.jsonl
on town 0 import $people/commune.jsonl
on office 0 import $people/office.jsonl
on school1 4 sync --once
on school1 0 status
quiet school1 list --limit 1 --json
expect "300 hồ sơ vẫn ở máy 1 của trường" "the 300 records are on the school's PC 1" \
	[ "$(number total)" -eq 300 ]

title "Có mạng lại" "The network is back"
say "Mỗi máy chỉ gửi cái máy chủ chưa có. Cả 300 hồ sơ của trường đi trong một gói nén, ký, mã hóa." \
    "Each computer sends only what is not there yet: 300 records in one packed, signed, sealed message."
start_server "$port"
synchronise school1
expect "tệp 300 hồ sơ có $(dotted "$(wc -c <$people/people.jsonl)") byte, gửi hết \
$(dotted "$(number wire_up)") byte" "a tenth of the file or less went up" \
	[ $(($(number wire_up) * 10)) -lt "$(wc -c <$people/people.jsonl)" ]
synchronise town
synchronise office
synchronise school2
expect "máy 2 của trường có đủ như máy 1" "the school's PC 2 holds the same as PC 1" \
	same_records school1 school2

title "Hai người nhập khác nhau cùng một mục" "A conflict, made and settled"
bonus=$(record school1 cert_no=EN-485016)
[ -n "$bonus" ] || fail "no such bonus"
say "Cùng một hồ sơ $bonus: máy 1 nhập 45 triệu, máy 2 nhập 48 triệu, chưa ai thấy của ai. Không \
bên nào đè bên nào: cả hai giá trị được giữ đến khi có người chọn." \
    "Both PCs enter a different amount, neither having seen the other. None overwrites the other: \
both values are kept until a person chooses."
on school1 0 edit "$bonus" amount=45000000
on school2 0 edit "$bonus" amount=48000000 content_note="Đã đối chiếu bản gốc."
synchronise school1
synchronise school2
on school2 0 conflicts
expect "xung đột hiện ra với đủ hai giá trị" "the conflict shows both values" \
	lines_with '4[58]\.000\.000' 2
choice=$(sed -n 's/^ *\([0-9]\)\. 48\.000\.000.*/\1/p' "$out")
say "Trưởng đơn vị chọn 48 triệu. Ghi chú, không ai khác đụng tới, đã tự nhập vào." \
    "The head chooses 48 million. The note, which nobody else touched, merged by itself."
on school2 0 settle "$bonus" amount --take "$choice"
synchronise school2
synchronise school1
expect "hai máy của trường lại giống hệt nhau" "the school's two PCs are identical again" \
	same_records school1 school2
quiet school1 conflicts --json
expect "không còn xung đột" "no conflict is left" [ "$(cat "$out")" = "[]" ]

title "Máy chủ không nhận một lần sửa" "An edit refused, and corrected"
dated=$(record school1 cert_no=KO-548142)
[ -n "$dated" ] || fail "no such bonus"
say "Hồ sơ $dated: máy 1 sửa ngày hết hạn, máy 2 sửa ngày cấp. Mỗi bên riêng thì hợp lệ, gộp lại thì \
hết hạn trước khi cấp. Máy chủ nhận bên đến trước, từ chối bên đến sau và nói vì sao." \
    "One PC changes the expiry, the other the date of issue: each is fine, both together are not. \
The server takes the first, refuses the second, and says why."
on school1 0 edit "$dated" expires_on=28/02/2024
on school2 0 edit "$dated" issued_on=01/05/2024
synchronise school1
synchronise school2
expect "một lần nhập bị từ chối" "one save was refused" [ "$refused" -eq 1 ]
on school2 0 refused
say "Xem lại chứng chỉ: cấp ngày 01/03/2023. Sửa và gửi lại, phần còn lại không phải nhập lại." \
    "The certificate says 01/03/2023. Correct and resend; nothing else is typed again."
on school2 0 resend 1 issued_on=01/03/2023
synchronise school2
expect "lần này được nhận" "this time it is accepted" [ "$sent $refused" = "1 0" ]
quiet school2 refused --json
expect "danh sách từ chối trống" "nothing refused is left" [ "$(cat "$out")" = "[]" ]

title "Mất câu trả lời của máy chủ" "A reply lost, and made up for"
say "Trường gửi hai hồ sơ. Máy chủ nhận và ghi xong, nhưng đường truyền đứt trước khi câu trả lời về \
tới: trường không biết đã gửi được chưa." \
    "Two dossiers are submitted. The server stores them, but the line drops before its reply is \
through: the school cannot know whether they arrived."
on school2 0 submit "$bonus"
on school2 0 submit "$dated"
before=$(stream_length)
start_relay
typed school2 sync --once
quiet school2 sync --once --server "http://127.0.0.1:$relay_port"
got=$?
fold_at_blanks '    | ' <"$out"
stop_relay
[ $got -eq 4 ] || fail "exit status $got, not 4"
[ "$(number dropped)" -eq 1 ] || fail "no reply was dropped"
up=$((up + $(number up)))
syncs=$((syncs + 1))
expect "máy chủ đã ghi gói này" "the server has stored it" [ "$(stream_length)" -eq $((before + 1)) ]
on school2 0 status
quiet school2 status --json
expect "trường vẫn coi là chưa có biên nhận" "the school still counts it as without a receipt" \
	[ "$(number changesets)" -eq 1 ]
say "Đồng bộ lại: gửi lại đúng gói ấy. Máy chủ nhận ra, không ghi hai lần, trả biên nhận." \
    "The next sync sends the very same packet. The server knows it, stores nothing twice, and answers \
with the receipt."
synchronise school2
expect "đã có biên nhận" "the receipt is there" [ "$sent" -eq 1 ]
expect "máy chủ không ghi gì thêm" "the server has stored nothing more" \
	[ "$(stream_length)" -eq $((before + 1)) ]

title "Thẩm định đúng bản đã xem" "Verified is what was looked at"
say "Chuyên viên mở hồ sơ $bonus. Trong lúc đó trường sửa số văn bản và gửi lên." \
    "The officer opens the dossier. Meanwhile the school changes a number in it and sends that."
on district 0 list bonus --state signed
seen=$(version "$bonus")
synchronise school1
on school1 0 edit "$bonus" doc_number=127/TTr-THCS
synchronise school1
say "Công nhận bản cũ thì bị từ chối: chưa xem bản mới thì chưa ký được." \
    "To verify the old version is refused: nobody signs what they have not seen."
on district 1 verify "$bonus" --version "$seen" --as "$officer" --passphrase-file "$work/passphrase"
say "Xem lại, thấy số văn bản mới, công nhận bản ấy. Hồ sơ kia trả về trường kèm lý do." \
    "Looked at again, with the new number, it is verified. The other one goes back with a remark."
quiet district show "$bonus"
grep doc_number "$out" | fold_at_blanks '    | '
expect "bản mới hiện ra ở huyện" "the district shows the new version" lines_with 127/TTr-THCS 1
on district 0 verify "$bonus" --version "$(version "$bonus")" --as "$officer" \
	--passphrase-file "$work/passphrase"
on district 0 return "$dated" --remark "Thiếu bản sao chứng chỉ" --as "$officer" \
	--passphrase-file "$work/passphrase"
synchronise school1
on school1 1 edit "$bonus" amount=90000000
expect "hồ sơ đã công nhận thì khóa lại" "a verified dossier is locked" lines_with . 1

title "Biên nhận" "Receipts"
say "Máy chủ ký vào sổ sau mỗi lần nhận. Trường tự kiểm tra lại toàn bộ, không cần mạng, nên chứng minh \
được đã gửi gì và lúc nào." \
    "The server signs the head of the log at each exchange. The school checks all of it by itself, offline: it can \
prove what it sent, and when."
synchronise school2
on school2 0 receipts --verify
quiet school2 receipts --verify --json
expect "mọi chữ ký đều đúng" "every signature is right" [ "$(number items)" -gt 10 ]
say "Huyện cũng tính lại tất cả từ nhật ký rồi so với kho." \
    "The district, too, works everything out anew from its log and compares."
on district 0 fsck

title "Tổng hợp toàn huyện" "The consolidated table"
say "Không có gì mới thì một lần đồng bộ chỉ tốn chừng 200 byte." \
    "With nothing new, a synchronisation costs some 200 bytes."
synchronise town
synchronise office
say "Loại, trạng thái, năm; và đơn vị nào đã gửi, lần cuối khi nào. Các đơn vị chưa gửi được lược bớt." \
    "By type, state and year; which unit has reported, and when last. Units without reports are left \
out here."
typed district summary
quiet district summary || fail "summary"
# The first column is as wide as the codes left out: it need not be.
grep -vE ' 0 *$' "$out" | sed -E '/^$/,$s/^(.{13})    /\1/'
quiet district summary --json
expect "đủ $(dotted "$staff") người của ba đơn vị" "all $staff people of the three units are there" \
	grep -q "\"count\":$staff[,}]" "$out"
expect "một hồ sơ được công nhận, 48 triệu đồng" "one dossier is verified, with 48 million" \
	grep -qE '"state":"?verified[^}]*"count":1,"sum":48000000[,}]' "$out"

if [ "$DEMO_KEEP" = 1 ]; then
	keep=1
	echo
	say "Máy chủ còn chạy ở 127.0.0.1:$port, thư mục $work. Thử xem:" \
	    "The server still runs on 127.0.0.1:$port, folder $work. Try:"
	echo "  cd $work"
	for example in "dongbod summary --by-unit --data district" \
		"dongbod history $bonus --data district" "dongbo list bonus --data school1" \
		"dongbo show $bonus --data school1" "dongbo history $dated --data school2" \
		"dongbo edit $dated amount=39000000 --data school2" "dongbo sync --data school2"; do
		echo "  $bin/$example"
	done
	say "Xong thì:" "When done:"
	echo "  kill $server; rm -r $work"
fi
echo
pick "Qua dây tất cả: $syncs lần trao đổi, $(dotted $up) byte lên, $(dotted $down) byte xuống, \
$(dotted $((up + down))) byte (over the wire)." \
     "Over the wire in all: $syncs exchanges, $up bytes up, $down bytes down, $((up + down)) bytes."
