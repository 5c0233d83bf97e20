#!/bin/sh
# Goal: a pack with a mistake is refused by check and by publish, on the line of the mistake,
# in words of either language, and nothing of it is published; what a new version would do to
# old records is said before it is there.
. "$(dirname "$0")/lib.sh"

SECOND=tests/data/van-hoa-doc.json
d() { "$B/dongbod" "$@" --data "$DISTRICT" --json; }
ok d init --name "Huyện Mẫu"
ok d pack publish "$SECOND"
ok d fsck
# What stands in the store, whatever was tried.
standing() { sqlite3 "$DISTRICT/store.db" "SELECT count(*), max(seq) FROM item"; }
before=$(standing)
[ -n "$before" ] || die "the store is not where it should be"

# refused NAME LINE VIETNAMESE ENGLISH: the pack $T/bad.json.
refused() {
	expect 2 d pack check "$T/bad.json"
	is "$(val error.code)" bad_pack "$1"
	[ "$2" = - ] || is "$(val error.line)" "$2" "the line of: $1"
	has "$T/err" "$3" "why, in Vietnamese: $1"
	expect 2 d pack check "$T/bad.json" --lang en
	has "$T/err" "$4" "why, in English: $1"
	expect 2 d pack publish "$T/bad.json"
	is "$(val error.code)" bad_pack "not published: $1"
	is "$(standing)" "$before" "nothing of it is there: $1"
}
# broken NAME FROM TO VIETNAMESE ENGLISH: the second pack, changed on the first line that has
# FROM, and raised to version 2.
broken() {
	awk -v from="$2" -v to="$3" '{ at = done ? 0 : index($0, from)
		if (at > 0) { done = 1; $0 = substr($0, 1, at - 1) to substr($0, at + length(from)) }
		sub(/"version": 1,/, "\"version\": 2,"); print }' "$SECOND" >"$T/bad.json"
	refused "$1" "$(grep -nF -- "$2" "$SECOND" | head -n 1 | cut -d: -f1)" "$4" "$5"
}

# --- keys and kinds of values ---
broken "a misspelt key" '"required":true' '"requird":true' \
	'fields.year.requird: không có khóa "requird" ở đây (hay là "required"?)' \
	'"requird" is no key here ("required"?)'
broken "a key of the top" '"registers": [' '"books": [' 'không có khóa "books" ở đây; chỉ có: format' \
	'"books" is no key here; there are: format, pack'
broken "a key of a move" '"complete":true' '"compleet":true' 'moves\[1\].compleet' '("complete"?)'
broken "a key of a report" '"value":"reader"' '"valu":"reader"' 'reports.vhd1.*columns.reader.valu' \
	'is no key here ("value"?)'
broken "true as a text" '"yearly":true' '"yearly":"true"' 'phải là true hoặc false' 'must be true or false'
broken "a number as a text" '"number":2001' '"number":"2001"' 'phải là số nguyên' 'must be a whole number'
broken "a list that is none" '"checks":[' '"checks":{},"x":[' 'phải là danh sách' 'must be a list'
broken "no Vietnamese name" '"vi":"Cá nhân",' '' 'choices.single: cần "vi" và "en"' 'needs "vi" and "en"'
broken "a bad code" '"code":"single"' '"code":"Đơn lẻ"' 'mã gồm a-z, 0-9 và _' 'a code is of a-z'
broken "a fraction" '"value":300' '"value":300.5' 'cần "value"' 'needs a "value"'

# --- names and numbers ---
broken "a list that is not there" '"list":"reading_prizes"' '"list":"prizes"' 'không có danh mục "prizes"' \
	'there is no list "prizes"'
broken "a role that is not there" '"by":["jury"],"remark"' '"by":["judge"],"remark"' \
	'không có vai trò "judge"' 'there is no role "judge"'
broken "a state that is not there" '"to":"verified"' '"to":"verify"' 'không có trạng thái "verify"' \
	'there is no state "verify"'
broken "a type that is not there" '"row":"reading_book"' '"row":"book"' 'không có loại hồ sơ "book"' \
	'there is no type "book"'
broken "a state's number twice" '"number":3,"code":"returned"' '"number":2,"code":"returned"' \
	'số 2 đã dùng ở chỗ khác' 'number 2 is used twice'
broken "a type's number twice" '"number":2002,' '"number":2001,' 'số 2001 đã dùng' 'number 2001 is used twice'
broken "a check's number twice" '{"number":2,"must"' '{"number":1,"must"' 'số 1 đã dùng' \
	'number 1 is used twice'
broken "a role's number twice" '"number":22,"code":"treasurer"' '"number":21,"code":"treasurer"' \
	'số 21 đã dùng' 'number 21 is used twice'
broken "a code of register twice" '"code":"reading_plaques"' '"code":"reading_entries"' \
	'"reading_entries" đã dùng' '"reading_entries" is used twice'
broken "a day that is none" '"by":"04-21"' '"by":"21-04"' 'tháng, ngày' 'month, day'

# --- expressions: the column is that of the line ---
broken "an operator" 'count(books) <= 20' 'count(books) =< 20' 'cột 39: .*có .< . ở chỗ cần giá trị\|cột 39' \
	'column 39'
