# Goal: the manual pages have every command and every exit status in both languages, man(1)
# shows them without a complaint, and make install puts them where man looks.
. "$(dirname "$0")/lib.sh"

install_into=$T/root
unset MAKEFLAGS MFLAGS
make -s install B="$B" DESTDIR="$install_into" PREFIX=/usr >"$T/out" 2>&1 </dev/null || {
	cat "$T/out"
	die "make install"
}
# What was built is what is installed; nothing else was compiled for it.
cmp "$B/dongbo" "$install_into/usr/bin/dongbo" || die "dongbo"
cmp "$B/dongbod" "$install_into/usr/sbin/dongbod" || die "dongbod"

# PAGE FILE: as people see it, each run of blanks one, so that a line's end is one too.
shown() {
	man -E UTF-8 --warnings -l "$1" >"$T/shown" 2>"$T/err" </dev/null || die "man -l $1"
	is "$(wc -c <"$T/err")" 0 "what man(1) says of $1: $(head -n 3 "$T/err")"
	col -b <"$T/shown" | tr -s ' \n' ' ' >"$2"
}

for program in dongbo dongbod; do
	section=1
	[ $program = dongbod ] && section=8
	for lang in vi en; do
		page=$install_into/usr/share/man/man$section/$program.$section
		[ $lang = vi ] && page=$install_into/usr/share/man/vi/man$section/$program.$section
		[ -s "$page" ] || die "no $page"
		"$B/$program" --help --lang $lang >"$T/help"
		commands=$(sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' "$T/help")
		bound "$(echo "$commands" | grep -c .)" -ge 30 "commands of $program"
		for command in $commands; do
			has "$page" "^\.SS $command\$" "$program in $lang"
		done
		for status in 0 1 2 3 4 5 6; do
			has "$page" "^\.B \"$status\"\$" "exit status of $program in $lang"
		done
		has "$page" "XDG_DATA_HOME" "where the store is"
		command -v man >/dev/null 2>&1 || continue
		shown "$page" "$T/page"
		# The summary of each command, and the first line of its examples.
		sed -n 's/^  [a-z][a-z]*  *//p' "$T/help" | head -n 12 >"$T/summaries"
		while read -r summary; do
			grep -qF -- "$summary" "$T/page" || die "$program in $lang: no '$summary'"
		done <"$T/summaries"
	done
done
command -v man >/dev/null 2>&1 || echo "SKIPPED: man(1) is missing"
