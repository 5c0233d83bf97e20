# Goal: the chief signs on the clerk's computer, with or without a network, under a key of
# his own; the signature holds for exactly what he signed. Whoever changed the record
# meanwhile makes it void, nobody changes it afterwards, and history proves all of it.
. "$(dirname "$0")/lib.sh"

CHIEF="Trần Văn Mẫu"
make_district
ok d pack publish "$ROOT/tests/data/letters.json"
add_officer
server_start
new_client a THCS-TAMSON "Trần Thị Nhập"
new_client b THCS-TAMSON "Lê Văn Phụ"
echo "mật khẩu của thủ trưởng" >"$T/chief.pass"
echo "mật khẩu mới" >"$T/new.pass"
enrol chief THCS-TAMSON --role chief

# NAME SUBJECT AMOUNT: a letter with a line; sets id.
add_letter() {
	ok c "$1" add letter subject="$2" amount="$3" about=000199000001
	id=$(val id)
	ok c "$1" row "$id" lines what="Học phí" sum="$3"
}
sign() { c a sign "$@" --chief "$CHIEF" --passphrase-file "$T/chief.pass" --yes; }
signature() { val "signature.$1"; }

# --- the key ---
expect 1 c a chief add --enrol "$T/a.enrol" --name "$CHIEF" --passphrase-file "$T/chief.pass"
is "$(val error.code)" not_allowed "an enrolment for clerks"
ok c a chief add --enrol "$T/chief.enrol" --name "$CHIEF" --passphrase-file "$T/chief.pass"
ok c a chief list
is "$(val '#').$(val 0.role).$(val 0.certified)" 1.chief.false "the chief before the first contact"
ok c a whoami
is "$(val chiefs.0.name)" "$CHIEF" "whoami"

# --- offline, before the server has heard of computer or chief ---
add_letter a "Xin kinh phí học lớp quản lý" 5000000
letter=$id
ok c a submit "$letter"
is "$(val state)" ready "submitted by the clerk"
expect 1 c a submit "$letter" --to signed
is "$(val error.code)" not_allowed "the clerk signs"
expect 2 c a sign "$letter" --chief "$CHIEF" --passphrase-file "$T/new.pass" --yes
is "$(val error.code)" wrong_passphrase "another passphrase"
expect 2 c a sign "$letter" --chief "Ai Đó" --passphrase-file "$T/chief.pass" --yes
is "$(val error.code)" no_such_chief "another name"
expect 2 c a sign "$letter" --chief "$CHIEF" --passphrase-file "$T/chief.pass"
is "$(val error.code)" usage "--json without --yes"
ok sign "$letter"
digest=$(val 0.digest)
ok c a show "$letter"
is "$(val state).$(val standing).$(signature unchanged)" signed.sent.true "signed here"
is "$(signature author).$(signature digest)" "$CHIEF.$digest" "who signed what"
ok c a status
is "$(val signatures).$(val enrolled)" 1.false "what waits"
expect 1 c a edit "$letter" amount=9000000
is "$(val error.code)" locked "an edit of what is signed"
sync a
is "$(val refused).$(val problem)" 0.ok "the first contact"
ok c a status
is "$(val changesets).$(val signatures)" 0.0 "what waits after it"
ok c a chief list
is "$(val 0.certified)" true "the key at the server"
ok d show "$letter"
is "$(val state)" signed "the letter at the server"
is "$(signature author).$(signature role).$(signature unchanged)" "$CHIEF.chief.true" "its signature"
is "$(signature digest)" "$digest" "its digest"

# --- nobody changes it, until it is returned for a field ---
sync b
expect 1 c b edit "$letter" amount=9000000
is "$(val error.code)" locked "an edit on another computer"
ok officer return "$letter" --remark "Xem lại số tiền" --reason amount="Cao hơn mức"
sync a
expect 1 c a edit "$letter" subject="Xin khác"
is "$(val error.code)" locked "a field that was not named"
ok c a edit "$letter" amount=4000000
ok c a show "$letter"
is "$(signature unchanged)" false "the first signature, after the edit"
is "$(signature changed.0)" "Số tiền" "what has changed since"
ok sign "$letter"
sync a
ok d show "$letter"
is "$(val state).$(val fields.amount).$(signature unchanged)" signed.4000000.true "signed again"
[ "$(signature digest)" != "$digest" ] || die "another version has the same digest"

