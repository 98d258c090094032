# What scripts say of their work: how long it takes here, beforehand; how far it is; how long it took.
# Sourced, with the root of the project as the working directory.

cores=$(nproc)

# minutes SECONDS: in words
minutes() {
  if (($1 < 100)); then echo "$1 s"; else echo "$((($1 + 30) / 60)) min"; fi
}

# build PRESET CORE_SECONDS [OPTIONS...]: configures and builds. CORE_SECONDS is what all of it takes on
# one core without a compiler cache; OPTIONS go to cmake --build. On a terminal ninja shows what is
# done and what runs; else its words are kept in out/build-PRESET.log.
build() {
  local preset=$1 whole=$2 log=out/build-$1.log all left
  shift 2
  mkdir -p out
  if ! cmake --preset "$preset" "${configure_options[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  all=$(ninja -C "build/$preset" -t targets all | grep -c '_COMPILER__') || true
  left=$(ninja -C "build/$preset" -n | grep -c ' Building C') || true
  if ((left == 0)); then
    echo "Building build/$preset: nothing to compile"
  else
    echo "Building build/$preset: $left of $all objects, about $(minutes $((whole * left / all / cores + 1)))" \
      "on $cores cores"
  fi
  if [[ -t 1 ]]; then
    NINJA_STATUS='[%f of %t] ' cmake --build --preset "$preset" -j "$cores" "$@"
  elif ! NINJA_STATUS='[%f of %t] ' cmake --build --preset "$preset" -j "$cores" "$@" >>"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
}
configure_options=()

# stage NAME BUDGET COMMAND...: runs it, and notes what it took beside the minutes that it may take
stage() {
  local name=$1 budget=$2 start=$SECONDS
  shift 2
  "$@"
  printf '%s\t%s\t%s\n' "$name" "$budget" $((SECONDS - start)) >>out/stages.txt
}

# stages_begin [NAMES...]: forgets what these stages took, or all
stages_begin() {
  local name
  mkdir -p out
  [[ $# -gt 0 ]] || : >out/stages.txt
  for name in "$@"; do sed -i "/^$name\t/d" out/stages.txt 2>/dev/null || true; done
}
# stages_end: prints what all took
stages_end() {
  echo
  awk -F '\t' '
    BEGIN { printf "%-20s %8s %8s\n", "minutes", "took", "budget" }
    { printf "%-20s %8.1f %8s%s\n", $1, $3 / 60, $2, ($3 > 60 * $2 ? "  over" : ""); sum += $3; all += $2 }
    END { printf "%-20s %8.1f %8s\n", "together", sum / 60, all }' out/stages.txt
}

# Seconds on one core of everything, measured by scripts/build-time: compiled without a cache.
demo_core_seconds=140
bench_core_seconds=300
test_core_seconds=700
seconds_of_everything() { # with the tests, and with CUDA where there is a compiler
  if command -v nvcc >/dev/null; then echo 1300; else echo 600; fi
}
