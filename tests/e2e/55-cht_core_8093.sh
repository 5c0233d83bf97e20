# Goal: a server is put back from an older copy, and what it had received meanwhile is there
# again once each computer has synchronised, though these have receipts for it (cht-core#8093:
# clients believed that all was sent, and never sent again what was lost).
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/restoring.sh"

make_district
server_start
first_port=$PORT
new_client one MN-LANGCONG "Lê Thị Một"
new_client two MN-QUANGYEN "Hà Văn Hai"
sync one
sync two

# The store's file alone is older than the one beside it; or the whole folder is.
for how in store all; do
	server_stop
	keep
	server_start "$first_port"
	add_staff one "Ngô Thị Đã Gửi"
	sent=$id
	sync one
	ok c one status
	is "$(val changesets)" 0 "what waits: all has a receipt"
	server_stop
	put_back $how
	server_start "$first_port"
	expect 1 d show "$sent"
	add_staff one "Ngô Thị Gửi Sau"
	later=$id
	honoured one two
	server_field "$sent" full_name
	is "$value" "Ngô Thị Đã Gửi" "what had been received before the restore"
	server_field "$later" full_name
	is "$value" "Ngô Thị Gửi Sau" "what came after it"
	ok d summary
	bound "$(val healing.brought_back)" -gt 0 "packets that came back, in the summary"
	is "$(val healing.receipts_open)" 0 "receipts that are not honoured yet"
done
