#!/bin/sh
# The simulator inside the tests: 200 seeds, fewer where every step is watched by
# sanitizers.
case ${B:-build} in
*-asan) seeds=1-20 ;;
*) seeds=1-200 ;;
esac
exec "${B:-build}/sim" --seeds "${SEEDS:-$seeds}"
