# Goal: a server is put back from an older copy, and no computer takes its old state for the
# newest one (owncloud#2325: clients undid what was newer, or deleted it). Nobody has to do
# anything but synchronise.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/restoring.sh"

make_district
server_start
first_port=$PORT
new_client one MN-LANGCONG "Lê Thị Một"
sync one

for how in store all; do
	add_staff one "Trần Văn Sửa"
	person=$id
	ok c one edit "$person" position="Giáo viên" note="bản cũ"
	add_staff one "Trần Văn Bỏ"
	dropped=$id
	sync one
	server_stop
	keep
	server_start "$first_port"
	ok c one edit "$person" note="bản mới"
	ok c one delete "$dropped"
	add_staff one "Trần Văn Thêm"
	added=$id
	sync one
	server_stop
	put_back $how
	server_start "$first_port"
	server_field "$person" note
	is "$value" "bản cũ" "the restored server"
	ok c one sync --once
	field one "$person" note
	is "$value" "bản mới" "the computer, as soon as it has heard of it"
	field one "$added" full_name
	is "$value" "Trần Văn Thêm" "what the server has never heard of"
	honoured one
	field one "$person" note
	is "$value" "bản mới" "the computer keeps what is newer"
	same_everywhere "$person" one
	same_everywhere "$added" one
	ok c one show "$dropped"
	is "$(val deleted)" true "what was deleted, at the computer"
	same_everywhere "$dropped" one
	ok c one conflicts
	is "$(val '#')" 0 "conflicts made out of nothing"
done
