# Goal: two computers have one key, down to the last byte of their disks, and only the server can
# tell. Both branches are kept, nothing counts twice, and the second goes on under a new key in the
# same synchronisation (ssb-server#410: such an identity is dead for ever).
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client disk TH-TAMSON "Lê Thị Một"
sync disk
add_staff disk "Chờ Ở Cả Hai"

# A disk is cloned: one folder stands for both, and holds now the one, now the other. The files
# stay the same files, so nothing on them tells.
files="store.db store.db-wal device.key install.mark"
over() { for f in $files; do cat "$1/$f" >"$2/$f" 2>/dev/null; done; }
keep() { rm -rf "${T:?}/$1"; mkdir "$T/$1"; over "$T/disk" "$T/$1"; }
bring() { rm -f "$T"/disk/store.db-*; over "$T/$1" "$T/disk"; }
keep first
keep second

bring first
add_staff disk "Của Máy Một"
sync disk
keep first

bring second
add_staff disk "Của Máy Hai"
ok c disk edit "$id" position="Hiệu trưởng"
ok c disk status
is "$(val renewals)" "[]" "what the second knows before it hears of the server"
sync disk
ok c disk status
is "$(val renewals.0.reason)" forked "what the second has heard"
is "$(val transactions).$(val changesets).$(val refused).$(val conflicts)" 0.0.0.0 \
	"what waits at the second"
add_staff disk "Của Máy Hai, Sau"
sync disk
keep second

bring first
add_staff disk "Của Máy Một, Sau"
sync disk
ok c disk status
is "$(val renewals)" "[]" "what the first had to do"
ok c disk list staff
is "$(val total)" 5 "people at the first"
keep first
bring second
sync disk
ok c disk list staff
is "$(val total)" 5 "people at the second"
ok c disk export staff
is "$(grep -c "Hiệu trưởng" "$T/out")" 1 "the second's edit"
ok d list staff
is "$(val total)" 5 "people at the server"
ok d summary
is "$(val renewals.0.kind).$(val renewals.0.change_sets)" forked.1 "what the officer is told"
fsck_clean
