# Goal: 10,000 records reach a new computer in at most 1.1 times the bytes of their best compressed
# log, all messages counted, both ways (tests/bench/snapshot.c: what "best" is).
. "$(dirname "$0")/lib.sh"

expect 0 "$B/bench-run" --snapshot "$T"
cat "$T/out"
has "$T/out" "new_pc_bytes" "the figure"
