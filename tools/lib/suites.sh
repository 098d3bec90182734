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

# build_and_run TITLE PRESET TARGET CTEST_OPTIONS...
build_and_run() {
  local title=$1 preset=$2 target=$3
  shift 3
  if build_preset "$preset" '' "$target"; then
    run_suite "$title" "$preset" "$@"
  else
    count_one 1
  fi
}
