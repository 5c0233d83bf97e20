# Goal: what a stick may hold that is of no use, or not for the reader: cut short at any place,
# never written to the end, damaged, of another computer, of another district, the other
# direction, no message at all. Each is named with a sentence; nothing of it counts, and all
# that is good is taken.
. "$(dirname "$0")/lib.sh"

make_district
new_client a TH_THCS-NHAOSON "Hà Văn Hai"
new_client b TH_THCS-BACHLUU "Lê Thị Ba"
mkdir "$T/usb" "$T/good" "$T/bad"
add_staff a "Nguyễn Thị A"
ok c a bundle write "$T/good"
request=$(val files.0.file)

# FILE CODE: the district refuses it, with this outcome, and nothing has changed.
refused() {
	expect 5 d bundle read "$1" --out "$T/bad"
	is "$(val files.0.outcome)" "$2" "outcome of $1"
	is "$(val bad).$(val new).$(val waiting)" 1.0.0 "what came of $1"
	"$B/dongbod" bundle read "$1" --out "$T/bad" --data "$DISTRICT" >"$T/text" 2>"$T/err"
	has "$T/text" "LỖI, xem dưới" "the table for $1"
	has "$T/err" "Có tệp không nhận được" "the last word"
}

# Cut short at any place: nothing of it opens.
size=$(wc -c <"$request")
bound "$size" -gt 300 "bytes of the request"
for n in 1 2 3 4 10 35 36 37 100 256 $((size / 2)) $((size - 17)) $((size - 1)); do
	head -c "$n" "$request" >"$T/cut.dongbo"
	expect 5 d bundle read "$T/cut.dongbo" --out "$T/bad"
	case $(val files.0.outcome) in
	file_cut_or_damaged | malformed) ;;
	*) die "cut after $n bytes: $(val files.0.outcome)" ;;
	esac
	[ "$n" -lt 4 ] || is "$(val files.0.outcome)" file_cut_or_damaged "cut after $n bytes"
done
"$B/dongbod" bundle read "$T/cut.dongbo" --out "$T/bad" --data "$DISTRICT" >"$T/text" 2>&1
has "$T/text" "bị cụt hoặc hỏng" "the sentence for one that was cut"
# What a stick that was pulled out leaves: nothing, zeros, a beginning and zeros.
: >"$T/empty.dongbo"
refused "$T/empty.dongbo" file_cut_or_damaged
head -c 8192 /dev/zero >"$T/zeros.dongbo"
refused "$T/zeros.dongbo" file_cut_or_damaged
{ head -c 256 "$request"; head -c $((size - 256)) /dev/zero; } >"$T/half.dongbo"
refused "$T/half.dongbo" file_cut_or_damaged
cp "$request" "$T/x.dongbo.part"
refused "$T/x.dongbo.part" file_unfinished
# A byte changed, one too many; no message; larger than any.
{ head -c 200 "$request"; printf x; tail -c +202 "$request"; } >"$T/changed.dongbo"
refused "$T/changed.dongbo" file_cut_or_damaged
{ cat "$request"; printf x; } >"$T/longer.dongbo"
refused "$T/longer.dongbo" file_cut_or_damaged
echo "Kính gửi Phòng Nội vụ" >"$T/letter.dongbo"
refused "$T/letter.dongbo" malformed
head -c 4194305 /dev/urandom >"$T/large.dongbo"
refused "$T/large.dongbo" malformed
# A name that is no UTF-8, as an old computer may give it, is listed all the same.
mkdir "$T/old"
cp "$T/letter.dongbo" "$T/old/$(printf 'b\341o.dongbo')"
expect 5 d bundle read "$T/old"
is "$(val bad)" 1 "files"
case $(val files.0.file) in
*/old/b?o.dongbo) ;;
*) die "the file's name: $(val files.0.file)" ;;
esac
# Not there, and no folder for the answers.
expect 2 d bundle read "$T/nowhere.dongbo" --out "$T/bad"
expect 2 d bundle read "$request" --out "$T/nowhere"
expect 2 d bundle read "$T/bad"
expect 2 d bundle read
expect 2 d bundle write "$T/usb"

