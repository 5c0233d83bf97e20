# Goal: lists that a school keeps in Excel come in: from a template that was filled in, from CSV
# of any kind, in fonts of old; every error by line and column, nothing half, nothing twice.
. "$(dirname "$0")/lib.sh"

make_district
ok d pack publish "$PACKS/songlo-nq06.json" --prose "$PACKS/songlo-nq06.dict.txt"
server_start
new_client school THCS-TAMSON "Trần Thị Nhập"

# FILE OPTIONS...: the counts of an import, "new/changed/unchanged/errors", in $counts.
counts() { counts="$(val new)/$(val changed)/$(val unchanged)/$(val bad_count)"; }
imported() {
	file=$1
	shift
	ok c school import "$file" "$@"
	counts
}
refused() {
	file=$1
	shift
	expect 2 c school import "$file" "$@"
	counts
}
# For people: what is told, in $T/out and $T/err.
people() { "$B/dongbo" "$@" --data "$T/school" >"$T/out" 2>"$T/err" </dev/null; }
how_many() { ok c school list "$1"; is "$(val total)" "$2" "records: $3"; }

# A template, filled in as with Excel: labels, a name in capitals, numbers, dates, an amount.
ok c school template staff --out "$T/staff.xlsx"
is "$(val type)" staff "type of the template"
# What may have been filled in meanwhile is never written over.
cp "$T/staff.xlsx" "$T/before.xlsx"
expect 2 c school template staff --out "$T/staff.xlsx"
cmp -s "$T/staff.xlsx" "$T/before.xlsx" || fail "the template was written over"
printf '%s\n' \
'Cán bộ, công chức, viên chức	full_name=Nguyễn Thị Mẫu	birth=@1985-10-20	sex=Nữ	cccd=000185000001	post_kind=Viên chức	position=Giáo viên	level=Thạc sỹ	langs=Tiếng Anh; Tiếng Nhật	salary_coef=#2.34	work_state=Đang công tác	raise_month=03/2021' \
'Cán bộ, công chức, viên chức	full_name=Lê Văn Thử	birth=01/02/1980	sex=nam	cccd=#85000000002	post_kind=vien chuc	position=Hiệu trưởng	level=Đại học	leader=Có	work_state=Đang công tác' |
	"$B/sheet_fill" "$T/staff.xlsx" "$T/filled.xlsx" || die "sheet_fill"
imported "$T/filled.xlsx" --dry-run
is "$counts" 2/0/0/0 "a dry run"
how_many staff 0 "after a dry run"
# A leading zero was lost: somebody must look before it is put back.
refused "$T/filled.xlsx"
is "$(val error.code)" usage "without --yes"
people import "$T/filled.xlsx" --dry-run
has "$T/out" "Cần xem lại: cột F (Số CCCD): 1 ô là số nên đã mất số 0 ở đầu; số 0 được thêm lại." "a lost zero"
imported "$T/filled.xlsx" --yes
is "$counts" 2/0/0/0 "a template that was filled in"
ok c school list staff --text "nguyen thi mau"
mau=$(val records.0.id)
field school "$mau" level
is "$value" ths "a level"
field school "$mau" salary_coef
is "$value" 2.34 "a coefficient"
field school "$mau" birth
is "$value" 1985-10-20 "a birthday"
ok c school list staff --text "thử"
ok c school show "$(val records.0.id)" --personal
is "$(val fields.cccd)" 085000000002 "an identity number with its zero"
imported "$T/filled.xlsx" --yes
is "$counts" 0/0/2/0 "the same file again"

# A record with lists, on three sheets.
ok c school template pg_need --out "$T/need.xlsx"
printf '%s\n' \
'Đăng ký nhu cầu đào tạo sau đại	#no=#1	plan_year=#2022	answer=Có nhu cầu	doc_number=05/TTr	doc_date=05/10/2021	signer_name=Lê Văn Thử	signer_title=Hiệu trưởng' \
'Danh mục nhu cầu	#of=#1	#no=#1	discipline=Sư phạm Toán học	level=Tiến sĩ	necessity=Thiếu giáo viên	count=#2' \
'Đề xuất nhân sự cụ thể	#of=#1	person=NGUYỄN THỊ MẪU' \
'Đề xuất nhân sự cụ thể	#of=#1	person=thử le van	note=' >"$T/need.txt"
"$B/sheet_fill" "$T/need.xlsx" "$T/need2.xlsx" <"$T/need.txt" || die "sheet_fill"
refused "$T/need2.xlsx"
is "$(val bad.0.sheet).$(val bad.0.line).$(val bad.0.column)" "Đề xuất nhân sự cụ thể.4.B" "place of a name that nobody has"
how_many pg_need 0 "after an import with an error"
sed 's/thử le van/Lê Văn Thử/' "$T/need.txt" | "$B/sheet_fill" "$T/need.xlsx" "$T/need2.xlsx" || die "sheet_fill"
imported "$T/need2.xlsx"
is "$counts" 1/0/0/0 "a record with lists"
ok c school list pg_need
ok c school show "$(val records.0.id)"
is "$(val rows.lines.0.rows.people.#)" 2 "people of a line"
is "$(val rows.lines.0.rows.people.0.fields.person)" "$mau" "a person by name"
imported "$T/need2.xlsx"
is "$counts" 0/0/1/0 "the same lists again"

