#!/bin/sh
# A manual page out of what a program says of itself:
#
#   man.sh PROGRAM SECTION vi|en      on standard output, roff
#
# The command's own words are --help of the program and of each command, printed without
# breaks; here they get the marks of man(7). What only a manual has (files, environment,
# signals) stands below.
program=$1 section=$2 lang=$3
name=$(basename "$program")
LC_ALL=C.UTF-8
COLUMNS=5000
export LC_ALL COLUMNS

pick() { # VI EN
	if [ "$lang" = en ]; then echo "$2"; else echo "$1"; fi
}
say() { "$program" "$@" --lang "$lang"; }
escaped() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g'; }

# Paragraphs stay such; words in a column become a list, what is indented an example.
body() {
	awk '
	function plain() { if (shown) { print ".fi"; print ".RE"; shown = 0 } }
	/^$/ { plain(); print ".PP"; next }
	/^ / && listed && /^        / { sub(/^ +/, ""); print; next }
	/^ / { if (!shown) { print ".RS 4"; print ".nf"; shown = 1 } sub(/^  /, ""); print; next }
	{ plain() }
	match($0, /  +/) {
		print ".TP 12"; print ".B \"" substr($0, 1, RSTART - 1) "\""
		print substr($0, RSTART + RLENGTH); listed = 1; next
	}
	{ listed = 0; print; print ".br" }
	END { plain() }'
}

# Options and statuses of the program: two columns below a heading.
pairs() { # HEADING
	say --help | awk -v heading="$1" '
	$0 == heading { on = 1; next }
	/^$/ { on = 0 }
	on { sub(/^  /, ""); match($0, /  +/)
		print ".TP 12"; print ".B \"" substr($0, 1, RSTART - 1) "\""
		print substr($0, RSTART + RLENGTH) }'
}

commands() { say --help | sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p'; }

cat <<EOF
.\\" Made by common/cli/man.sh; not to be edited.
.TH "$(echo "$name" | tr a-z A-Z)" $section "" "$(say --version)" "dongbo"
.ad l
.nh
.SH $(pick TÊN NAME)
$name \\- $(say --help | sed -n 2p | sed 's/\.$//' | escaped)
.SH $(pick "CÁCH DÙNG" SYNOPSIS)
.B $name
$(pick "LỆNH [tham số] [\\-\\-data THƯ_MỤC] [\\-\\-lang vi|en] [\\-\\-json]" \
	"COMMAND [arguments] [\\-\\-data DIR] [\\-\\-lang vi|en] [\\-\\-json]")
.SH $(pick "TÙY CHỌN CHUNG" "COMMON OPTIONS")
EOF
pairs "$(pick "Tùy chọn chung:" "Common options:")" | escaped
echo ".SH $(pick "CÁC LỆNH" COMMANDS)"
for command in $(commands); do
	echo ".SS $command"
	say "$command" --help | awk -v rest="$(pick "Tùy chọn chung:" "Common options:")" '
		# What every command has is said once.
		$0 == rest { tail = 1; next }
		!tail { print; next }
		/^  --json/ || /^[^ ]/ || /^$/ { next }
		{ sub(/^  /, ""); print }' | escaped | sed '1s/.*/.B "&"\n.br/' | body
done
echo ".SH $(pick "MÃ KẾT THÚC" "EXIT STATUS")"
pairs "$(pick "Mã kết thúc:" "Exit statuses:")" | escaped

# ---- What no command says ----

entry() { # WHAT VI EN
	printf '.TP\n.B %s\n%s\n' "$(echo "$1" | escaped)" "$(pick "$2" "$3" | escaped)"
}
title() { echo ".SH $(pick "$1" "$2")"; }

title "TỆP" FILES
if [ "$name" = dongbod ]; then
	folder='~/.local/share/dongbod'
	entry "$folder/" "Kho dữ liệu (XDG). Dịch vụ của cả máy thì đặt ở /var/lib/dongbod với \
--data, thuộc một người dùng riêng, quyền 0700." "The store (XDG). A service of the whole machine has \
it in /var/lib/dongbod, by --data, under a user of its own, mode 0700."
	entry store.db "Sổ và hồ sơ (SQLite)." "Log and records (SQLite)."
	entry "working.key, box.key" "Khóa làm việc và khóa mở gói, quyền 0600. Không có trong bản sao lưu \
nếu không có --passphrase-file." "The working key and the key that opens messages, mode 0600. Backups have \
them only with --passphrase-file."
	entry root.key "Khóa gốc: chuyển đi và cất nơi khác ngay sau dongbod init." "The root key: to be moved \
away and locked up after dongbod init."
	entry "attached/" "Tệp đính kèm, mỗi tệp mang tên là mã kiểm tra của nó." "Attached files, each under its \
hash."
	entry generation "Lần khôi phục của kho; mất thì máy chủ tự nhận ra là đã được khôi phục." "How often the \
store was put back; without it the server sees by itself that it was."
	entry "/usr/local/share/dongbo/" "Bộ biểu mẫu, danh sách đơn vị mẫu (make install)." "Form packs, units \
(make install)."
else
	folder='~/.local/share/dongbo'
	entry "$folder/" "Kho dữ liệu của máy (XDG), chỉ người dùng này đọc được." "The computer's store (XDG), for \
this user alone."
	entry store.db "Hồ sơ, sổ, những gì đang chờ gửi (SQLite)." "Records, log, and what waits to be sent (SQLite)."
	entry device.key "Khóa của máy. Không chép sang máy khác: máy khác phải có giấy ghi danh riêng." "The \
computer's key. Another computer needs an enrolment of its own."
	entry "attached/" "Tệp đính kèm, mỗi tệp mang tên là mã kiểm tra của nó." "Attached files, each under its \
hash."
fi
title "MÔI TRƯỜNG" ENVIRONMENT
entry XDG_DATA_HOME "Thư mục chứa kho dữ liệu khi không có --data (đường dẫn đầy đủ)." "Where the store is \
without --data (an absolute path)."
entry COLUMNS "Bề rộng của bảng và lời giải thích; thường theo màn hình." "How wide tables and explanations are; \
that of the terminal by default."
title "TÍN HIỆU" SIGNALS
if [ "$name" = dongbod ]; then
	entry SIGHUP "serve đọc lại chứng chỉ của --tls-cert, --tls-key; không cắt kết nối nào." "serve reads the \
certificate of --tls-cert and --tls-key anew; no connection is cut."
	entry "SIGTERM, SIGINT" "serve trả lời xong những yêu cầu đã nhận rồi dừng. Lần thứ hai dừng ngay." "serve \
answers what it has taken in, then ends. The second one ends it at once."
else
	entry "SIGTERM, SIGINT" "Dừng ở chỗ an toàn gần nhất. Lần thứ hai dừng ngay; không gì đã lưu bị mất." "Ends at \
the next good place. The second one ends at once; nothing that was saved is lost."
fi
title "XEM THÊM" "SEE ALSO"
if [ "$name" = dongbod ]; then
	echo ".BR dongbo (1)"
else
	echo ".BR dongbod (8)"
fi
