# shellcheck shell=bash disable=SC2034
# What tools/demo and tools/test share. To be sourced, with `set -euo pipefail`.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
logs=$root/build/logs
mkdir -p "$logs"

summary=() # one line for each step
jobs=$(nproc 2> /dev/null || echo 2)

say() { printf '%s\n' "$*"; }
fail() {
  printf '\n%s: %s\n' "tools/${0##*/}" "$*" >&2
  exit 1
}

# The short form of a long output. In a terminal: one line that changes. Elsewhere: some of the lines of progress. What
# ninja, ctest and apt print for each small step is progress; everything else is shown in full.
shorten() {
  local line done=0 terminal=no width=80 open=no
  local small_step='^(\[[0-9]+/[0-9]+\]| *[0-9]+/[0-9]+ Test +#.* Passed |Get:[0-9]+ |Unpacking |Setting up )'
  local nothing='^( *Start +[0-9]+: |Selecting |Preparing )'
  if [ -t 1 ]; then
    terminal=yes
    width=$(tput cols 2> /dev/null || echo 80)
  fi
  while IFS= read -r line; do
    # ctest fills up to its longest name
    [[ ! $line =~ ^(.*[^.])\.{4,}(.*)$ ]] || line="${BASH_REMATCH[1]} ...${BASH_REMATCH[2]}"
    if [[ $line =~ $small_step ]]; then
      done=$((done + 1))
      if [ $terminal = yes ]; then
        printf '\r\033[K%s' "${line:0:width-1}"
        open=yes
      elif [ $((done % 25)) = 0 ]; then
        printf '%s\n' "$line"
      fi
    elif [[ ! $line =~ $nothing ]]; then
      [ $open = no ] || printf '\r\033[K'
      open=no
      printf '%s\n' "$line"
    fi
  done
  [ $open = no ] || printf '\r\033[K'
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
