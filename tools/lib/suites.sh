# shellcheck shell=bash disable=SC2154
# Runs test suites and adds up their results. To be sourced after common.sh.
passed=0
failed=0
ctest_lines=() # the closing line of each suite, as ctest printed it

# A part that is no CTest suite, or that could not even be built.
count_one() { # STATUS
  if [ "$1" = 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
}

# run_suite TITLE PRESET CTEST_OPTIONS...
run_suite() {
  local title=$1 preset=$2 log line status=0 bad all
  shift 2
  log=ctest-$(tr -c 'a-z0-9\n' - <<< "$title")
  run_step "$title" "$log" env -C "$root" ctest --preset "$preset" --no-tests=error --parallel "$jobs" "$@" || status=$?
  line=$(grep -E '^[0-9]+% tests passed, [0-9]+ tests? failed out of [0-9]+' "$logs/$log.log" || true)
  if [ -z "$line" ]; then
    failed=$((failed + 1))
    return 0
  fi
  ctest_lines+=("$line  ($title)")
  bad=$(sed -E 's/.*, ([0-9]+) tests? failed.*/\1/' <<< "$line")
  all=$(sed -E 's/.* out of ([0-9]+).*/\1/' <<< "$line")
  passed=$((passed + all - bad))
  failed=$((failed + bad))
  # ctest counts a test that it could not run as failed; any other trouble must not pass for success either
  [ "$status" = 0 ] || [ "$bad" -gt 0 ] || failed=$((failed + 1))
}

# build_and_run TITLE PRESET CTEST_OPTIONS...
build_and_run() {
  if build_preset "$2" ''; then
    run_suite "$@"
  else
    count_one 1
  fi
}

# Every fuzzer for SECONDS, two at once. Each counts as one test; a finding is kept in build/logs/fuzz.
fuzz_one() { # PROGRAM SECONDS
  local name=${1##*/}
  local corpus=$root/build/fuzz/corpus/$name seeds=$root/tests/fuzz/corpus/${name#fuzz_}
  mkdir -p "$corpus" "$logs/fuzz"
  local inputs=("$corpus")
  [ ! -d "$seeds" ] || inputs+=("$seeds")
  "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$logs/fuzz/$name-" "${inputs[@]}" > "$logs/fuzz/$name.log" 2>&1
}

run_fuzzers() { # SECONDS
  local fuzzers program pid i
  if ! build_preset fuzz '' fuzzers; then
    count_one 1
    return 0
  fi
  mapfile -t fuzzers < <(find "$root/build/fuzz/bin" -maxdepth 1 -name 'fuzz_*' -type f -perm -u+x | sort)
  for ((i = 0; i < ${#fuzzers[@]}; i += 2)); do
    local running=() names=()
    for program in "${fuzzers[@]:i:2}"; do
      fuzz_one "$program" "$1" &
      running+=($!)
      names+=("${program##*/}")
    done
    for pid in "${!running[@]}"; do
      local status=0
      wait "${running[pid]}" || status=$?
      count_one $status
      report_fuzzer "${names[pid]}" "$1" $status
    done
  done
}

report_fuzzer() { # NAME SECONDS STATUS
  local log=$logs/fuzz/$1.log outcome
  if [ "$3" = 0 ]; then
    outcome="ok, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") runs"
  else
    outcome="FAILED, see ${log#"$root"/}"
    tail -n 30 "$log"
  fi
  say "    $1: $outcome"
  summary+=("$(printf '%5d s  %-60s %s' "$2" "$1" "$outcome")")
}
