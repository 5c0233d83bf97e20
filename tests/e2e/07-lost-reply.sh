# Goal: the server has taken a change set and its reply is lost. The client goes on to
# say that it waits; the next contact brings the receipt, and nothing is there twice.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client school MN-DUCBAC "Trần Thị Mẫu"
add_staff school "Ngô Thị Đào"
person=$id
sync school
ok c school edit "$person" position="Tổ trưởng"
add_staff school "Ngô Thị Mai"

ok d history "$person"
before=$(val '#')
relay_start --drop-reply 1
expect 4 c school sync --once --server "$RELAY"
is "$(val error.code)" no_link "a lost reply"
ok c school status
is "$(val changesets).$(val transactions)" 1.0 "what waits after the lost reply"
ok c school show "$person"
is "$(val standing)" sent "standing"
# The server has it.
server_field "$person" position
is "$value" "Tổ trưởng" "position on the server"
ok d list staff
is "$(val total)" 2 "records on the server"
is "$(grep -c ' sets=1 problems=0 ok$' "$T/server.log")" 2 "change sets that arrived"

ok c school sync --once --server "$RELAY"
is "$(val changesets_out).$(val refused).$(val problem)" 1.0.ok "the second contact"
ok c school status
is "$(val changesets)" 0 "what waits after the second contact"
ok c school show "$person"
is "$(val standing)" received "standing"
ok d history "$person"
is "$(val '#')" $((before + 1)) "ops in the server's history"
ok c school history "$person"
is "$(val '#')" $((before + 1)) "ops in the school's history"
ok d list staff
is "$(val total)" 2 "records on the server"
relay_stop
is "$(relayed dropped)" 1 "replies that were lost"
ok d summary --by-unit --unit MN-DUCBAC
ok c school receipts --verify
receipts=$(val verified.receipts)
bound "$receipts" -ge 2 "receipts"

# Several in a row, with edits between them: all are answered by one reply.
for value in 1 2 3 4; do
	ok c school edit "$person" note="lần $value"
	relay_start --drop-reply 1
	expect 4 c school sync --once --server "$RELAY"
	relay_stop
done
ok c school status
is "$(val changesets)" 4 "what waits"
sync school
is "$(val changesets_out)" 4 "change sets honoured"
ok d history "$person"
is "$(val '#')" $((before + 5)) "ops in the server's history"
same_everywhere "$person" school
is "$(val fields.note)" "lần 4" "note"
ok c school receipts --verify
fsck_clean
server_stop
