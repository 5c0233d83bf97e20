# Goal: a stick with the bundles of 40 units, three of them twice and one cut short, is read in
# one command with a clear report; and each unit finds its own answer on it.
. "$(dirname "$0")/lib.sh"

make_district
mkdir "$T/usb"
ok d unit list
grep -o '"code":"[A-Z][A-Z_0-9-]*"' "$T/out" | sed 's/.*:"//; s/"//' | tail -n 40 >"$T/units"
is "$(wc -l <"$T/units")" 40 "units"
n=0
while read -r unit; do
	n=$((n + 1))
	new_client "u$n" "$unit" "Người $n"
	add_staff "u$n" "Nguyễn Thị $n"
	ok c "u$n" bundle write "$T/usb"
	is "$(val changesets)" 1 "what $unit sends"
done <"$T/units"
is "$(ls "$T"/usb/*.dongbo | wc -l)" 40 "files on the stick"
# Three twice, as people copy files; one cut short.
for k in 3 17 29; do
	file=$(ls "$T"/usb/*_gui-di.dongbo | sed -n ${k}p)
	cp "$file" "${file%.dongbo} (1).dongbo"
done
cut=$(ls "$T"/usb/*_gui-di.dongbo | sed -n 8p)
cut_unit=$(basename "$cut" | sed 's/_may-.*//')
head -c 200 "$cut" >"$T/cut"
cp "$cut" "$T/whole"
mv "$T/cut" "$cut"

# One command; the status says that there was a bad file.
expect 5 "$B/dongbod" bundle read "$T/usb" --data "$DISTRICT"
cp "$T/out" "$T/report"
has "$T/report" "43 tệp, 1 có lỗi. Gói mới: 39, đã có: 3, đang chờ: 0. Tệp trả lời: 39." \
	"the sum"
is "$(grep -c 'đã trả lời' "$T/report")" 39 "lines that were answered"
is "$(grep -c 'trả lời ở tệp khác của máy này' "$T/report")" 3 "those that came twice"
is "$(grep -c 'LỖI, xem dưới' "$T/report")" 1 "the bad one"
has "$T/report" "Tệp bị cụt hoặc hỏng nên không mở được: $cut" "its sentence"
while read -r unit; do
	[ "$unit" = "$cut_unit" ] || has "$T/report" "^$unit " "the line of $unit"
done <"$T/units"

# The same for programs; by now all of it is known.
expect 5 d bundle read "$T/usb"
is "$(val bad).$(val new).$(val known).$(val answers)" 1.0.42.39 "read again"
is "$(val files.43)" "(nothing at files.43)" "no answer is taken for a request"
ok d list staff
is "$(val total)" 39 "records at the district"

# The cut one is written again; then each unit takes its own answer from the same stick.
cp "$T/whole" "$cut"
ok d bundle read "$T/usb"
is "$(val bad).$(val new)" 0.1 "the one that was cut"
n=0
while read -r unit; do
	n=$((n + 1))
	ok c "u$n" bundle read "$T/usb" --clean
	is "$(val bad).$(val files.0.changesets_out)" 0.1 "the answer to $unit"
	ok c "u$n" status
	is "$(val changesets).$(val enrolled).$(val bundles)" "0.true.[]" "$unit"
done <"$T/units"
is "$(ls "$T/usb" | grep -vc '^DOC-TOI.txt$')" 0 "the stick is empty again"
ok d list staff
is "$(val total)" 40 "records at the district"
fsck_clean
