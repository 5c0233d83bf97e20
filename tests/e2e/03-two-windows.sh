# Goal: a form left open in a second window of one computer does not overwrite what was
# saved from the first: --version says what the form showed.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client pc TH-TAMSON "Trần Thị Mẫu"
add_staff pc "Đỗ Thị Na"
person=$id
add_bonus pc "$person" 1000000
bonus=$id
sync pc

# Both windows open the form now.
ok c pc show "$bonus"
version=$(val version)
ok c pc edit "$bonus" amount=2000000 --version "$version"
ok c pc conflicts
is "$(val '#')" 0 "conflicts after the first window"
ok c pc edit "$bonus" amount=3000000 --version "$version"
ok c pc edit "$bonus" amount_reason="Điều 5" --version "$version"
ok c pc conflicts
is "$(val '#')" 1 "conflicts after the second window"
is "$(val 0.conflicts.#).$(val 0.conflicts.0.field)" 1.amount "the field that both changed"
is "$(val 0.conflicts.0.values.0.value)" 2000000 "value of the first window"
is "$(val 0.conflicts.0.values.1.value)" 3000000 "value of the second window"
field pc "$bonus" amount_reason
is "$value" "Điều 5" "a field that only the second window changed"

# The same once it is on the server.
sync pc
same_everywhere "$bonus" pc
is "$(val conflicts.0.values.#)" 2 "values on all sides"

# With the version of now there is nothing unseen: the edit settles it.
ok c pc show "$bonus"
ok c pc edit "$bonus" amount=4000000 --version "$(val version)"
ok c pc conflicts
is "$(val '#')" 0 "conflicts after an edit that saw both"
sync pc
same_everywhere "$bonus" pc
is "$(val fields.amount)" 4000000 "amount"

# A version from before the last contact is old too, and one that says the same is not
# a conflict.
ok c pc edit "$bonus" amount=4000000 quarter=q3 --version "$version"
ok c pc conflicts
is "$(val '#')" 0 "conflicts among equal values"
ok c pc edit "$bonus" quarter=q4 --version "$version"
ok c pc conflicts
is "$(val 0.conflicts.0.values.#)" 2 "values of the old form"
for wrong in x 1+ +1 -1+2 1+2+3 "1 + 2"; do
	expect 2 c pc edit "$bonus" quarter=q1 --version "$wrong"
done
expect 1 c pc edit "$bonus" quarter=q1 --version 999+0
is "$(val error.code)" out_of_range "a version that is not there yet"
sync pc
same_everywhere "$bonus" pc
fsck_clean
server_stop
