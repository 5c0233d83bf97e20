# Goal: Vietnamese as people type it, on any keyboard: names in parts or with a look-alike of Đ
# become what was meant, words find with marks and without, lists go by given name, numbers
# and dates are read by custom, an officer is meant without marks; on both sides.
. "$(dirname "$0")/lib.sh"

make_district
server_start
# ê and the tone behind it, as the keyboard of Windows writes; Ð is not Đ.
new_client school THCS-TAMSON "$(printf 'Nguy\303\252\314\203n Thi\314\243 Nh\303\242\314\243p')"
add_staff school "$(printf 'Nguy\303\252\314\203n Thi\314\243 Ha\314\200')"
add_staff school "$(printf '\303\220\341\272\267ng Hoà')"
add_staff school "Bùi An"
add_staff school "Đỗ Văn Đức"
add_staff school "Hoàng Dung"
person=$id
add_bonus school "$person" "1 500 000 đồng"
bonus=$id
ok c school edit "$bonus" achieved_on=5/4/2026
sync school

names() { val records | grep -o '"title": *"[^"]*"' | sed 's/.*: *"//; s/"$//' | paste -sd/; }
IN_ORDER="Bùi An/Hoàng Dung/Đỗ Văn Đức/Nguyễn Thị Hà/Đặng Hoà"
ok c school list staff --sort name
is "$(names)" "$IN_ORDER" "by given name"
ok d list staff --sort name
is "$(names)" "$IN_ORDER" "by given name, on the server"
ok c school list staff --sort name --limit 2
ok c school list staff --sort name --limit 2 --after "$(val next)"
is "$(names)" "Đỗ Văn Đức/Nguyễn Thị Hà" "the second page"
expect 2 c school list staff --sort birth

found() { ok c school list staff --text "$1" --sort name; is "$(names)" "$2" "what '$1' finds"; }
found "do van" "Đỗ Văn Đức"
found "đặng hòa" "Đặng Hoà"
found "$(printf '\303\260\341\272\267ng')" "Đặng Hoà"
found "DUC" "Đỗ Văn Đức"
found "$(printf 'nguye\314\202\314\203n')" "Nguyễn Thị Hà"
found "nguyên" ""
ok c school list staff --where "full_name=$(printf 'Bu\314\200i An')"
is "$(names)" "Bùi An" "a condition"

ok d show "$bonus"
is "$(val fields.amount)" 1500000 "an amount"
is "$(val shown.amount)" 1.500.000 "an amount to read"
is "$(val shown.achieved_on)" 05/04/2026 "a date to read"
ok d history "$bonus"
has "$T/out" "Nguyễn Thị Nhập" "the author"
expect 1 c school edit "$bonus" amount=1,500
"$B/dongbo" edit "$bonus" amount=1,500 --data "$T/school" 2>"$T/err" >"$T/out"
has "$T/err" "12.000.000" "how an amount is typed"

# Officers and units by names as they are typed.
add_officer
ok c school submit "$bonus"
sync school
ok d verify "$bonus" --as "nguyen thi mau" --passphrase-file "$T/passphrase"
expect 2 d verify "$bonus" --as "Nguyễn Thị Mầu" --passphrase-file "$T/passphrase"
ok d list --unit "ubnd xa nhu thuy"
ok d unit list --sort name