# An old list as CSV: a title, columns under other names, numbers below them, a line for the
# signature. All that is wrong is told, nothing is kept.
cat >"$T/old.csv" <<'EOF'
DANH SÁCH CÁN BỘ, GIÁO VIÊN NĂM 2021;;;;;;;
STT;Họ tên;Ngày tháng năm sinh;Giới tính;Số CMND/CCCD;Chức vụ;Trình độ;Quê quán
(1);(2);(3);(4);(5);(6);(7);(8)
1;Trần Thị Bưởi;20/10/1985;Nữ;000185000017;Giáo viên;Đại học;Sông Lô
2;Lê Văn Cam;31/02/1980;nam;00018500001;Hiệu phó;Thạc sĩ giỏi;Lập Thạch
3;Phạm Thị Mít;5/3/1990;nữ;;Giáo viên;đại học;
4;;;;;;;
;NGƯỜI LẬP BIỂU;;;;;;
EOF
(printf '\357\273\277'; cat "$T/old.csv") >"$T/bom.csv"
refused "$T/bom.csv"
is "$(val error.code)" usage "without a type"
refused "$T/bom.csv" --type staff --yes
is "$counts" 2/0/0/4 "an old list"
how_many staff 2 "after an old list with errors"
people import "$T/bom.csv" --type staff --yes
has "$T/out" "C    Ngày tháng năm sinh  Ngày sinh" "the preview of the columns"
has "$T/out" "Lưu ý: cột H (Quê quán): không dùng, biểu mẫu không có mục nào tên như vậy." "an unknown column"
has "$T/out" "Cần xem lại: tệp không có cột cho mục bắt buộc: Đối tượng; Tình trạng công tác." "missing columns"
has "$T/err" "^dòng 5, cột C (Ngày sinh): Giá trị nhập không đúng dạng: “31/02/1980”. Cách nhập: ngày, ví dụ 01/03/2026.$" "a date"
has "$T/err" "^dòng 5, cột E (Số CCCD): Giá trị nhập không đúng dạng: Số CCCD. Cách nhập: đúng 12 chữ số.$" "a number"
has "$T/err" "^dòng 5, cột G (Trình độ cao nhất): Không có lựa chọn này: “Thạc sĩ giỏi”. Cách nhập: chọn một trong:" "a level"
has "$T/err" "^dòng 8: cả dòng chỉ có một ô có nội dung, không giống một hồ sơ. Xóa dòng này khỏi bảng.$" "a signature"
has "$T/out" "^Chưa lưu gì: tệp có lỗi (2 hồ sơ mới, 0 thay đổi, 0 không đổi, 4 lỗi)." "what became of it"
refused "$T/bom.csv" --type staff --yes --skip-bad
is "$(val kept)" 2 "good lines"
how_many staff 4 "with the good lines"
sed '/Lê Văn Cam/d; /NGƯỜI LẬP/d' "$T/old.csv" >"$T/good.csv"
imported "$T/good.csv" --type staff --yes
is "$counts" 0/0/2/0 "the good lines again"

# Fonts of old: TCVN3 bytes, as Excel writes them without Unicode.
printf 'H\344 v\265 t\252n,Ng\265y sinh,Gi\355i t\335nh,Ch\370c v\364,Tr\327nh \256\351\nNguy\324n Th\336 H\265,20/10/1975,N\367,Gi\270o vi\252n,\247\271i h\344c\nTr\307n V\250n \247\370c,1/2/1976,Nam,Hi\326u tr\255\353ng,\247\271i h\344c\n' >"$T/tcvn3.csv"
people import "$T/tcvn3.csv" --type staff --yes
has "$T/out" "cột A (Họ và tên): viết bằng phông TCVN3 (.VnTime), được chuyển sang Unicode." "a font of old"
ok c school list staff --text "đức"
field school "$(val records.0.id)" position
is "$value" "Hiệu trưởng" "a position out of TCVN3"

# Out and in again, in every form; personal fields only where asked for.
for format in csv xlsx; do
	for personal in "" --personal; do
		rm -f "$T/out.$format"
		ok c school export staff --format $format --out "$T/out.$format" $personal
		imported "$T/out.$format"
		is "$counts" 0/0/6/0 "an export as $format $personal"
	done
