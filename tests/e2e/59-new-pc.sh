# Goal: a new computer of a unit that has much begins with a snapshot, over a link that is cut again
# and again, killed in between, while its clerk works already; or from a stick. Fewer bytes than
# the log has, none of them twice; and it can prove what it got.
. "$(dirname "$0")/lib.sh"

RECORDS=2400
make_district
server_start
new_client old TH_THCS-NHAOSON "Hà Văn Hai"
sync old

# A log of some hundred packets: people whom nobody has met, a file for each.
awk -v n=$RECORDS 'BEGIN {
	srand(59)
	split("Nguyễn,Trần,Lê,Phạm,Hoàng,Đỗ,Bùi,Vũ,Đặng,Ngô", family, ",")
	split("Văn,Thị,Đức,Ngọc,Minh,Thu,Hữu,Kim", middle, ",")
	split("An,Bình,Châu,Dũng,Giang,Hà,Hùng,Lan,Mai,Nga,Phúc,Quang,Sơn,Tâm,Yến", given, ",")
	split("Giáo viên,Hiệu trưởng,Kế toán,Văn thư,Y tế", post, ",")
	for (i = 0; i < n; i++) {
		file = sprintf("'"$T"'/people-%03d.jsonl", i / 60)
		printf "{\"type\":\"staff\",\"full_name\":\"%s %s %s\",\"birth\":\"%02d/%02d/%d\",\"sex\":\"%s\"," \
			"\"post_kind\":\"vc\",\"position\":\"%s\",\"level\":\"dh\",\"work_state\":\"dang_lam\"," \
			"\"cccd\":\"000%09d\",\"phone\":\"0000%06d\"}\n", family[1 + int(rand() * 10)],
			middle[1 + int(rand() * 8)], given[1 + int(rand() * 15)], 1 + int(rand() * 28),
			1 + int(rand() * 12), 1965 + int(rand() * 35), rand() < 0.3 ? "nam" : "nu",
			post[1 + int(rand() * 5)], rand() * 1000000000, rand() * 1000000 >file
	}
}'
for file in "$T"/people-*.jsonl; do
	ok c old import "$file" --yes
	sync old
done
log=$(sqlite3 "$DISTRICT/store.db" "SELECT sum(length(object)) FROM item WHERE stream > 0")
bound "$log" -gt 40000 "bytes of the log"

# STORE: what of a snapshot has come there; nothing where none is under way.
held() {
	ok c "$1" status
	val snapshot.held | grep -v nothing
}

# Over a bad link: synchronised again and again, and killed now and then.
enrol new TH_THCS-NHAOSON
ok c new init --enrol "$T/new.enrol" --author "Lê Thị Mới"
relay_start --rate 30000 --delay 10 --cut-up 9000 --cut-down 16000 --seed 59
tries=0
before=0
worked=0
while :; do
	tries=$((tries + 1))
	bound $tries -le 150 "attempts"
	c new sync --once --server "$RELAY" >"$T/sync.out" 2>"$T/sync.err" &
	sync_pid=$!
	started $sync_pid
	if [ $((tries % 7)) = 2 ]; then
		sleep 0.4
		kill -9 $sync_pid 2>/dev/null
	fi
	wait $sync_pid
	status=$?
	ended $sync_pid
	case $status in
	0 | 4 | 137) ;;
	*) die "sync: $status: $(cat "$T/sync.err")" ;;
	esac
	now=$(held new)
	if [ -n "$now" ]; then
		total=$(val snapshot.total)
		bound "$now" -ge "$before" "bytes that have come, as they were"
		before=$now
		# The clerk does not wait for what was there before.
		[ $worked = 1 ] || add_staff new "Nguyễn Thị Trong Lúc Chờ"
		worked=1
	fi
	ok c new list staff
	[ "$(val total)" = $((RECORDS + 1)) ] && [ $status = 0 ] && break
done
relay_stop
[ $worked = 1 ] || die "it came at once: nothing was seen of its parts"
bound "$total" -lt $((log * 8 / 10)) "bytes of the snapshot, of $log in the log"
ok c new status
is "$(val transactions).$(val changesets).$(val enrolled)" 0.0.true "nothing waits, and it is known"
ok c new receipts --verify
ok d fsck
# Both computers have the same.
sync old
ok c old list staff --sort name
cp "$T/out" "$T/list.old"
ok c new list staff --sort name
cmp -s "$T/out" "$T/list.old" || die "the new computer has other records than the old one"

# Over a good link, all bytes in both directions.
new_client third TH_THCS-NHAOSON "Phạm Văn Ba"
ok c third sync
bytes=$(($(val bytes_up) + $(val bytes_down)))
bound $bytes -lt $((log * 9 / 10)) "bytes of the third computer's first synchronisation, of $log in the log"
echo "log $log bytes, snapshot $total, a first synchronisation $bytes"
ok c third list staff --sort name
cmp -s "$T/out" "$T/list.old" || die "the third computer has other records"

# From a stick, there and back: the answer has the same snapshot, sealed to that computer.
server_stop
mkdir "$T/usb"
new_client fourth TH_THCS-NHAOSON "Ngô Thị Bốn"
add_staff fourth "Nguyễn Thị Trên Đường"
ok c fourth bundle write "$T/usb" --size 64K
ok d bundle read "$T/usb"
is "$(val bad)" 0 "bad files at the district"
bound "$(val answers)" -ge 1 "files of the answer"
for file in "$T"/usb/*.reply*.dongbo; do
	grep -q "Nguyễn" "$file" && die "names can be read on the stick"
done
ok c fourth bundle read "$T/usb"
is "$(val bad)" 0 "bad files at the computer"
ok c fourth list staff
is "$(val total)" $((RECORDS + 2)) "records from the stick"
ok c fourth status
is "$(val transactions).$(val changesets).$(val enrolled)" 0.0.true "from a stick alone"
ok c fourth receipts --verify
# The same stick once more does nothing.
ok c fourth bundle read "$T/usb"
is "$(val bad)" 0 "read once more"

# What is beside the store is no part of it: cut or gone, it is made anew.
server_start
for file in "$DISTRICT"/snapshots/*; do
	head -c 3000 "$file" >"$T/cut" && cat "$T/cut" >"$file"
done
new_client fifth TH_THCS-NHAOSON "Vũ Thị Năm"
sync fifth
ok c fifth list staff
is "$(val total)" $((RECORDS + 2)) "records behind a file that was cut"
rm -r "$DISTRICT/snapshots"
new_client sixth TH_THCS-NHAOSON "Vũ Thị Sáu"
sync sixth
ok c sixth list staff
is "$(val total)" $((RECORDS + 2)) "records behind a folder that was gone"
ok c sixth receipts --verify
ok d fsck