broken "a function" 'count(books) <= 20' 'cout(books) <= 20' "không có hàm 'cout'" "no function 'cout'"
broken "a derived field of itself" '"derived":"sum(books, pages)"' '"derived":"pages + 1"' \
	'mà mục đó cũng được tính ra' 'which is derived itself'
deep=$(printf '%0100d' 0 | tr 0 '(')1$(printf '%0100d' 0 | tr 0 ')')
broken "nesting in an expression" 'count(books) <= 20' "$deep = 1" 'quá 40 tầng' 'more than 40 levels'

# --- the text itself ---
broken "a comma too much" '"en":"Single reader"}' '"en":"Single reader",}' "sai dạng JSON ở '}'" \
	"no JSON at '}'"
broken "a key twice" '"format": 1,' '"format": 1, "format": 1,' 'có hai lần' 'is there twice'
broken "a tab in a text" '"Cá nhân"' '"Cá	nhân"' 'dấu tab' 'holds a tab'
broken "a number without end" '"number":2001' '"number":20010000000000000000000' 'số quá lớn' 'too large'
broken "letters in two pieces" '"Cá nhân"' "\"Ca$(printf '\314\201') nhân\"" 'NFC' 'NFC'
head -c 3000 "$SECOND" >"$T/bad.json"
refused "a file cut short" - 'tệp hết giữa chừng' 'the file ends too early'
: >"$T/bad.json"
refused "an empty file" - 'tệp không có nội dung' 'the file is empty'
printf '%05000d' 0 | tr 0 '[' >"$T/bad.json"
refused "brackets without end" - 'lồng nhau quá sâu' 'nested too deeply'
iconv -f UTF-8 -t UTF-16 "$SECOND" >"$T/bad.json"
refused "UTF-16" 1 'lưu lại tệp dưới dạng UTF-8' 'save the file as UTF-8'
cat "$SECOND" "$SECOND" >"$T/bad.json"
refused "two packs in one file" - 'nội dung thừa' 'stands behind the end'
echo '[1, 2]' >"$T/bad.json"
refused "no object" 1 'đối tượng' 'an object'
cp "$SECOND" "$T/bad.json"
refused "a version that is there" "$(grep -n '"version"' "$SECOND" | head -n 1 | cut -d: -f1)" \
	'phiên bản 1 không lớn hơn 1' 'version 1 is not above 1'

# --- records that come with it ---
broken "a record of another type" '"type":"reading_rule"' '"type":"reading_entry"' \
	'records.rule_main.type: hồ sơ kèm theo phải thuộc loại' 'are of district types'
broken "a record's field" '"records": [' '"records": [{"key":"new","type":"reading_rule","nam":"x"},' \
	'records.new.nam: ' 'records.new.nam: '

# --- what may be: a byte order mark, ends of lines of another system, tabs, comments ---
{ printf '\357\273\277'; sed 's/"version": 1,/"version": 2,/; s/$/\r/; s/  /\t/g' "$SECOND" |
	sed '0,/"kind":"year",/s//"$comment":"năm","kind":"year",/'; } >"$T/good.json"
ok d pack check "$T/good.json"

# --- a new version, beside records under the old one ---
# version NAME FROM TO VIETNAMESE ENGLISH
version() {
	sed "s/$2/$3/" "$SECOND" >"$T/bad.json"
	expect 2 d pack check "$SECOND" "$T/bad.json"
	has "$T/err" "$4" "in Vietnamese: $1"
	has "$T/err" "dòng [0-9]" "the line: $1"
	expect 2 d pack check "$SECOND" "$T/bad.json" --lang en
	has "$T/err" "$5" "in English: $1"
}
version "a field that goes" '"number":900013,' '"number":900039,' \
	'mục .* (số 900013) không được bỏ hay đổi số: hồ sơ cũ đang có giá trị ở đó' 'old records hold values in it'
version "a kind that changes" '"kind":"set","list":"reading_grades"' '"kind":"choice","list":"reading_grades"' \
	'mục không được đổi kiểu: giá trị trong hồ sơ cũ sẽ không đọc được' 'may not change its kind'
version "a type that goes" '"number":2001,' '"number":2099,' 'hồ sơ cũ sẽ không đọc được' \
	'its records could not be read'
version "a choice that goes" '{"number":2,"code":"g5"' '{"number":3,"code":"g5"' \
	'lựa chọn "g5" (số 2) không được bỏ' 'give it a "to" instead'
version "a number for another choice" '"code":"g5"' '"code":"g6"' 'hồ sơ cũ sẽ mang nghĩa khác' \
	'old records would say something else'
version "a state that goes" '"number":5,"code":"awarded"' '"number":8,"code":"awarded"' \
	'trạng thái "awarded" (số 5) không được bỏ' 'old records may be in it'
is "$(standing)" "$before" "nothing was published"
ok d fsck

# --- what the computer says is said in the reader's language, too ---
expect 2 d pack check "$T/nothing.json"
has "$T/err" "không có tệp hay thư mục này" "no such file"
expect 2 d pack check "$T/nothing.json" --lang en
has "$T/err" "there is no such file or folder" "no such file, in English"
