#!/bin/bash
# Rules of the sources that a compiler does not know: what may be called where, who includes whom,
# widths, headers that stand alone, CITATION.cff.  Needs python3; prints each breach with its line.
#   usage: tests/checksrc.sh [evenscore]     the program whose version is compared, when it is built
set -u
cd "$(dirname "$0")/.." || exit 1
failed=0
breach() { printf '%s\n' "$*"; failed=1; }

python3 tests/checksrc.py || failed=1

# Each header compiles alone; plug-ins keep no variables of their own.
flags=$(make -s print-CPPFLAGS print-CFLAGS 2>/dev/null | tr '\n' ' ')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for cc in gcc clang; do
  command -v $cc >/dev/null || { echo "skipped: no $cc"; continue; }
  for header in scorers/*.h datasets/*.h reports/*.h harness/*/*.h; do
    eval "$cc $flags" -x c -Wno-pragma-once-outside-header -fsyntax-only -include stddef.h "$header" \
      2>"$work/err" || breach "$header does not compile alone with $cc: $(head -n 3 "$work/err")"
  done
done
for source in scorers/[a-z]*.c datasets/[a-z]*.c reports/[a-z]*.c; do
  eval "${CC:-cc} $flags" -O2 -g0 -c -o "$work/o" "$source" 2>/dev/null || { breach "$source does not compile"; continue; }
  bytes=$(size -A "$work/o" | awk '$1 ~ /^\.(data|bss|tdata|tbss)(\.[^r]|$)/ {n += $2} END {print n + 0}')
  [ "$bytes" -eq 0 ] || breach "$source keeps $bytes bytes of variables: plug-ins have no globals"
done

version=$(make -s print-VERSION)
if [ -x "${1:-evenscore}" ]; then
  said=$("$(realpath "${1:-evenscore}")" --version | sed -n 's/^evenscore //p')
  [ "$said" = "$version" ] || breach "evenscore --version says $said, the Makefile $version"
fi
[ $failed -eq 0 ] && echo "checksrc: ok"
exit $failed
