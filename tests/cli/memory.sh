#!/bin/bash
# Memory does not grow with the number of people: a thousand times as many take no more.
. "${0%/*}/kit.bash"

[ -z "${ASAN_OPTIONS:-}" ] || { echo "skipped: a sanitizer keeps what is freed"; exit 0; }
peak() { # people: the most memory that a run of so many had, in KiB
  python3 - "$es" "$1" <<'END'
import resource, subprocess, sys
subprocess.run([sys.argv[1], 'run', '--people', sys.argv[2], '--bootstrap', '0', '--threads', '2'],
               stdout=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
END
}
few=$(peak 10000) many=$(peak 10000000)
[ "$many" -lt $((few + few / 4 + 2000)) ] || fail "10,000,000 people take $many KiB, 10,000 take $few"
[ "$many" -lt 65536 ] || fail "10,000,000 people take $many KiB"
