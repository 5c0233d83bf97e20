# Goal: the plan's paths with real processes: a return opens the fields that it names and no
# others; who entered something does not verify it; a submission carries on what was frozen
# in it; one decision answers five records of three units; instalments, and more paid than
# came in; recoveries with the plan's own numbers; all entered and signed without a network.
. "$(dirname "$0")/lib.sh"

# The whole plan, its offices, three units with their heads.
ok d init --name "Huyện Sông Lô"
ok d unit import "$PACKS/songlo-units.csv"
ok d pack publish "$PACKS/songlo-nq06.json" --prose "$PACKS/songlo-nq06.dict.txt"
echo "mật khẩu thử" >"$T/passphrase"
ONE="Nguyễn Thị Mẫu"
TWO="Phạm Văn Hai"
MONEY="Hoàng Thị Tài"
OTHER="Đỗ Thị Văn"
BOSS="Ngô Văn Chủ"
hire() { ok d officer add "$1" --role "$2" --unit "$3" --passphrase-file "$T/passphrase"; }
hire "$ONE" officer PNV
hire "$TWO" officer PNV
hire "$MONEY" tckh TCKH
hire "$OTHER" vp VP
hire "$BOSS" leader UBND
# NAME COMMAND...: as that officer; and what he sees.
as() {
	who=$1
	shift
	d "$@" --as "$who" --passphrase-file "$T/passphrase"
}
sees() {
	who=$1
	shift
	d "$@" --as "$who"
}
server_start
for unit in a:MN-TAMSON b:THCS-TAMSON x:08773; do
	store=${unit%%:*}
	new_client "$store" "${unit#*:}" "Lê Thị Nhập"
	enrol "chief-$store" "${unit#*:}" --role chief
	ok c "$store" chief add --enrol "$T/chief-$store.enrol" --name "Trần Văn Trưởng" \
		--passphrase-file "$T/passphrase"
	sync "$store"
done
sign() {
	store=$1
	shift
	ok c "$store" sign "$@" --passphrase-file "$T/passphrase" --yes
}
PAPER="doc_number=12/TTr doc_date=02/05/2026 signer_name=Trưởng signer_title=Trưởng"
# STORE NAME AMOUNT: a bonus for a new person; sets id, person.
bonus() {
	add_staff "$1" "$2"
	person=$id
	ok c "$1" add bonus plan_year=2026 quarter=q2 person="$id" kind=title achievement="Giải $2" \
		achieved_on=15/04/2026 amount="$3" $PAPER
	id=$(val short)
}

# What an officer can enter, in his own program's words.
ok sees "$ONE" types
[ "$(val 0.code)" = staff ] || die "types of an officer"
ok d types decision
is "$(val fields.0.code).$(val fields.0.choices.0.code)" body.ubnd_tinh "choices of a field"
ok "$B/dongbod" types payment --data "$DISTRICT"
has "$T/out" "evaluation .*mã của một hồ sơ: Đánh giá, xếp loại hằng năm" "what a reference is of, by name"
has "$T/out" "  bonus  *Đề nghị thưởng theo thành tích" "each that it may be of"
has "$T/out" "dongbod attach MÃ TỆP" "how papers get there"
lacks "$T/out" "nhậpbắt" "words one by one"
expect 1 d types nothing
has "$T/err" "dongbod types" "the sentence names this program"