# Another district's: its computers are not known here.
district=$DISTRICT
DISTRICT=$T/elsewhere
ok d init --name "Huyện Tam Đảo"
ok d unit import "$PACKS/songlo-units.csv"
ok d pack publish "$PACK_V1" --prose "$PACKS/songlo-nq06.dict.txt"
new_client far TH_THCS-NHAOSON "Người Huyện Khác"
ok c far bundle write "$T/usb"
ok d bundle read "$T/usb"
ok c far bundle read "$T/usb"
add_staff far "Ở Huyện Khác"
rm "$T"/usb/*.dongbo
ok c far bundle write "$T/usb"
far=$(val files.0.file)
DISTRICT=$district
refused "$far" file_for_another
"$B/dongbod" bundle read "$far" --out "$T/bad" --data "$DISTRICT" >"$T/text" 2>&1
has "$T/text" "hệ thống khác" "the sentence for another district's"
# No answer is put where the other district's will stand.
[ -e "$T/bad/$(basename "$far" _gui-di.dongbo)_tra-loi.reply.dongbo" ] &&
	die "another district's file was answered"

# A stick with all of that, and two good ones: those are taken, the status says that not all.
cp "$request" "$T/x.dongbo.part" "$T/cut.dongbo" "$T/empty.dongbo" "$T/letter.dongbo" "$T/usb"
ok c b bundle write "$T/usb"
expect 5 d bundle read "$T/usb"
is "$(val bad).$(val new).$(val answers)" 5.1.2 "good ones among bad ones"
ok d list staff
is "$(val total)" 1 "what came of all that"

# A computer: its own answer, cut; another's; a request; a letter; a refusal.
answer=$(ls "$T"/usb/TH_THCS-NHAOSON*.reply.dongbo | head -n 1)
others=$(ls "$T"/usb/TH_THCS-BACHLUU*.reply.dongbo)
cp "$answer" "$T/answer.dongbo"
head -c 100 "$T/answer.dongbo" >"$answer"
expect 5 c a bundle read "$answer"
is "$(val files.0.outcome)" file_cut_or_damaged "its own answer, cut"
expect 5 c a bundle read "$others"
is "$(val files.0.outcome)" file_for_another "the answer to another computer"
expect 5 c a bundle read "$request"
is "$(val files.0.outcome)" file_for_another "a request, for the district"
expect 5 c a bundle read "$T/letter.dongbo"
is "$(val files.0.outcome)" malformed "a letter"
expect 5 c a bundle read "$T/x.dongbo.part"
is "$(val files.0.outcome)" file_unfinished "an unfinished one"
expect 5 d bundle read "$T/answer.dongbo"
is "$(val files.0.outcome)" file_for_another "an answer, at the district"
ok c a status
is "$(val changesets)" 1 "nothing of that counts"
# The refusal tells what became of the file, and changes nothing.
expect 5 c a bundle read "$T/usb/cut.reply.dongbo"
is "$(val files.0.outcome).$(val files.0.from_district)" file_cut_or_damaged.true "a refusal"
"$B/dongbo" bundle read "$T/usb/cut.reply.dongbo" --data "$T/a" >"$T/text" 2>&1
has "$T/text" "trả lời: Tệp bị cụt" "its sentence"
# On the stick others' files are passed over, and the good answer is taken.
cp "$T/answer.dongbo" "$answer"
rm "$T"/usb/cut* "$T"/usb/empty* "$T"/usb/letter* "$T"/usb/x.dongbo.part
ok c a bundle read "$T/usb"
is "$(val bad).$(val files.0.changesets_out)" 0.1 "its own"
bound "$(val others)" -ge 3 "of others"
ok c b bundle read "$T/usb"
# A stick without anything for this computer.
rm "$T"/usb/*.reply.dongbo
expect 2 c a bundle read "$T/usb"
has "$T/err" "chưa có trả lời nào" "nothing for this computer"
expect 2 c a bundle read "$T/nowhere"
expect 2 c a bundle write "$T/nowhere"
has "$T/err" "đuôi .dongbo" "what a file to write to is called"
# Taken in, but the stick takes no answer: that is another thing than a bad file.
mkdir "$T/shut"
cp "$request" "$T/shut/x.dongbo"
mkdir "$T/shut/x.reply.dongbo.part"
expect 6 d bundle read "$T/shut"
is "$(val bad).$(val answers)" 0.0 "taken in without an answer"
"$B/dongbod" bundle read "$T/shut" --data "$DISTRICT" >"$T/text" 2>&1
has "$T/text" "đã nhận đủ.*--out" "what to do about the answer"
fsck_clean
