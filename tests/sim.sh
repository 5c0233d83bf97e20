#!/bin/sh
# The simulator inside the tests: 200 seeds, fewer where every step is watched by
# sanitizers.
case ${B:-build} in
*-asan) seeds=1-20 ;;
*) seeds=1-200 ;;
esac
# The server is put back from copies of its store; a few, for those runs are longer.
"${B:-build}/sim" --restore --seeds 1-10 || exit 1
# Clients' stores are copied and put back.
"${B:-build}/sim" --copies --seeds "${COPIES:-1-25}" || exit 1
# Change sets that came on a stick before what they follow had healed.
"${B:-build}/sim" --restore --seeds 73-73 || exit 1
exec "${B:-build}/sim" --seeds "${SEEDS:-$seeds}"
