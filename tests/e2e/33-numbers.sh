# Goal: official numbers are given without a network, by two computers of one unit, and none
# twice; they are nobody's to type; what runs low is filled up by the next synchronisation.
. "$(dirname "$0")/lib.sh"

make_district
ok d pack publish "$ROOT/tests/data/cases.json"
server_start
new_client one TH-HAILUU "Lê Thị Một"
new_client two TH-HAILUU "Hà Văn Hai"
# The forms came with the enrolment: the first exchange brings a block.
for store in one two; do
	sync $store
	ok c $store status
	is "$(val numbers.0.register).$(val numbers.0.left)" files.5 "numbers of $store"
done
server_stop

: >"$T/given"
for n in 1 2 3 4 5; do
	for store in one two; do
		ok c $store add case subject="Việc $n"
		val numbers.file_no >>"$T/given"
	done
done
is "$(sort -u "$T/given" | wc -l)" 10 "different numbers"
has "$T/given" "^01/2[0-9][0-9][0-9]/HS$" "the first number"
# None are left: the record is kept, and gets its number when there are.
ok c one add case subject="Việc sau cùng"
is "$(val numbers)" "(nothing at numbers)" "numbers of a record without one"
last=$(val id)
expect 1 c one number "$last"
has "$T/err" "dongbo sync" "what to do without numbers"
expect 2 c one edit "$last" file_no=77
has "$T/err" "dongbo number" "what to do instead of typing"

server_start "$PORT"
sync one
sync two
ok c one number "$last"
val numbers.file_no >>"$T/given"
is "$(sort -u "$T/given" | wc -l)" 11 "different numbers"
sync one
ok d refused
is "$(val '#')" 0 "refused saves"
is "$(sqlite3 "$DISTRICT/store.db" "SELECT count(DISTINCT f_file_no) FROM t_case")" 11 \
	"numbers on the server"
ok d fsck
ok c one status
bound "$(val numbers.0.left)" -ge 5 "numbers filled up"
# A copy of the disk has a key of its own before it writes, and so none of these numbers.
cp -a "$T/one" "$T/twin"
ok c twin add case subject="Việc của bản sao"
is "$(val numbers)" "(nothing at numbers)" "numbers of a copy"
copied=$(val id)
ok c one add case subject="Việc của bản gốc"
val numbers.file_no >>"$T/given"
sync twin
sync one
sync twin
ok c twin number "$copied"
val numbers.file_no >>"$T/given"
sync twin
is "$(sort -u "$T/given" | wc -l)" 13 "different numbers, with a copy"
ok d refused
is "$(val '#')" 0 "refused saves, with a copy"
# What people read.
"$B/dongbo" status --data "$T/one" >"$T/out" || die "status"
has "$T/out" "Sổ hồ sơ của đơn vị: máy này còn [0-9]* số" "numbers in the status"
