# What the transcripts share; each sources it:  . "${0%/*}/kit.bash"
# EVENSCORE is the program; the first difference ends the script and says what differs.
set -u
export LC_ALL=C.UTF-8 # in which text is not made ASCII
root=$(cd "${0%/*}/../.." && pwd)
es=${EVENSCORE:-$root/evenscore}
shared=$(cd "$root" && realpath -m "${SHARED:-../shared}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

fail() { printf '%s: %s\n' "${0##*/}" "$*"; exit 1; }
need_shared() { [ -d "$shared" ] || { echo "skipped: no ../shared"; exit 0; }; }

# Runs the program; its output goes to a file and must not come with a word on stderr.
run_to() {
  local file=$1; shift
  "$es" "$@" >"$file" 2>err || fail "evenscore $*: exit $?: $(cat err)"
  [ ! -s err ] || fail "evenscore $*: on stderr: $(cat err)"
}
same() { cmp -s "$1" "$2" || fail "$3: $(cmp "$1" "$2" 2>&1)"; }

# figures CSV <<END: lines of attribute, group, metric, reduction, value, tolerance; - is empty.
# A fourth word like scorer=logistic at the end chooses a scorer.
figures() { python3 "$root/tests/cli/figures.py" "$1" || fail "figures of $1 differ"; }

# Builds the program for mpirun: $mpi.
need_mpi() {
  command -v mpirun >mpirun.at && pkg-config --exists ompi-c || { echo "skipped: no mpirun"; exit 0; }
  case "$(make -s -C "$root" print-CFLAGS 2>make.err)$es" in
    *sanitize*|*clang*) echo "skipped: MPI is tested in the build of gcc"; exit 0;;
  esac
  unset MAKEFLAGS MFLAGS
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl_vader_single_copy_mechanism=none
  make -s -j2 -C "$root" MPI=1 B=build/mpi build/mpi/evenscore >build.out 2>&1 || fail "make MPI=1: $(tail -n 5 build.out)"
  mpi=$root/build/mpi/evenscore
}
