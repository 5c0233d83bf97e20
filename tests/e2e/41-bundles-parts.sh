# Goal: a big transfer in parts of a chosen size. A part that is missing, or cut short, leaves a
# gap that both sides see, by number and stick; it closes by the stick or by the network, and
# over the network nothing travels but what is missing.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client school TH_THCS-NHAOSON "Hà Văn Hai"
sync school
server_stop
mkdir "$T/usb"

# NAME: records that do not get smaller, some 30 KB.
noise() {
	head -c 22000 /dev/urandom | base64 -w 90 |
		sed "s,.*,{\"type\":\"staff\"\,\"full_name\":\"$1 &\"}," >"$T/noise.jsonl"
	ok c school import "$T/noise.jsonl"
}
# In packets of their own: each is signed as it is written somewhere.
for n in 1 2 3 4 5 6 7 8 9 10; do
	noise "Người $n"
	mkdir -p "$T/aside"
	ok c school bundle write "$T/aside" --new
	is "$(val changesets)" 1 "the packet of import $n"
done
saved=$((10 * $(wc -l <"$T/noise.jsonl")))
ok c school status
is "$(val changesets)" 10 "packets that wait"

# --size: what it may be, and that all files keep to it.
expect 2 c school bundle write "$T/usb" --size 5K
expect 2 c school bundle write "$T/usb" --size 5G
expect 2 c school bundle write "$T/usb" --size ten
ok c school bundle write "$T/usb" --size 64K
parts=$(val files | tr '{' '\n' | grep -c '"file"')
bundle=$(val bundle)
bound "$parts" -ge 4 "parts"
is "$(val changesets)" 10 "packets in all parts"
for file in "$T"/usb/*.dongbo; do
	bound "$(wc -c <"$file")" -le 65536 "size of $file"
done
[ -s "$T/usb/DOC-TOI.txt" ] || die "no DOC-TOI.txt"
# One file would not do.
expect 2 c school bundle write "$T/one.dongbo" --size 64K
has "$T/err" "thư mục thay cho" "sentence"
[ -e "$T/one.dongbo" ] && die "half of it was written"

# The first part never arrives, one in the middle is cut short.
first=$(ls "$T"/usb/*.dongbo | head -n 1)
third=$(ls "$T"/usb/*.dongbo | sed -n 3p)
mkdir "$T/lost"
mv "$first" "$T/lost"
cp "$third" "$T/lost"
head -c 30000 "$third" >"$T/cut"
mv "$T/cut" "$third"
expect 5 d bundle read "$T/usb"
is "$(val bad)" 1 "the part that was cut"
is "$(val new)" 0 "nothing has its place yet"
waiting=$(val waiting)
bound "$waiting" -ge 5 "packets that wait"
grep -q '"outcome":"file_cut_or_damaged"' "$T/out" || die "the cut one is not named"
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" 0 "what waits has no effect"

# Both sides say so.
ok d held
is "$(val 0.unit).$(val 0.have)" TH_THCS-NHAOSON.0 "whose"
is "$(val 0.missing.0.0)" 1 "from the first"
is "$(val 0.bundles.0.number).$(val 0.bundles.0.first).$(val 0.bundles.0.last)" "$bundle.1.10" \
	"on which stick"
"$B/dongbod" held --data "$DISTRICT" >"$T/text"
has "$T/text" "thiếu 1" "what people read"
has "$T/text" "Chuyến USB số $bundle" "and where it is"
ok d summary
grep -q "\"waiting\":$waiting}" "$T/out" || die "the summary does not know"
ok d status
is "$(val held.0.unit).$(val held.0.waits_for)" TH_THCS-NHAOSON.packet "the district's status"
"$B/dongbod" status --data "$DISTRICT" >"$T/text"
has "$T/text" "thiếu 1" "what people read of it"
has "$T/text" "Chuyến USB số $bundle" "and where it is"
expect 5 c school bundle read "$T/usb"
ok c school status
is "$(val changesets).$(val missing.0.1)" 10.1 "the school knows what is missing"
"$B/dongbo" status --data "$T/school" >"$T/text"
has "$T/text" "Máy chủ còn thiếu gói 1" "what people read"
has "$T/text" "chuyến số $bundle" "and where it is"
fsck_clean

# It closes by the stick: first the cut part, then the lost one.
cp "$T/lost/$(basename "$third")" "$third"
ok d bundle read "$T/usb"
is "$(val bad).$(val new)" 0.0 "still waiting for the first"
ok d held
is "$(val 0.held.0.1)" 10 "all but the beginning"
mv "$T/lost/$(basename "$first")" "$first"
ok d bundle read "$T/usb"
is "$(val bad).$(val waiting)" 0.0 "nothing waits"
ok d held
is "$(cat "$T/out")" "[]" "nothing is missing"
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" "$saved" "records at the district"
ok c school bundle read "$T/usb" --clean
is "$(val bad)" 0 "the answer"
ok c school status
is "$(val changesets).$(val missing)" "0.[]" "all has its receipt"
is "$(ls "$T/usb")" DOC-TOI.txt "what is done with is taken away"

# It closes by the network: the second half is on the stick, the first comes over a link.
for n in 11 12 13 14 15 16; do
	noise "Người $n"
	ok c school bundle write "$T/aside" --new
done
rm -rf "$T/usb"; mkdir "$T/usb"
noise "Người 17"
ok c school bundle write "$T/usb" --new
noise "Người 18"
ok c school bundle write "$T/usb" --size 64K
for file in "$T"/usb/*-01_*.dongbo "$T"/usb/*-02_*.dongbo; do
	case $(basename "$file") in
	*"_$(printf %04d "$(val bundle)")-"*) rm "$file" ;;
	esac
done
ok d bundle read "$T/usb"
bound "$(val waiting)" -ge 3 "packets that wait"
ok c school bundle read "$T/usb"
ok c school status
missing=$(($(val missing.0.2) - $(val missing.0.1) + 1))
bound "$missing" -le 6 "packets that are missing"
server_start "$PORT"
ok c school sync
up=$(val bytes_up)
down=$(val bytes_down)
server_stop
bound "$up" -lt 200000 "bytes up for $missing of 8 packets of 30 KB"
bound "$down" -lt 5000 "bytes down"
ok c school status
is "$(val changesets).$(val missing).$(val bundles)" "0.[].[]" "all has its receipt"
ok d held
is "$(cat "$T/out")" "[]" "nothing is missing"
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" $((saved * 18 / 10)) "records at the district"

# The way back takes as many files as it needs, none larger than what was asked with; they
# may be read the wrong way round.
new_client fresh TH_THCS-NHAOSON "Trần Văn Mới"
rm -rf "$T/usb"; mkdir "$T/usb"
ok c fresh bundle write "$T/usb" --size 64K
ok d bundle read "$T/usb"
answers=$(val answers)
bound "$answers" -ge 6 "files of the answer"
for file in "$T"/usb/*.reply.dongbo; do
	bound "$(wc -c <"$file")" -le 65536 "size of $file"
done
ok c fresh bundle read $(ls -r "$T"/usb/*.reply.dongbo)
ok c fresh list staff
is "$(val total)" $((saved * 18 / 10)) "records at the new computer"
ok c fresh receipts --verify
fsck_clean

# One packet in two files, the second read before the first: it can't be used yet, that is said,
# and it is read once more.
head -c 66000 /dev/urandom | base64 -w 90 |
	sed 's,.*,{"type":"staff"\,"full_name":"Sau &"},' >"$T/noise.jsonl"
ok c school import "$T/noise.jsonl"
mkdir "$T/first" "$T/second"
ok c school bundle write "$T/first" --new --size 64K
is "$(val changesets)" 1 "packets"
mv "$T"/first/*-02_*.dongbo "$T/second"
ok d bundle read "$T/second"
is "$(val new).$(val files.0.early)" 0.1 "the second part alone"
"$B/dongbod" bundle read "$T/second" --data "$DISTRICT" >"$T/text"
has "$T/text" "đọc tệp của phần trước" "what to do with it"
ok d bundle read "$T/first"
is "$(val new).$(val files.0.early)" 0.0 "the first part"
ok d bundle read "$T/second"
is "$(val new).$(val files.0.early)" 1.0 "the second part again"
fsck_clean
