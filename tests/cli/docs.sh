#!/bin/bash
# Does what the pages say.  In README.md and docs/*.md
#   ```sh          is run, in order, as from the project's root (in a copy made of links)
#   ```sh shared   the same, with the files of ../shared/data at hand; skipped where there is none
#   ```sh R        the same; skipped where there is no Rscript, or for pandas no python3 that has it
#   ```sh pandas
#   ```text        is the output of the block before it, to the letter
#   ```c           that begins with /* scorers/NAME.c is compiled, without a warning, into the
#                  program that its page runs
# and a plain ``` is only read.  The man page must name every command and option, links must lead
# somewhere, and the version is the same everywhere.
#   usage: tests/cli/docs.sh [--update] [PAGE…]     --update writes the outputs anew into the pages
set -u
export LC_ALL=C.UTF-8
root=$(cd "$(dirname "$0")/../.." && pwd)
program=$(realpath "${EVENSCORE:-$root/evenscore}")
shared=$(realpath -m "${SHARED:-$root/../shared}")
update=$([ "${1:-}" = --update ] && echo yes)
[ -z "$update" ] || shift
scratch=$(mktemp -d) && trap 'rm -rf "$scratch"' EXIT
failed=0
cd "$root" || exit 1
fail() { echo "$*"; failed=$((failed + 1)); }

# --- a project to work in, so that nothing is written into this one -----------------------------
work=$scratch/project
mkdir "$work" "$scratch/bin"
for entry in *; do
  case $entry in evenscore | build) ;; *) ln -s "$root/$entry" "$work/" ;; esac
done
for csv in "$shared"/data/*/*.csv; do [ -e "$csv" ] && ln -sf "$csv" "$work/"; done
# ProPublica's name for it; the copy at hand lacks only names and dates of birth.
[ -e "$work/compas_general_min.csv" ] && mv "$work/compas_general_min.csv" "$work/compas-scores-two-years.csv"

# What the blocks of a kind need and is not here; nothing where all is.  Where the first python3 on the
# path has no pandas, the system's may.
missing() { # the word after sh
  local python
  case $1 in
  shared) [ -d "$shared/data" ] || echo 'no ../shared' ;;
  R) command -v Rscript >/dev/null || echo 'no R' ;;
  pandas)
    for python in python3 /usr/bin/python3; do
      "$python" -c 'import pandas' 2>/dev/null && ln -sf "$(command -v $python)" "$scratch/bin/python3" && return
    done
    echo 'no pandas' ;;
  esac
}

# The program with the page's listings compiled in; the plain one when there are none.
make_program() { # page
  ln -sf "$program" "$work/evenscore"
  rm -rf "$scratch/extra" && mkdir "$scratch/extra"
  awk -v to="$scratch/extra/" '/^```/ { file = ""; first = $0 == "```c"; next }
    first { first = 0; if (match($0, /scorers\/[a-z0-9_]+\.c/)) file = to substr($0, RSTART + 8, RLENGTH - 8) }
    file != "" { print > file }' "$1"
  ls "$scratch/extra/"*.c >/dev/null 2>&1 || return 0
  local b cc cpp c ld libs
  b=$(dirname "$program") && [ -e "$b/libevenscore.a" ] || b=$root/build
  [ -e "$b/libevenscore.a" ] || { fail "$1: no libevenscore.a beside $program"; return 1; }
  { read -r cc; read -r cpp; read -r c; read -r ld; read -r libs; } < <(make -s --no-print-directory \
    B="$b" print-CC print-CPPFLAGS print-CFLAGS print-LDFLAGS print-LIBS 2>/dev/null)
  { cat "$b/scorer_list.h"; for f in "$scratch/extra/"*.c; do printf 'X(%s)\n' "$(basename "$f" .c)"; done; } |
    sort >"$scratch/extra/scorer_list.h"
  # shellcheck disable=SC2086
  for f in "$scratch/extra/"*.c harness/model/registry.c; do
    $cc $cpp -I"$scratch/extra" -I"$b" $c -Werror -c -o "$scratch/extra/$(basename "$f" .c).o" "$f" || return 1
  done
  # shellcheck disable=SC2086
  $cc $c $ld -o "$scratch/extra/evenscore" "$scratch/extra/"*.o "$b"/harness/cli/*.o "$b/libevenscore.a" $libs &&
    ln -sf "$scratch/extra/evenscore" "$work/evenscore"
}

run_block() { # page, line, commands
  (cd "$work" && PATH="$work:$scratch/bin:$PATH" bash -e -c "$3") >"$scratch/out" 2>"$scratch/err" </dev/null && return
  fail "$1:$2: these commands fail:"
  printf '%s' "$3"
  cat "$scratch/err"
}

check_page() { # page
  local page=$1 kind="" ran="" block="" line number=0 lacks
  make_program "$page" || { fail "$page: its listing does not compile"; return; }
  : >"$scratch/page"
  while IFS= read -r line; do
    number=$((number + 1))
    if [ -z "$kind" ] && [[ $line == '```'* ]]; then
      kind=${line:-} block=""
      echo "$line" >>"$scratch/page"
    elif [ -n "$kind" ] && [ "$line" = '```' ]; then
      case $kind in
      '```sh' | '```sh shared' | '```sh R' | '```sh pandas')
        ran=yes
        lacks=$(missing "${kind##* }")
        if [ -n "$lacks" ]; then
          ran="" && echo "skipped: $page:$number: $lacks"
        else run_block "$page" "$number" "$block"; fi ;;
      '```text')
        if [ -n "$ran" ] && [ -n "$update" ]; then cat "$scratch/out" >>"$scratch/page"
        else printf '%s' "$block" >>"$scratch/page"; fi
        if [ -n "$ran" ] && [ -z "$update" ] && ! diff <(printf '%s' "$block") "$scratch/out" >"$scratch/diff"; then
          fail "$page:$number: the output is another (tests/cli/docs.sh --update writes it anew):"
          cat "$scratch/diff"
        fi
        ran="" ;;
      esac
      echo "$line" >>"$scratch/page"
      kind=""
    elif [ -n "$kind" ]; then
      block+=$line$'\n'
      [ "$kind" = '```text' ] || echo "$line" >>"$scratch/page"
    else
      echo "$line" >>"$scratch/page"
    fi
  done <"$page"
  [ -z "$update" ] || cmp -s "$scratch/page" "$page" || { cat "$scratch/page" >"$page"; echo "$page: written anew"; }
}

check_links() { # page
  local folder link
  folder=$(dirname "$1")
  while IFS= read -r link; do
    [ -e "$folder/$link" ] || fail "$1: there is no $link"
  done < <(grep -o '](\([^)]*\))' "$1" | sed 's/^](//; s/)$//; s/#.*//' | grep -v -e '^$' -e '://')
}

