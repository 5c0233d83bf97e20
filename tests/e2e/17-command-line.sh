# Goal: every command says what it does and gives an example, in both languages; prints
# one JSON document with --json, and valid UTF-8 without colours otherwise; and its exit
# status says what kind of thing went wrong.
. "$(dirname "$0")/lib.sh"

# FILE WHAT: text for people.
plain() {
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null 2>&1 || die "$2: not UTF-8"
	grep -q "$(printf '\033')" "$1" && die "$2: escape codes"
	return 0
}
# COMMAND...: prints one JSON document.
json() {
	ok "$@"
	"$B/json_check" <"$T/out" || { cat "$T/out"; die "not one JSON document: $*"; }
}
commands() { "$B/$1" --help --lang en | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'; }

for program in dongbo dongbod; do
	commands $program >"$T/commands"
	bound "$(grep -c . "$T/commands")" -ge 18 "commands of $program"
	while read -r command; do
		ok "$B/$program" $command --help
		plain "$T/out" "$program $command --help"
		has "$T/out" "Ví dụ" "$program $command --help"
		has "$T/out" "  $program $command" "the example of $program $command"
		is "$(wc -c <"$T/err")" 0 "stderr of $program $command --help"
		ok "$B/$program" --lang en $command --help
		has "$T/out" "Example" "$program $command --help --lang en"
		lacks "$T/out" "Ví dụ" "$program $command --help --lang en"
		expect 2 "$B/$program" $command --no-such-option --data "$T/none"
		plain "$T/err" "$program $command --no-such-option"
	done <"$T/commands"
	ok "$B/$program" --help
	plain "$T/out" "$program --help"
	ok "$B/$program" help
	ok "$B/$program" --version
	has "$T/out" "^$program [0-9]" "$program --version"
	expect 2 "$B/$program"
	expect 2 "$B/$program" no-such-command
	has "$T/err" "no-such-command" "sentence"
	expect 2 "$B/$program" list --lang fr
	expect 2 "$B/$program" list --data
	expect 3 "$B/$program" list --data "$T/none"
	plain "$T/err" "$program without a store"
	expect 3 "$B/$program" list --data "$T/none" --lang en
	grep -q '[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]' "$T/err" &&
		die "Vietnamese under --lang en"
	# No message without a code for programs.
	expect 3 "$B/$program" list --data "$T/none" --json
	"$B/json_check" error.code <"$T/out" >/dev/null || die "no code with --json"
	[ ! -e "$T/none" ] || die "$program made a store that nobody asked for"
done

make_district
add_officer
server_start
new_client school TH-TAMSON "Trần Thị Mẫu"
new_client other TH-TAMSON "Hà Văn Hai"
head -n 120 "$DATA/people.jsonl" >"$T/people.jsonl"
json c school import "$T/people.jsonl" --dry-run
json c school import "$T/people.jsonl"
add_staff school "Đỗ Thị Na"
person=$id
add_bonus school "$person" 1000000
bonus=$id
json c school submit "$bonus"
json c school sync
json c other sync
json officer verify "$bonus"
json c school edit "$bonus" amount=2
json c school edit "$person" position="Một" langs+=en
json c other edit "$person" position="Hai"
json c school sync
json c other sync
json c school sync
json officer return "$bonus" --remark "Thiếu quyết định"
json c school sync
"$B/dongbo" dump "$T/school.enrol" --data "$T/school" >/dev/null || die "dump"

sed 's/"version": 1,/"version": 2,/' "$PACK_V1" >"$T/pack.json"
expect 2 d pack check "$PACK_V1"
is "$(val error.code)" bad_pack "a version that is there already"

# COMMAND...: every command that prints, as JSON, as text, as English text.
prints() {
	json "$@" --json
	ok "$@"
	bound "$(wc -c <"$T/out")" -gt 0 "text of: $*"
	plain "$T/out" "$*"
	ok "$@" --lang en
	plain "$T/out" "$* --lang en"
}
school() { "$B/dongbo" "$@" --data "$T/school"; }
district() { "$B/dongbod" "$@" --data "$DISTRICT"; }
for line in whoami types "types bonus" list "list --limit 3" "list staff --text nguyen" \
	"list --deleted" "show $person" "show $bonus --personal" "history $bonus" status \
	conflicts refused receipts "receipts --verify" deadlines files key "chief list" "dump $T/school.enrol" "sync --once"; do
	prints school $line
done
for line in "unit list" "device list" "officer list" summary "summary --by-unit" list \
	"list bonus --unit TH-TAMSON" "show $bonus" "history $bonus" conflicts refused fsck \
	"unit events" deadlines timeliness "round list" "report list" "report readings" files held \
	tasks link key "unit show TH-TAMSON" types \
	"pack check $T/pack.json" "enrol TH-TAMSON --out $T/more.enrol"; do
	prints district $line
done
json d unit add MN-MOI "Trường Mầm non Mới" --kind MN --parent 08824
ok school export
while read -r line; do
	printf '%s\n' "$line" | "$B/json_check" >/dev/null || die "export: $line"
done <"$T/out"
json c school resend 1 amount=3000000
json c school settle "$person" position --take 2
json c school delete "$person"
json c school undelete "$person"
json c school add pg_need plan_year=2026 answer=need
json c school row "$(val id)" lines discipline=toan

# Nothing there is a sentence, not a heading alone; a wrong word is answered with the right ones.
for line in "unit events" "report readings" files deadlines "round list" "report list"; do
	ok district $line
	is "$(wc -l <"$T/out")" 1 "lines where there is nothing: $line"
	grep -q '\.$' "$T/out" || die "no sentence: $line"
done
for line in "unit foo" "held foo" "key foo" "round foo" "device foo" "bundle foo x"; do
	expect 2 district $line --lang en
	has "$T/err" '"foo" is not understood' "$line"
done
expect 2 district serve --listen nonsense
has "$T/err" "127.0.0.1:8080" "how an address is written"
expect 1 school resend 99 amount=1
has "$T/err" "dongbo refused" "where numbers of refused things are"

# Failures are one document too, and keep to their kinds.
for line in "1 show zzzzz" "1 edit $bonus no_such=1" "1 edit $bonus amount=x" "1 add nothing" \
	"2 add" "2 edit $bonus" "2 edit $bonus amount" "2 import $T/none" "2 list --limit x" \
	"2 settle $bonus amount" "2 sync --every soon" "4 sync --once --server http://127.0.0.1:1"; do
	status=${line%% *}
	expect "$status" c school ${line#* }
	"$B/json_check" error.code <"$T/out" >/dev/null || die "no code: $line"
	plain "$T/err" "$line"
	is "$(grep -c . "$T/err")" 1 "lines of the sentence: $line"
done
printf '{"type":"staff","full_name":1}\n{"type":"staff","full_name":"Ok"}\n' >"$T/bad.jsonl"
expect 2 c school import "$T/bad.jsonl"
"$B/json_check" bad.0.sentence <"$T/out" >/dev/null || die "not one document with bad lines"

# A store that was tampered with: 6.
server_stop
sqlite3 "$DISTRICT/store.db" "UPDATE t_staff SET f_position='X'" || die "sqlite3"
expect 6 d fsck
is "$(val ok)" false "fsck of a store that was tampered with"
bound "$(val found.#)" -gt 0 "what fsck found"
# Text that would move the cursor does not.
school add staff full_name="$(printf 'A\033[31mB')" >"$T/out" 2>&1
school list >"$T/out" || die "list"
plain "$T/out" "a name with escape codes"