# --- somebody else was first: the signature is void, and says so ---
add_letter a "Xin kinh phí thứ hai" 5000000
second=$id
sync a
sync b
ok c b edit "$second" amount=9000000
sync b
ok sign "$second"
sync a
is "$(val refused)" 1 "signatures refused"
ok c a show "$second"
is "$(val state).$(val fields.amount)" draft.9000000 "the letter as it was, with the new amount"
ok c a refused
is "$(val '#').$(val 0.code).$(val 0.signs)" 1.stale.true "what was refused"
expect 0 "$B/dongbo" refused --data "$T/a"
has "$T/out" "ký lại" "words for the chief"
expect 1 c a resend 1
is "$(val error.code)" not_signed "nobody repeats a signature"
ok c a edit "$second" amount=6000000
ok sign "$second"
ok c a refused
is "$(val '#')" 0 "settled by signing again"
sync a
ok d show "$second"
is "$(val state).$(val fields.amount)" signed.6000000 "the second letter"

# A personal value that changed counts, and so does a row.
for change in "edit ID about=000199000009" "row ID lines what=Sách sum=1"; do
	add_letter a "Xin kinh phí, bản khác" 1000000
	sync a
	sync b
	# shellcheck disable=SC2086
	ok c b $(echo "$change" | sed "s/ID/$id/")
	sync b
	ok sign "$id"
	sync a
	is "$(val refused)" 1 "after $change"
	ok sign "$id"
	sync a
	is "$(val refused)" 0 "signed again after $change"
done

# --- a reply is lost; several at once; one that can't be ---
add_letter a "Ba" 3000000
third=$id
add_letter a "Bốn" 4000000
fourth=$id
ok c a add letter amount=1
empty=$(val id)
expect 1 sign "$third" "$fourth" "$empty"
is "$(val error.code)" required "one of three is not complete"
ok c a show "$third"
is "$(val state)" draft "none of the three is signed"
ok sign "$third" "$fourth"
is "$(val '#')" 2 "two signatures"
relay_start --drop-reply 1
expect 4 c a sync --once --server "$RELAY"
relay_stop
add_letter a "Năm" 5000000
ok sign "$id"
sync a
is "$(val refused)" 0 "after a lost reply"
ok d list letter --state signed
signed=$(val total)
is "$signed" 7 "letters signed at the server"

# --- another passphrase, another chief ---
ok c a chief passphrase "$CHIEF" --passphrase-file "$T/chief.pass" --new-passphrase-file "$T/new.pass"
add_letter a "Sáu" 6000000
expect 2 sign "$id"
is "$(val error.code)" wrong_passphrase "the old passphrase"
cp "$T/new.pass" "$T/chief.pass"
ok sign "$id"
# An enrolment that was used before: the key waits for a better one, everything else goes on.
ok c a chief add --enrol "$T/chief.enrol" --name "Lê Thị Hai" --passphrase-file "$T/chief.pass"
add_letter a "Bảy" 7000000
seventh=$id
ok c a sign "$seventh" --chief "Lê Thị Hai" --passphrase-file "$T/chief.pass" --yes
sync a
is "$(val chiefs.0.problem)$(val chiefs.1.problem)" enrolment_used "the second chief's claim"
ok c a status
is "$(val signatures)" 1 "her signature waits"
enrol second THCS-TAMSON --role chief
ok c a chief add --enrol "$T/second.enrol" --name "Lê Thị Hai" --passphrase-file "$T/chief.pass"
sync a
ok d show "$seventh"
is "$(val state).$(signature author)" "signed.Lê Thị Hai" "signed by the second chief"

# --- history proves it, receipts cover it, the log agrees ---
sync b
ok c b history "$second"
: >"$T/signs"
n=0
while [ $n -lt "$(val '#')" ]; do
	[ "$(val $n.kind)" != sign ] || echo "$(val $n.author) $(val $n.signature) $(val $n.verdict)" >>"$T/signs"
	n=$((n + 1))
done
is "$(sort "$T/signs" | tr '\n' ',')" "$CHIEF ok null,$CHIEF ok stale," "signatures in the history"
for record in "$letter" "$second" "$third" "$fourth" "$seventh"; do
	same_everywhere "$record" a b
done
ok c a receipts --verify
ok c b receipts --verify
fsck_clean
server_stop
