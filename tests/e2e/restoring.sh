# What the scripts share in which a server is put back from an older copy.

# The store's folder as it is now, and put back by hand: no command is told of it.
keep() { rm -rf "$T/kept"; cp -r "$DISTRICT" "$T/kept"; }
# store: its file alone, so that the one beside it is newer; or all of the folder.
put_back() {
	rm -rf "$DISTRICT/store.db" "$DISTRICT/store.db-wal" "$DISTRICT/store.db-shm"
	cp "$T/kept/store.db" "$DISTRICT/store.db"
	[ "$1" = store ] || cp "$T/kept/generation" "$DISTRICT/generation"
}
# STORE...: each has synchronised once; then nothing that had a receipt is missing.
honoured() {
	for store in "$@"; do
		sync "$store"
		is "$(val problem)" ok "what $store is told"
	done
	all_honoured "$@"
}
# STORE...: whatever way it came.
all_honoured() {
	fsck_clean
	for store in "$@"; do
		ok c "$store" receipts --verify
		ok c "$store" status
		is "$(val changesets).$(val healing.left).$(val healing.stopped)" 0.0.0 \
			"what $store has left to do"
	done
}