# --- entered and signed without a network; what a head signed is closed ---
server_stop
bonus a "Lê Thị Một" 10000000
# A date that is to come is noted where it is entered; nothing is refused for it.
ok "$B/dongbo" edit "$id" doc_date=31/12/2199 --data "$T/a"
has "$T/out" "Lưu ý: Ngày ký văn bản muộn hơn" "a hint at once"
ok c a edit "$id" doc_date=31/12/2199 amount=10000001
is "$(val hints.0.rule)" bonus_doc_date "for programs"
ok c a edit "$id" doc_date=02/05/2026 amount=10000000
lacks "$T/out" "hints" "no hint where there is nothing to say"
first=$id
bonus a "Lê Thị Hai" 2000000
second=$id
bonus b "Phạm Văn Ba" 3000000
third=$id
transferred=$person
bonus b "Phạm Văn Bốn" 4000000
fourth=$id
bonus x "Đỗ Thị Năm" 5000000
fifth=$id
ok c a check "$first"
is "$(val '#')" 0 "what stands between it and its submission"
ok c a submit "$first"
is "$(val state)" ready "submitted by the clerk"
expect 1 c a submit "$first"
is "$(val error.code)" not_signed "whose turn it is"
sign a "$first" "$second"
sign b "$third" "$fourth"
sign x "$fifth"
ok c a nil pg_need plan_year=2027
nil=$(val id)
sign a "$nil"
# Signed and not sent: the head takes it back by himself.
bonus a "Lê Thị Hủy" 1000000
sign a "$id"
sign a "$id" --to cancelled --remark "Nhầm người"
ok c a show "$id"
is "$(val state)" cancelled "what nobody has received"
server_start "$PORT"
for store in a b x; do
	sync "$store"
	is "$(val refused)" 0 "refused of $store"
done

# --- a return with a reason for each field ---
ok as "$ONE" return "$first" --remark "Xem lại mức thưởng" --reason amount="Cao hơn mức quy định"
sync a
expect 1 c a sign "$second" --to cancelled --remark "Nhầm" --passphrase-file "$T/passphrase" --yes
is "$(val error.code)" already_received "what has been received"
ok c a show "$first"
is "$(val state).$(val moved.remark)" "returned.Xem lại mức thưởng" "what the unit reads"
is "$(val rows.reasons.0.title)" "Mức thưởng đề nghị (đồng) – Cao hơn mức quy định" "the reason"
is "$(val shown.reg_no)" "01/$(date +%Y)/TN" "its number in the register"
expect 1 c a edit "$first" quarter=q3
is "$(val error.code)" locked "a field that was not named"
expect 1 "$B/dongbo" edit "$first" quarter=q3 --data "$T/a"
has "$T/err" "Chỉ mở các mục nêu khi trả lại: Mức thưởng đề nghị (đồng)" "what is open, in words"
ok c a edit "$first" amount=8000000
expect 1 as "$ONE" edit "$first" amount=1
is "$(val error.code)" not_allowed "an officer changes a unit's content"
sign a "$first"
sync a

# --- two offices' eyes; separation of duties ---
expect 1 sees "$OTHER" show "$first"
is "$(val error.code)" not_allowed "another office looks"
ok sees "$OTHER" list bonus
is "$(val total)" 0 "what it finds"
ok sees "$MONEY" list bonus
is "$(val total)" 6 "what the treasury finds"
ok as "$ONE" add attract_transfer --unit THCS-TAMSON plan_year=2026 person="$transferred" \
	from_org="Sở" position="Giáo viên" list_note=12/TB degree=ts category=ts $PAPER
transfer=$(val short)
sync b
sign b "$transfer"
sync b
ok as "$ONE" add decision --unit PNV body=ubnd_tinh decision_type=list number=01/TB date=01/03/2026 \
	subject="Danh mục thu hút"
ok as "$TWO" edit "$transfer" list_item="$(val id)"
expect 1 as "$ONE" verify "$transfer"
is "$(val error.code)" same_person "who entered it verifies it"
# The reasons and the number that an officer put on a record are not its content.
ok as "$ONE" verify "$first"
ok as "$TWO" verify "$transfer" "$second" "$third" "$fourth" "$fifth"

