#!/bin/bash
# The GitHub Action and the GitLab job of docs/ci.md: their shell steps are run as they stand, in a
# repository whose pull request goes red and green again.
. "${0%/*}/kit.bash"

# What a runner gives them.  make and the package manager are played: the program is built already.
real_make=$(command -v make)
mkdir bin runner
export PATH=$work/bin:$PATH GITHUB_ACTION_PATH=$root RUNNER_TEMP=$work/runner
cat >bin/make <<END
#!/bin/bash
# The headers are installed for certain, the program is the one under test.
prefix=/usr/local
for word in "\$@"; do case \$word in PREFIX=*) prefix=\${word#*=} ;; esac; done
[[ " \$* " == *" setup install "* ]] || exit 1
[ "\$prefix" != /usr/local ] || prefix=$work/local
mkdir -p "\$prefix/bin" && install -m 755 "$es" "\$prefix/bin/evenscore" &&
  "$real_make" -s -C "$root" B="$(dirname "$es")" install-headers PREFIX="\$prefix"
END
printf '#!/bin/sh\nexit 0\n' >bin/apt-get
chmod +x bin/*

cat >steps.py <<'END'
"""The steps of action.yml as files step-N.sh and step-N.env; refuses what a runner would trip over."""
import re, sys
text = open(sys.argv[1], encoding='utf-8').read()
inputs = {k: v for k, v in re.findall(r"^  (\w+):\n    description: .*\n    default: '?(.*?)'?$", text, re.M)}
given = dict(word.split('=', 1) for word in sys.argv[2:])
steps = re.split(r'^    - name: ', text, flags=re.M)[1:]
assert "using: composite" in text and len(steps) == 3 and len(inputs) == 3, (len(steps), inputs)
for number, step in enumerate(steps):
    assert '\n      shell: bash\n' in step, f'step {number}: a composite action names its shell'
    run = step.split('      run: |\n', 1)[1].rstrip('\n') + '\n'
    assert all(line.startswith(' ' * 8) or not line for line in run.split('\n')), step
    assert '${{' not in run, f'step {number}: an expression in a script can be injected'
    env = re.findall(r'^        ([A-Z]+): \$\{\{ inputs\.(\w+) \}\}$', step.split('      run:')[0], re.M)
    with open(f'step-{number}.env', 'w') as out:
        for name, source in env:
            value = given.get(source, inputs[source])
            out.write(f"export {name}='" + value.replace("'", "'\\''") + "'\n")
    open(f'step-{number}.sh', 'w').write(re.sub(r'^ {8}', '', run, flags=re.M))
END
python3 steps.py "$root/action.yml" 'build=cc -shared -fPIC -O2 $(pkg-config --cflags evenscore) -o records.so records.c' ||
  fail "action.yml"
if python3 -c 'import yaml' 2>/dev/null; then
  python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$root/action.yml" || fail "action.yml is not YAML"
else echo "skipped: action.yml: no yaml here to read all of it"; fi
command -v pkg-config >/dev/null || { echo "skipped: no pkg-config"; exit 0; }

# job: all steps as a runner does, each with what those before it left; the first that fails ends it.
job() {
  local n
  export GITHUB_PATH=$work/path GITHUB_ENV=$work/env GITHUB_STEP_SUMMARY=$work/summary
  : >"$GITHUB_PATH" && : >"$GITHUB_ENV" && : >"$GITHUB_STEP_SUMMARY"
  for n in 0 1 2; do
    (
      cd "$work/repository" && PATH=$(tr '\n' ':' <"$GITHUB_PATH")$PATH
      while IFS= read -r line; do export "${line?}"; done <"$GITHUB_ENV"
      . "$work/step-$n.env" && bash --noprofile --norc -e -o pipefail "$work/step-$n.sh"
    ) >"$work/log" 2>&1 || return $?
  done
}

mkdir repository && cd repository && git init -q .
git() { command git -c user.name=me -c user.email=me@example.org "$@"; }
cp "$root/docs/examples/records.c" .
cat >evenscore.ini <<'END'
[study]
population = cn-2017
scorer = ./records.so
people = 4000
train = 1000
replicates = 6
END
cc -shared -fPIC -O2 -I"$root" -o records.so records.c && run_to out check --update
git add records.c evenscore.ini baseline.json && git commit -qm 'A scorer and its gate' || fail "git"
job || fail "green: $(cat "$work/log")"
grep -q '^GREEN' "$work/summary" || fail "the summary: $(cat "$work/summary")"

sed -i 's/least, "3"/least, "5"/' records.c && git commit -qam 'Be thorough'
job
[ $? -eq 1 ] || fail "red: $(cat "$work/log")"
grep -q '^RED' "$work/summary" && grep -q '^::error title=regression%3A abstention_rate of records::' "$work/log" &&
  grep -q '<failure type="regression"' evenscore.xml || fail "red: $(cat "$work/log")"

git revert --no-edit HEAD >/dev/null
job || fail "green again: $(cat "$work/log")"

# GitLab: the script's lines of the page.
awk '/^  script:/ { on = 1; next } on && /^    - / { sub(/^    - /, ""); print; next } { on = 0 }' \
  "$root/docs/ci.md" >"$work/gitlab.sh"
[ "$(wc -l <"$work/gitlab.sh")" -eq 5 ] || fail "docs/ci.md: $(cat "$work/gitlab.sh")"
mkdir "$work/upstream" && command git -C "$work/upstream" init -q && git -C "$work/upstream" commit -q --allow-empty -m x
EVENSCORE=$work/upstream PATH=$work/local/bin:$PATH PKG_CONFIG_PATH=$work/local/lib/pkgconfig \
  bash -e "$work/gitlab.sh" >"$work/log" 2>&1 || fail "GitLab: $(cat "$work/log")"
grep -q '^GREEN' "$work/log" && [ -s evenscore.xml ] || fail "GitLab: $(cat "$work/log")"
exit 0
