# Goal: a deletion beside an edit that had not seen it loses neither: it is a conflict on
# every side, settled either way; undelete brings a record back with all it had.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client one THCS-TAMSON "Lê Thị Một"
new_client two THCS-TAMSON "Hà Văn Hai"
add_staff one "Phạm Thị Mơ"
first=$id
add_staff one "Phạm Thị Mận"
second=$id
add_staff one "Phạm Thị Ổi"
third=$id
sync one
sync two

# Seen: a plain deletion, and back.
ok c one delete "$third"
expect 1 c one edit "$third" position=X
is "$(val error.code)" deleted "editing what is deleted"
ok c one list
is "$(val total)" 2 "records without the deleted one"
ok c one list --deleted
is "$(val total)" 3 "records with the deleted one"
sync one
sync two
ok c two list
is "$(val total)" 2 "records on the other computer"
ok c two undelete "$third"
sync two
sync one
same_everywhere "$third" one two
is "$(val deleted).$(val fields.full_name)" "false.Phạm Thị Ổi" "brought back"

# Not seen: both ways round of arriving.
ok c one delete "$first"
ok c two edit "$first" position="Tổ trưởng"
ok c one edit "$second" position="Tổ phó"
ok c two delete "$second"
sync one
sync two
sync one
for store in one two; do
	ok c $store conflicts
	is "$(val '#')" 2 "records in conflict in $store"
	is "$(val 0.conflicts.0.field).$(val 1.conflicts.0.field)" deleted.deleted "fields"
	is "$(val 0.conflicts.0.values.0.author)" "Lê Thị Một" "who deleted the first"
	is "$(val 0.conflicts.0.values.1.author)" "Hà Văn Hai" "who edited the first"
	is "$(val 1.conflicts.0.values.0.author)" "Hà Văn Hai" "who deleted the second"
done
ok d conflicts
is "$(val '#')" 2 "records in conflict on the server"
same_everywhere "$first" one two
is "$(val fields.position)" "Tổ trưởng" "what the edit said is there"

ok c one settle "$first" deleted --take 1
ok c two settle "$second" deleted --take 2
sync one
sync two
sync one
for store in one two; do
	ok c $store conflicts
	is "$(val '#')" 0 "conflicts after settling"
	ok c $store list
	is "$(val total)" 2 "records"
done
ok c one list --deleted
is "$(val total)" 3 "with the deleted one"
same_everywhere "$first" one two
is "$(val deleted)" true "the first"
same_everywhere "$second" one two
is "$(val deleted).$(val fields.position)" "false.Tổ phó" "the second"
ok c two undelete "$first"
sync two
sync one
same_everywhere "$first" one two
is "$(val deleted).$(val fields.position)" "false.Tổ trưởng" "the first, back with its edit"

# A row goes the same way.
ok c one add pg_need plan_year=2026 answer=need
need=$(val id)
ok c one row "$need" lines discipline=toan level=ths count=2
line=$(val id)
sync one
sync two
ok c one delete "$line"
ok c two edit "$line" count=3
sync one
sync two
sync one
ok c one conflicts
is "$(val 0.id).$(val 0.root)" "$line.$need" "the row in conflict"
ok c one settle "$line" deleted --take 2
sync one
sync two
same_everywhere "$need" one two
is "$(val rows.lines.0.fields.count)" 3 "count of the row"
fsck_clean
server_stop