# --- a submission carries on what was frozen in it ---
ok as "$ONE" add submission --unit PNV policy=iii7 record_type=bonus year=2026 quarter=q2
submission=$(val short)
ok as "$ONE" gather "$submission" --type bonus --state verified --where plan_year=2026
is "$(val added).$(val renewed)" 5.0 "gathered"
ok as "$TWO" return "$third" --remark "Sửa số tiền" --reason amount="Nhầm"
sync b
ok c b edit "$third" amount=3500000
sign b "$third"
sync b
ok as "$TWO" verify "$third"
ok as "$ONE" move consolidated "$submission"
expect 1 as "$ONE" apply "$submission"
ok d show "$third"
is "$(val state)" verified "one that has changed since"
ok d list bonus --state consolidated
is "$(val total)" 4 "the others"
expect 1 as "$ONE" gather "$submission" --type bonus --state verified
is "$(val error.code)" locked "a list that is closed"
ok as "$ONE" move draft "$submission" --remark "Lấy bản mới"
ok as "$ONE" gather "$submission" --type bonus --state verified
is "$(val added).$(val renewed)" 0.1 "gathered again"
ok as "$ONE" move consolidated "$submission"
ok as "$ONE" apply "$submission"
ok as "$ONE" move submitted "$submission"
ok as "$ONE" apply "$submission"
expect 1 as "$BOSS" move sent_up "$submission"
is "$(val error.code)" check_failed "without number and date"
ok as "$ONE" edit "$submission" number=15/TTr-UBND date=20/06/2026
expect 1 as "$ONE" move sent_up "$submission"
is "$(val error.code)" not_allowed "an officer sends up to the province"
ok as "$BOSS" move sent_up "$submission"
expect 1 as "$ONE" apply "$submission"
ok as "$BOSS" apply "$submission"
ok as "$ONE" move consolidated "$transfer"
ok as "$ONE" move submitted "$transfer"
ok as "$BOSS" move sent_up "$transfer"

# --- one decision answers five bonuses of three units, and the transfer ---
ok as "$ONE" add decision --unit PNV body=ubnd_tinh decision_type=receive number=55/QĐ-UBND \
	date=01/07/2026 subject="Thưởng quý II, tiếp nhận"
decision=$(val short)
for record in "$first" "$second" "$third" "$fourth"; do
	ok as "$ONE" row "$decision" answers record="$record" outcome=granted amount=2000000
done
ok as "$ONE" row "$decision" answers record="$fifth" outcome=refused
ok as "$ONE" row "$decision" answers record="$transfer" outcome=granted amount=600000000
expect 1 as "$ONE" apply "$decision"
is "$(val error.code)" not_approved_yet "a decision that nobody has compared yet"
expect 1 as "$ONE" verify "$decision"
is "$(val error.code)" same_person "who entered it compares it"
ok as "$TWO" verify "$decision"
ok as "$ONE" apply "$decision"
is "$(val '#').$(val 0.changed).$(val 5.changed)" 6.true.true "answered"
ok as "$ONE" apply "$decision"
is "$(val 0.changed).$(val 5.changed)" false.false "answered again"
for record in "$first:granted" "$fourth:granted" "$fifth:refused"; do
	ok d show "${record%:*}"
	is "$(val state)" "${record#*:}" "state of ${record%:*}"
done
sync b
ok c b show "$transfer"
is "$(val shown.instalment_1) $(val shown.instalment_2) $(val shown.instalment_3)" \
	"240.000.000 180.000.000 180.000.000" "the instalments"

# --- instalments, and a dong more than came in ---
tasks() {
	ok sees "$MONEY" tasks --task "$1"
	is "$(val '#')" "$2" "tasks $1, $3"
}
ok as "$MONEY" add payment --unit THCS-TAMSON for="$transfer" line=in amount=600000000 date=10/07/2026 \
	voucher=PC01 payer="Sở Tài chính" payee="Trường"
funds=$(val short)
ok as "$ONE" verify "$funds"
ok as "$MONEY" move funded "$transfer"
sync b
paid=
for part in 1:40:240000000 2:30:180000000 3:30:180000000; do
	ok c b add payment for="$transfer" line=out amount="${part##*:}" date=11/08/2026 \
		voucher="CT0${part%%:*}" payer="Trường" payee="Phạm Văn Ba" instalment="${part%%:*}" of=3 \
		share="$(echo "$part" | cut -d: -f2)" condition_met=có
	paid="$paid $(val short)"
