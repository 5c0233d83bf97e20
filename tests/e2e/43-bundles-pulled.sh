# Goal: a stick that is pulled out, full or broken while it is written to, by either side. What
# stands on it under its own name is whole; what is not is called so; what was saved is safe,
# and writing again mends it.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client school TH_THCS-NHAOSON "Hà Văn Hai"
sync school
server_stop
mkdir "$T/usb" "$T/log" "$T/aside"
head -c 300000 /dev/urandom | base64 -w 90 |
	sed 's,.*,{"type":"staff"\,"full_name":"&"},' >"$T/noise.jsonl"
saved=$(wc -l <"$T/noise.jsonl")
ok c school import "$T/noise.jsonl"
ok c school bundle write "$T/aside"
rm "$T"/aside/*

# Killed at any moment, many times over.
whole=0
half=0
for n in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
	"$B/dongbo" bundle write "$T/usb" --size 64K --data "$T/school" >"$T/log/text" 2>&1 &
	pid=$!
	started $pid
	sleep "0.$(printf %03d $((n * 8 * SLOW)))"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	ended $pid
	for file in "$T"/usb/*; do
		case $file in
		*.part) half=$((half + 1)) ;;
		*.dongbo) whole=$((whole + 1)) ;;
		esac
	done
done
bound $whole -gt 0 "files that were written"
echo "whole ones seen: $whole, unfinished: $half"
ok c school status
is "$(val transactions)" 0 "all is signed"
waiting=$(val changesets)
bound "$waiting" -ge 1 "and all still waits"
# Whatever is there, each file opens or is known as unfinished; nothing else goes wrong.
"$B/dongbod" bundle read "$T/usb" --out "$T/aside" --data "$DISTRICT" --json >"$T/log/read" 2>"$T/err"
status=$?
if ls "$T"/usb/*.part >/dev/null 2>&1; then
	is $status 5 "status with an unfinished one"
	grep -q '"outcome":"file_unfinished"' "$T/log/read" || die "it is not named"
else
	is $status 0 "status"
fi
grep -o '"outcome":"[a-z_]*"' "$T/log/read" | grep -v '"ok"\|"file_unfinished"' &&
	die "a file under its own name is not whole"
fsck_clean

# The next one that goes well takes the half ones away, and brings all of it.
ok c school bundle write "$T/usb" --size 64K
ls "$T"/usb/*.part >/dev/null 2>&1 && die "the half ones are still there"
ok d bundle read "$T/usb"
is "$(val waiting)" 0 "all is in order"
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" "$saved" "records at the district"
ok c school bundle read "$T/usb"
ok c school status
is "$(val changesets)" 0 "all has its receipt"

# The district's side: something is in the way of the answer. What was sent is in all the same.
rm -f "$T"/usb/*
add_staff school "Nguyễn Thị Sau"
ok c school bundle write "$T/usb"
file=$(val files.0.file)
answer=${file%_gui-di.dongbo}_tra-loi.reply.dongbo
mkdir "$answer.part"
expect 6 d bundle read "$T/usb"
is "$(val files.0.new).$(val files.0.outcome).$(val answers)" 1.io.0 "no answer could be written"
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" $((saved + 1)) "but what was sent is in"
rmdir "$answer.part"
ok d bundle read "$T/usb"
is "$(val files.0.known).$(val answers)" 1.1 "the second time there is an answer"
ok c school bundle read "$T/usb"
ok c school status
is "$(val changesets).$(val bundles)" "0.[]" "all has its receipt"

# A broken stick in the middle of a bundle: the parts that stand count, and are told.
ok c school import "$T/noise.jsonl"
rm -f "$T"/usb/*
ok c school bundle write "$T/usb" --size 64K
number=$(val bundle)
third=$(ls "$T"/usb/*-03_*.dongbo | sed "s/_[0-9]*-03_/_$(printf %04d $((number + 1)))-03_/")
rm -f "$T"/usb/*.dongbo
mkdir "$third.part"
expect 6 c school bundle write "$T/usb" --size 64K
is "$(val bundle).$(val whole)" "$((number + 1)).false" "half a bundle"
has "$T/err" "Không đọc hoặc ghi được tệp" "the sentence"
is "$(ls "$T"/usb/*.dongbo | wc -l)" 2 "files on the stick"
ok c school status
bound "$(val bundles.1.files)" -eq 2 "what status says of it"
rmdir "$third.part"
ok d bundle read "$T/usb"
is "$(val bad)" 0 "what stands there is whole"
ok c school bundle write "$T/usb" --size 64K
ok d bundle read "$T/usb"
ok c school bundle read "$T/usb"
ok c school status
is "$(val changesets).$(val bundles)" "0.[]" "all has its receipt"
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" $((saved * 2 + 1)) "records at the district"
fsck_clean

# A full stick, where this machine can make a small one.
if unshare -rm sh -c "mount -t tmpfs -o size=300k none '$T/usb'" 2>/dev/null; then
	ok c school import "$T/noise.jsonl"
	rm -f "$T"/usb/*
	unshare -rm sh -c "mount -t tmpfs -o size=300k none '$T/usb' &&
		'$B/dongbo' bundle write '$T/usb' --size 64K --data '$T/school' --json
		echo \$? >'$T/log/status'; ls '$T/usb' >'$T/log/names'" >"$T/log/json" 2>"$T/err"
	is "$(cat "$T/log/status")" 6 "status on a full stick"
	has "$T/err" "Ổ đĩa đã đầy" "the sentence"
	bound "$(grep -c '\.dongbo$' "$T/log/names")" -ge 2 "files that fitted"
	lacks "$T/log/names" '\.part$' "what is left"
else
	echo "SKIPPED: a full stick (no small file system can be made here)"
fi
