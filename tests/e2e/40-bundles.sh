# Goal: late, twice, out of order, stale: a stick written on Monday, the network on Tuesday,
# the stick read on Wednesday, its answer on Friday. Nothing counts twice, nothing is lost.
. "$(dirname "$0")/lib.sh"

command -v faketime >/dev/null || die "faketime is missing: make deps-test"
# A sanitizer has to bear a library loaded before it.
FAKETIME_DONT_FAKE_MONOTONIC=1
DONT_FAKE_MONOTONIC=1
ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
export FAKETIME_DONT_FAKE_MONOTONIC DONT_FAKE_MONOTONIC ASAN_OPTIONS

make_district
server_start
new_client school TH_THCS-NHAOSON "Hà Văn Hai"
new_client second TH_THCS-NHAOSON "Lê Thị Ba"
sync school
sync second
mkdir "$T/usb" "$T/monday" "$T/friday"

# Monday: on the stick. Tuesday: over the network, and more. Wednesday: the stick.
add_staff school "Nguyễn Thị Thứ Hai"
ok c school bundle write "$T/usb"
is "$(val bundle).$(val changesets)" 1.1 "Monday's bundle"
cp "$T"/usb/*.dongbo "$T/monday"
add_staff school "Nguyễn Thị Thứ Ba"
sync school
is "$(val changesets_out)" 2 "Tuesday, over the network"
ok c school status
is "$(val bundles)" "[]" "Monday's stick has nothing left to bring"
ok d bundle read "$T/usb"
is "$(val bad).$(val new).$(val known).$(val waiting)" 0.0.1.0 "Wednesday, the stick"
ok d list staff --unit TH_THCS-NHAOSON
is "$(val total)" 2 "records at the district"
# Friday: the answer, behind an exchange over the network that was later.
add_staff second "Trần Văn Thứ Năm"
sync second
sync school
ok c school bundle read "$T/usb"
is "$(val bad).$(val files.0.changesets_out).$(val files.0.items_in)" 0.0.0 "a stale answer"
ok c school list staff
is "$(val total)" 3 "records at the school"

# The same stick again and again, on both sides.
for round in 1 2 3; do
	ok d bundle read "$T/usb"
	is "$(val bad).$(val new).$(val answers)" 0.0.1 "read once more"
	ok c school bundle read "$T/usb"
	is "$(val bad).$(val files.0.changesets_out)" 0.0 "the answer once more"
done

# Two sticks in the wrong order: the newer one has all that the older one has.
server_stop
add_staff school "Nguyễn Thị Một"
ok c school bundle write "$T/monday"
add_staff school "Nguyễn Thị Hai"
ok c school bundle write "$T/friday"
ok c school status
is "$(val bundles.0.bundle).$(val bundles.0.waiting)" 2.1 "the first is under way"
is "$(val bundles.1.bundle).$(val bundles.1.waiting)" 3.2 "and the second"
is "$(val bundles.1.place)" "$T/friday" "where it was written"
ok d bundle read "$T/friday"
is "$(val new).$(val known)" 2.0 "the newer one first"
ok d bundle read "$T/monday"
is "$(val new).$(val known)" 0.2 "then the older one, with what Monday's had"
# Its answers, the older one first.
ok c school bundle read "$T/monday"
ok c school status
is "$(val changesets)" 0 "one answer is enough for both"
is "$(val bundles)" "[]" "both are answered"
ok c school bundle read "$T/friday"
is "$(val bad).$(val files.0.changesets_out)" 0.0 "the other one brings nothing new"

# An older value does not come back over a newer one.
ok c school list staff --where full_name="Nguyễn Thị Một"
one=$(val records.0.id)
ok c school edit "$one" note=cũ
rm -rf "$T/usb"; mkdir "$T/usb"
ok c school bundle write "$T/usb"
ok c school edit "$one" note=mới
server_start "$PORT"
sync school
server_stop
ok d bundle read "$T/usb"
ok c school bundle read "$T/usb"
server_field "$one" note
is "$value" "mới" "the newer value at the district"
field school "$one" note
is "$value" "mới" "and at the school"

# Clocks that are years off change nothing, not even in a file's name.
rm -rf "$T/usb"; mkdir "$T/usb"
add_staff school "Nguyễn Văn Xưa"
ok faketime "2005-01-01 08:00:00" "$B/dongbo" bundle write "$T/usb" --data "$T/school" --json
ls "$T/usb" >"$T/names"
has "$T/names" "_2005-01-01_gui-di" "the date by its own clock"
ok faketime "2046-01-01 08:00:00" "$B/dongbod" bundle read "$T/usb" --data "$DISTRICT" --json
is "$(val bad).$(val new)" 0.1 "a stick from 2005, read in 2046"
ok c school status
skew=$(val clock_ahead)
ok c school bundle read "$T/usb"
ok c school status
is "$(val changesets).$(val clock_ahead)" "0.$skew" "a stick says nothing of the clock"

ok c school receipts --verify
same_everywhere "$one" school
fsck_clean