done
sign b $paid
sync b
tasks transfer_over_funds 0 "all paid"
ok c b add payment for="$transfer" line=out amount=1 date=20/08/2026 voucher=CT04 payer="Trường" \
	payee="Phạm Văn Ba"
sign b "$(val short)"
sync b
tasks transfer_over_funds 1 "a dong too much"
ok as "$MONEY" tasks settle "$(val 0.id)" --note "Đã thu lại một đồng"
tasks transfer_over_funds 0 "settled"

# --- recoveries: 37.5 million, twice; a course at home none ---
add_staff a "Lê Thị Học"
student=$id
ok c a add pg_dossier plan_year=2026 person="$student" level=ths discipline=toan institution="ĐHSP" \
	country=vn mode=full admission_no=12/TB admission_date=01/04/2026 fee_date=01/04/2026 \
	fee_per_term=10000000 study_from=09/2026 study_to=09/2028 $PAPER
study=$(val short)
ok c a row "$study" costs year=2026 item="Học phí" amount=37500000
ok c a add course plan_year=2026 answer=need course="Bồi dưỡng trong nước" country=vn $PAPER
course=$(val short)
sync a
ok as "$ONE" add decision --unit PNV body=ubnd_huyen decision_type=violation number=77/KL \
	date=01/09/2026 subject="Vi phạm cam kết"
finding=$(val id)
recover() {
	as "$MONEY" add recovery --unit MN-TAMSON person="$student" source="$1" violation="Bỏ học" \
		found_on=01/09/2026 finding="$finding" supported="$2"
}
expect 1 recover "$course" 12000000
is "$(val error.code)" check_failed "a course in Vietnam"
expect 1 as "$OTHER" add recovery --unit MN-TAMSON person="$student" source="$study"
is "$(val error.code)" not_allowed "another office opens a recovery"
ok recover "$study" 37500000
recovery=$(val short)
ok as "$MONEY" move recovering "$recovery"
ok as "$MONEY" row "$recovery" paid_back date=01/10/2026 amount=25000000 voucher=KB1
ok as "$MONEY" row "$recovery" paid_back date=01/11/2026 amount=25000000 voucher=KB2
ok d show "$recovery"
is "$(val fields.due).$(val fields.outstanding)" 75000000.25000000 "due and outstanding"
expect 1 as "$MONEY" move recovered "$recovery"
is "$(val error.code)" check_failed "25 million are left"
expect 1 as "$MONEY" row "$recovery" paid_back date=01/12/2026 amount=25000001 voucher=KB3
is "$(val error.code)" check_failed "more than is due"
ok as "$MONEY" row "$recovery" paid_back date=01/12/2026 amount=25000000 voucher=KB3
ok as "$MONEY" move recovered "$recovery"

# --- the unit's own report: its figures worked out, one stated otherwise with a reason ---
ok c b add annual_report year=2026
report=$(val short)
ok c b figures "$report"
is "$(val '#')" 19 "figures"
figure() { ok c b figures "$report"; }
figure
number=0
while [ "$(val $number.code)" != bonus ]; do number=$((number + 1)); done
is "$(val $number.computed) $(val $number.changed)" "2 false" "bonuses that this school asked for"
# As of a cut-off: of what was done since yesterday nothing counts, of today all.
day() { TZ=Asia/Ho_Chi_Minh date -d "$1" +%d/%m/%Y; }
ok c b edit "$report" cutoff="$(day yesterday)"
figure
is "$(val $number.computed)" 0 "bonuses up to yesterday"
ok c b edit "$report" cutoff="$(day today)"
figure
is "$(val $number.computed)" 2 "bonuses up to today"
ok c b show "$report"
number=0
while [ "$(val rows.figures.$number.fields.code)" != bonus ]; do number=$((number + 1)); done
row=$(val rows.figures.$number.short)
expect 1 c b edit "$row" stated=3
is "$(val error.code)" check_failed "another number without a reason"
ok c b edit "$row" stated=3 reason="Một hồ sơ gửi bằng giấy"
ok c b show "$report"
is "$(val rows.figures.$number.fields.computed) $(val rows.figures.$number.fields.stated)" "2 3" "both are kept"
expect 1 c b figures "$third"
is "$(val error.code)" wrong_type "what has no figures"

