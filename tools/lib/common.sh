# What tools/demo and tools/test share. To be sourced, with `set -euo pipefail`.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
logs=$root/build/logs
mkdir -p "$logs"

summary=() # one line for each step
jobs=$(nproc 2> /dev/null || echo 2)

say() { printf '%s\n' "$*"; }
fail() {
  printf '\n%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# The short form of a long output. In a terminal: one line that changes. Elsewhere: every 25th line of progress. What is
# neither progress of ninja nor of ctest is shown in full.
shorten() {
  local terminal=0 width=80
  if [ -t 1 ]; then
    terminal=1
    width=$(tput cols 2> /dev/null || echo 80)
  fi
  awk -v terminal=$terminal -v width="$width" '
    function clear() { if (terminal && open) printf "\r\033[K"; open = 0 }
    function progress(done, all) {
      if (terminal) { printf "\r\033[K%s", substr($0, 1, width - 1); open = 1 }
      else if (done % 25 == 0 || done == all) print
      fflush()
    }
    /^\[[0-9]+\/[0-9]+\]/ { split(substr($1, 2), n, /[\/\]]/); progress(n[1], n[2]); next }
    /^ *Start +[0-9]+: / { next }
    /^ *[0-9]+\/[0-9]+ Test +#.* Passed / { split($1, n, "/"); progress(n[1], n[2]); next }
    { clear(); print; fflush() }
    END { clear() }'
}

# run_step TITLE LOG COMMAND...: runs it, shows its progress, keeps its whole output in build/logs/LOG.log and its time for
# the summary. Gives the exit status of the command.
run_step() {
  local title=$1 log=$logs/$2.log status=0 start=$SECONDS
  shift 2
  say "==> $title"
  { "$@" 2>&1 || status=$?; echo "$status" > "$log.status"; } | tee "$log" | shorten
  status=$(cat "$log.status")
  rm -f "$log.status"
  local outcome=ok
  [ "$status" = 0 ] || outcome="FAILED, see ${log#"$root"/}"
  summary+=("$(printf '%5d s  %-60s %s' $((SECONDS - start)) "$title" "$outcome")")
  return "$status"
}

# build_preset PRESET "CMAKE OPTIONS" [TARGET...]
build_preset() {
  local preset=$1 options=$2
  shift 2
  local targets=()
  [ $# = 0 ] || targets=(--target "$@")
  # shellcheck disable=SC2086 # options are words
  run_step "configure ($preset)" "configure-$preset" cmake -S "$root" --preset "$preset" $options &&
    run_step "build ($preset)" "build-$preset" \
      cmake --build "$root/build/$preset" --parallel "$jobs" "${targets[@]}"
}

print_summary() {
  say
  say "Summary ($((SECONDS / 60)) min $((SECONDS % 60)) s in all):"
  printf '%s\n' "${summary[@]}"
}