done
people export staff --format csv
lacks "$T/out" 000185000001 "a personal field"
people export staff --format csv --personal
has "$T/out" 000185000001 "a personal field that was asked for"
expect 2 c school export --format csv
expect 2 c school export staff --format pdf

# A change on the server's side of the export: both values stand.
ok c school export staff --format csv --out "$T/before.csv"
ok c school edit "$mau" position="Tổ trưởng"
sed 's/"Giáo viên"/"Hiệu phó"/' "$T/before.csv" >"$T/after.csv"
ok c school import "$T/after.csv" --yes
ok c school conflicts
is "$(val 0.id)" "$mau" "a field that was changed since"
imported "$T/after.csv" --yes
is "$(val kept)" 0 "the same file again"
ok c school settle "$mau" position --take 1

# What nobody should send: cut off, of another kind, a bomb of zeros, a column of noise.
head -c 3000 "$T/filled.xlsx" >"$T/cut.xlsx"
expect 5 c school import "$T/cut.xlsx"
printf '\320\317\021\340\241\261\032\341rest' >"$T/old.xls"
refused "$T/old.xls" --type staff
is "$(val error.code)" old_spreadsheet "a workbook from before 2007"
head -c 100000 /dev/zero >"$T/zero.csv"
expect 5 c school import "$T/zero.csv" --type staff
head -c 100000 /dev/urandom >"$T/noise.csv"
"$B/dongbo" import "$T/noise.csv" --type staff --data "$T/school" >/dev/null 2>&1
[ $? -lt 90 ] || die "noise"
printf 'Họ và tên,"Ngày sinh\nA,B\n' >"$T/quote.csv"
refused "$T/quote.csv" --type staff
how_many staff 6 "after what nobody should send"

# What was imported goes to the district like anything else.
sync school
ok d list staff
is "$(val total)" 6 "records on the server"
fsck_clean

# Offices on the server: a template for what they enter, into one unit's stream or the district's;
# nothing half, nothing twice, nothing without the right.
add_officer
MONEY="Lê Thị Tiền"
ok d officer add "$MONEY" --role tckh --unit TCKH --passphrase-file "$T/passphrase"
ok d template decision --as "$OFFICER" --out "$T/decision.xlsx"
expect 1 d template staff --as "$MONEY" --out "$T/none.xlsx"
for type in Kế Không\ rõ; do
	printf '%s\n' "Văn bản, quyết định của cấp	body=UBND tỉnh	decision_type=$type hoạch	number=12/QĐ-UBND	date=01/02/2022	subject=Thử" \
		"Văn bản, quyết định của cấp	body=UBND tỉnh	decision_type=Kế hoạch	number=13/QĐ-UBND	date=@2022-03-01	subject=Thử hai" |
		"$B/sheet_fill" "$T/decision.xlsx" "$T/decisions-${type%% *}.xlsx" || die "sheet_fill"
done
expect 2 officer import "$T/decisions-Kế.xlsx"
expect 2 officer import "$T/decisions-Không.xlsx" --unit PNV
is "$(val bad_count).$(val kept)" 1.0 "decisions of which one is wrong"
ok d list decision
is "$(val total)" 0 "decisions after it"
ok officer import "$T/decisions-Kế.xlsx" --unit PNV
is "$(val new)" 2 "decisions"
ok officer import "$T/decisions-Kế.xlsx" --unit PNV
is "$(val new).$(val unchanged)" 0.2 "the same decisions again"
printf 'Mã;Tên mức;Chính sách;Căn cứ\nx1;Mức thử;III.5. Bồi dưỡng chuyên môn, nghiệp vụ;KH\n' >"$T/rate.csv"
ok officer import "$T/rate.csv" --type rate
is "$(val new)" 1 "a record of the district"
expect 1 d import "$T/good.csv" --type staff --unit THCS-TAMSON --yes --as "$MONEY" \
	--passphrase-file "$T/passphrase"
is "$(val error.code)" not_allowed "an import without the right"
printf 'Họ và tên;Ngày sinh;Ngày tuyển dụng\nMột Tốt;1/1/1980;1/1/1999\nHai Sai;1/1/1981;1/1/1970\nBa Tốt;1/1/1982;1/1/1999\n' >"$T/mixed.csv"
expect 2 officer import "$T/mixed.csv" --type staff --unit TH-YENTHACH --yes --skip-bad
is "$(val kept).$(val bad.0.line)" 2.3 "good lines of an office"
fsck_clean

# LibreOffice, where it is, reads the template as it was meant.
if command -v soffice >/dev/null 2>&1; then
	(cd "$T" && HOME=$T soffice --headless --convert-to csv:"Text - txt - csv (StarCalc)":44,34,76,1 \
		staff.xlsx >/dev/null 2>&1)
	has "$T/staff.csv" "Họ và tên \*" "the template in LibreOffice"
	ok c school import "$T/staff.csv" --dry-run
fi
server_stop
