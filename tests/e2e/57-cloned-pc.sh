# Goal: both twins of a cloned PC keep working and all their records are at the server, once:
# whoever synchronises first, and what waited in both when the copy was made.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client one TH-TAMSON "Lê Thị Một"
sync one
for first in one two; do
	second=$([ "$first" = one ] && echo two || echo one)
	add_staff one "Chờ Khi Chép, $first Trước"
	rm -rf "$T/two"
	cp -a "$T/one" "$T/two"
	add_staff one "Máy Một, $first Trước"
	add_staff two "Máy Hai, $first Trước"
	for round in 1 2; do
		sync $first
		sync $second
		sync $first
		add_staff one "Máy Một, $first, $round"
		add_staff two "Máy Hai, $first, $round"
	done
	sync $second
	sync $first
	sync $second
	for store in one two; do
		ok c $store status
		is "$(val transactions).$(val changesets).$(val refused).$(val conflicts)" 0.0.0.0 \
			"what waits at $store, $first first"
	done
done
ok c one status
is "$(val renewals)" "[]" "keys of the first: it is where it was"
ok d list staff
is "$(val total)" 14 "people at the server"
for store in one two; do
	ok c $store list staff
	is "$(val total)" 14 "people at $store"
done

# Without a network too: both twins' files lie on one stick.
cp -a "$T/one" "$T/three"
add_staff one "Máy Một, USB"
add_staff three "Máy Ba, USB"
mkdir "$T/usb"
ok c one bundle write "$T/usb"
ok c three bundle write "$T/usb"
ok d bundle read "$T/usb"
ok c one bundle read "$T/usb"
ok c three bundle read "$T/usb"
ok d list staff
is "$(val total)" 16 "people at the server, by stick"
fsck_clean
