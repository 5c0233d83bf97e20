# Goal: the same bytes carried as files give the same result as over HTTP. Two schools with
# the same records: one has a network, the other a stick; nobody can tell them apart after.
. "$(dirname "$0")/lib.sh"

make_district
server_start
new_client net TH_THCS-BACHLUU "Lê Thị Một"
new_client stick TH_THCS-NHAOSON "Hà Văn Hai"
head -n 60 "$DATA/people.jsonl" >"$T/people.jsonl"
for store in net stick; do
	ok c $store import "$T/people.jsonl"
done
sync net
server_stop
expect 4 c stick sync --once

# Up, answered, and back; first contact too.
mkdir "$T/usb"
ok c stick bundle write "$T/usb"
is "$(val bundle).$(val changesets).$(val whole)" 1.1.true "the bundle"
file=$(val files.0.file)
is "$(val files.0.bytes)" "$(wc -c <"$file")" "bytes of the file"
ok c stick status
is "$(val bundles.0.bundle).$(val bundles.0.waiting).$(val bundles.0.place)" "1.1.$T/usb" \
	"what is on the stick"
ok d bundle read "$T/usb"
is "$(val bad).$(val new).$(val known).$(val answers)" 0.1.0.1 "the district's report"
is "$(val files.0.unit).$(val files.0.bundle).$(val files.0.part)" TH_THCS-NHAOSON.1.1 "whose"
ok c stick bundle read "$T/usb"
is "$(val bad).$(val others).$(val files.0.changesets_out)" 0.1.1 "what came back"
ok c stick status
is "$(val transactions).$(val changesets).$(val enrolled)" 0.0.true "status"
is "$(val bundles)" "[]" "nothing is under way"
ok c stick receipts --verify
bound "$(val verified.receipts)" -ge 1 "receipts"

# Both schools are alike on the server.
for unit in TH_THCS-BACHLUU TH_THCS-NHAOSON; do
	ok d list --unit $unit
	is "$(val total)" 60 "records of $unit"
	grep -o '"title":"[^"]*"' "$T/out" | sort >"$T/$unit.titles"
	for type in staff pg_need bonus; do
		ok d list $type --unit $unit
		val total >>"$T/$unit.titles"
	done
done
cmp "$T/TH_THCS-BACHLUU.titles" "$T/TH_THCS-NHAOSON.titles" || die "the schools differ"
# And on their own computers, to the last value, but for the ids.
for store in net stick; do
	ok c $store export --personal
	sed 's/"[0-9]*\.[0-9a-f]*\.\([0-9]*\)"/"\1"/g' "$T/out" >"$T/$store.jsonl"
done
cmp "$T/net.jsonl" "$T/stick.jsonl" || die "the exports differ"

# By mail: one file there, its answer in another folder. What the district did in the
# meantime comes along.
add_officer
add_staff stick "Trần Thị Mẫu"
add_bonus stick "$id" 5000000
bonus=$id
ok c stick submit "$bonus"
ok c stick bundle write "$T/thu.dongbo"
mkdir "$T/answers"
ok d bundle read "$T/thu.dongbo" --out "$T/answers"
is "$(val files.0.answer)" "$T/answers/thu.reply.dongbo" "the answer's name"
ok c stick bundle read "$T/answers/thu.reply.dongbo"
ok officer return "$bonus" --remark "Thiếu minh chứng"
ok c stick bundle write "$T/thu2.dongbo"
is "$(val changesets)" 0 "nothing to send, news to fetch"
ok c stick status
is "$(val bundles.0.bundle).$(val bundles.0.waiting)" 3.0 "a question is under way too"
ok d bundle read "$T/thu2.dongbo" --out "$T/answers"
ok c stick bundle read "$T/answers/thu2.reply.dongbo"
ok c stick show "$bonus"
is "$(val state)" returned "the district's word came by mail"
ok c stick status
is "$(val bundles)" "[]" "and is answered"

# The stick's network comes back.
server_start "$PORT"
sync stick
is "$(val items_in).$(val changesets_out)" 0.0 "nothing new over the network"
server_stop

# Who finds the stick reads nothing: neither another school's computer nor a person.
ok c stick dump "$T/thu.dongbo"
is "$(val content.kind)" request "what its own computer reads"
ok c net dump "$T/thu.dongbo"
is "$(val content.kind)" "(nothing at content.kind)" "what another reads"
for name in "Nguyễn" "Nguy" 000; do
	if grep -qa -- "$name" "$file"; then die "'$name' can be read in $file"; fi
done
fsck_clean