# --- the centre's own: one proposes, another approves, and until then it counts nowhere ---
due() { ok d deadlines --year 2026; sqlite3 :memory: "SELECT json_extract(value, '$.last_day') FROM
	json_each(readfile('$T/out')) WHERE json_extract(value, '$.code') = '$1'"; }
before=$(due t4)
ok as "$ONE" extend t4 --to 25/12/2026 --reason "Bão số 3"
is "$(val state).$(val waits)" draft.true "an extension that is proposed"
extension=$(val short)
is "$(due t4)" "$before" "the day as it was"
ok sees "$TWO" tasks --task approval
has "$T/out" "\"short\":\"$extension\"" "what waits for the second officer"
ok sees "$OTHER" tasks --task approval
is "$(val '#')" 0 "what the other office is asked for"
expect 1 as "$ONE" verify "$extension"
is "$(val error.code)" same_person "who proposed it approves it"
expect 1 as "$OTHER" verify "$extension"
is "$(val error.code)" not_allowed "another office approves it"
ok as "$TWO" verify "$extension"
is "$(val state)" in_force "approved"
is "$(due t4)" 2026-12-25 "the new day"
sync a
ok c a deadlines
has "$T/out" "2026-12-25" "the unit knows the new day"
ok as "$ONE" round open BD-2026-1 --type course --title "Đợt 1" --due 30/11/2026 --units "MN-TAMSON"
round=$(val short)
expect 1 as "$TWO" round open BD-2026-1 --type course --due 30/11/2026
is "$(val error.code)" already_exists "a code that is proposed already"
expect 2 as "$ONE" round remind BD-2026-1
is "$(val error.code)" no_such_deadline "a call that nobody has approved"
ok as "$TWO" verify "$round"
ok as "$ONE" round remind BD-2026-1
is "$(val 0.unit)" MN-TAMSON "reminded"
ok as "$TWO" round close BD-2026-1
is "$(val state).$(val waits)" closing.true "closing is proposed"
expect 1 as "$TWO" round close BD-2026-1
is "$(val error.code)" same_person "closing it alone"
ok as "$ONE" round close BD-2026-1
ok d show "$round"
is "$(val state)" closed "closed by two"
# Units: what was there before the pack counts, what comes now takes two.
ok as "$ONE" unit add MN-HOASEN "Trường Mầm non Hoa Sen" --kind MN --parent 08824
expect 2 d enrol MN-HOASEN --role clerk --out "$T/no.enrol"
ok d tasks --task approval --unit PNV
is "$(val '#')" 0 "what waits is the district's, no unit's"
ok d list unit --state draft
unit=$(val records.0.short)
expect 1 as "$ONE" verify "$unit"
is "$(val error.code)" same_person "who proposed the unit approves it"
ok as "$TWO" verify "$unit"
ok d enrol MN-HOASEN --role clerk --out "$T/hoasen.enrol"
ok as "$TWO" unit rename MN-HOASEN --name "Trường Mầm non Hoa Mai" --act "QĐ 5/QĐ-UBND" \
	--act-date 01/01/2026 --issuer "UBND huyện" --from 02/01/2026
ok d unit events
event=$(val 0.short)
is "$(val 0.state)" draft "an event that is proposed"
ok d unit show MN-HOASEN
is "$(val name)" "Trường Mầm non Hoa Sen" "its name until another approves"
ok as "$ONE" verify "$event"
ok d unit show MN-HOASEN
is "$(val name)" "Trường Mầm non Hoa Mai" "its new name"
expect 1 as "$ONE" unit add MN-HOASEN "Tên khác"
is "$(val error.code)" locked "renaming past the law"

# --- all sides agree ---
for store in a b x; do sync "$store"; done
same_everywhere "$first" a
same_everywhere "$transfer" b
same_everywhere "$recovery" a
ok c b receipts --verify
fsck_clean
server_stop
