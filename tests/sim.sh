#!/bin/sh
# The simulator inside the tests: 200 seeds, fewer where every step is watched by
# sanitizers.
case ${B:-build} in
*-asan) seeds=1-20 few=1-3 ;;
*) seeds=1-200 few=1-12 ;;
esac
# The server is put back from copies of its store; a few, for those runs are longer.
"${B:-build}/sim" --restore --seeds 1-10 || exit 1
# Clients' stores are copied and put back; keys are revoked, judged and replaced.
"${B:-build}/sim" --copies --seeds "$few" || exit 1
"${B:-build}/sim" --keys --seeds "$few" || exit 1
# Of these each has shown a fault of its own once: restored twice, from before the first time; a
# pack or a certificate lost with that; sticks from before; requests that were on their way.
case ${B:-build} in
*-asan) once="49 74 118" ;;
*) once="23 45 49 50 71 73 74 81 85 87 88 113 116 118 122 126" ;;
esac
for seed in $once; do
	"${B:-build}/sim" --restore --seeds "$seed-$seed" || exit 1
done
exec "${B:-build}/sim" --seeds "${SEEDS:-$seeds}"
