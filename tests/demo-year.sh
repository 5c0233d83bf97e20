#!/bin/sh
# The second half of the demonstration: a whole sample year of the district (invented
# people, real places), looked at as an officer of Home Affairs does. It says what it
# shows, checks it, and leaves the annual report of 2022 as a document.
#
#   B=build          folder of the programs
#   DEMO_LANG=en     English first, and English from the programs
#   DEMO_OUT=DIR     where the documents go ($B/demo)

LC_ALL=C.UTF-8
export LC_ALL
cd "$(dirname "$0")/.." || exit 1
B=${B:-build}
lang=vi
[ "$DEMO_LANG" = en ] && lang=en
out=${DEMO_OUT:-$B/demo}
# A year is ten thousand saves, each on disk before it counts: in memory, where that is.
for folder in "$TMPDIR" /dev/shm /tmp; do
	[ -n "$folder" ] && [ -d "$folder" ] && [ -w "$folder" ] && break
done
work=$(mktemp -d "$folder/dongbo-year.XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
step=10

pick() { # VI EN
	if [ $lang = vi ]; then echo "$1"; else echo "$2"; fi
}
title() { # VI EN
	step=$((step + 1))
	echo
	pick "=== $step. $1 / $2 ===" "=== $step. $2 / $1 ==="
}
fold_at_blanks() { # as in demo.sh: characters, not bytes
	sed -E "/^.{98,}/{s/^(.{40,97}) +(.*)\$/\1\n\2/;P;D}" | sed 's/^/  /'
}
say() { # VI EN
	pick "$1" "$2" | fold_at_blanks
	pick "($2)" "($1)" | fold_at_blanks
}
fail() { # WHAT
	echo "demo: FAILED in step $step: $1" >&2
	sed 's/^/  | /' "$work/said" >&2
	exit 1
}
run() { # STATUS COMMAND...: its output into $work/said
	wanted=$1
	shift
	"$B/dongbod" "$@" --data "$work/year/server" --lang $lang >"$work/said" 2>&1
	got=$?
	[ $got -eq "$wanted" ] || fail "dongbod $1: status $got, not $wanted"
}
show() { # LINES COMMAND...: shown as typed, with the first lines of what it says
	lines=$1
	shift
	echo "  $(pick huyện district)> dongbod $*"
	run 0 "$@"
	head -n "$lines" "$work/said" | sed -E 's/^(.{150}).*/\1/; s/^/    | /'
	rest=$(($(wc -l <"$work/said") - lines))
	[ "$rest" -gt 0 ] && pick "    | ... và $rest dòng nữa" "    | ... and $rest more lines"
	return 0
}
expect() { # VI EN COMMAND...
	vi=$1 en=$2
	shift 2
	"$@" || fail "$en"
	pick "  [ok] $vi ($en)" "  [ok] $en ($vi)"
}
json_has() { # TEXT COMMAND...
	text=$1
	shift
	run 0 "$@" --json
	grep -q "$text" "$work/said"
}

title "Một năm của huyện" "A year of the district"
say "Toàn bộ kế hoạch chạy bằng dữ liệu của bộ biểu mẫu: 17 xã, thị trấn, 55 trường, các phòng; người là bịa." \
    "The whole plan runs as data of the form pack: 17 communes, 55 schools, the offices; the people are invented."
"$B/sample" --dir "$work/year" >"$work/said" 2>&1 || fail "sample"
tail -n 1 "$work/said" | sed 's/^/    | /'

title "Tổng hợp theo mục của kế hoạch" "Consolidated, by the sections of the plan"
show 24 summary --sections
expect "đủ các mục II đến IV" "sections II to IV are all there" grep -q "III\.7" "$work/said"

title "Ai đúng hạn, ai muộn, ai chưa nộp" "Who was in time, late, or silent"
show 18 timeliness --year 2022
expect "báo cáo năm 2022 còn đơn vị chưa nộp" "some units have not sent the report of 2022" \
	json_has '"missing":[1-9]' timeliness --year 2022 --deadline t4

title "Việc cần xử lý" "Tasks"
show 12 tasks
expect "có người trùng CCCD ở hai đơn vị" "one identity number in two units was found" \
	json_has '"task":"person_twice"' tasks

title "Báo cáo năm" "The annual report"
say "Mọi tổng được chứng minh trước khi ký; còn đơn vị chưa nộp thì văn bản ghi rõ là tạm tính." \
    "Every total is proved before anybody signs; where units are silent, every page says it is provisional."
run 0 report annual --year 2022 --check
echo "  $(pick huyện district)> dongbod report annual --year 2022 --check"
tail -n 4 "$work/said" | sed -E 's/^(.{150}).*/\1/; s/^/    | /'
mkdir -p "$out" || exit 1
for form in docx html; do
	run 0 report annual --year 2022 --out "$work/annual.$form"
	cp "$work/annual.$form" "$out/bao-cao-nam-2022.$form" || exit 1
done
run 0 report o13 --year 2022 --out "$work/money.xlsx"
cp "$work/money.xlsx" "$out/kinh-phi-2022.xlsx" || exit 1
say "Mở xem: $out/bao-cao-nam-2022.docx, .html, và $out/kinh-phi-2022.xlsx" \
    "To be opened: $out/bao-cao-nam-2022.docx, .html, and $out/kinh-phi-2022.xlsx"
expect "tài liệu có ghi TẠM TÍNH" "the document says that it is provisional" \
	grep -q "TẠM TÍNH" "$out/bao-cao-nam-2022.html"