shown=("$@")
[ $# -gt 0 ] || shown=(README.md docs/*.md)
for page in "${shown[@]}"; do check_page "$page"; done
for page in *.md docs/*.md */README.md; do check_links "$page"; done

# --- the man page ---------------------------------------------------------------------------------
manual=$(sed 's/\\-/-/g' docs/evenscore.1)
for command in $("$program" --help | sed -n 's/^  evenscore \([a-z]*\) .*/\1/p'); do
  grep -q -- "^\.SS .*evenscore $command" <<<"$manual" || fail "docs/evenscore.1: no section on $command"
  section=$(awk -v c="evenscore $command" '/^\.S[SH]/ { on = index($0, c) } on' <<<"$manual")
  for option in $("$program" "$command" --help | grep -o -- '^  \(-., \)\?--[a-z-]*' | grep -o -- '--[a-z-]*'); do
    grep -q -- "$option\b" <<<"$section" || fail "docs/evenscore.1: $command $option is missing"
  done
done
if command -v man >/dev/null; then
  warnings=$(MANWIDTH=100 LC_ALL=C.UTF-8 man --warnings -l docs/evenscore.1 2>&1 >/dev/null)
  [ -z "$warnings" ] || fail "docs/evenscore.1: $warnings"
else
  echo "skipped: docs/evenscore.1: no man here to render it"
fi

# --- one version ----------------------------------------------------------------------------------
version=$("$program" --version | sed -n '1s/^evenscore //p')
grep -q "^version: $version$" CITATION.cff || fail "CITATION.cff: version is not $version"
grep -q -m 1 "^## $version\b" CHANGELOG.md || fail "CHANGELOG.md: nothing on $version"
grep -q "evenscore $version" docs/evenscore.1 || fail "docs/evenscore.1: version is not $version"
[ $failed -eq 0 ]
