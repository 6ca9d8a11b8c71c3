"""The rules of tests/checksrc.sh that are about text.  Prints file:line: what; exit 1 on any."""
import glob, os, re, subprocess, sys

WIDTH = 100  # columns
breaches = []


def breach(file, line, what):
    breaches.append(f'{file}:{line}: {what}')


def tracked():
    if os.path.isdir('.git') or os.path.isfile('.git'):
        out = subprocess.run(['git', 'ls-files', '-z'], capture_output=True, check=True).stdout
        return [f for f in out.decode().split('\0') if os.path.isfile(f)]
    return [f for f in glob.glob('**', recursive=True, include_hidden=True)
            if os.path.isfile(f) and not f.startswith('build/')]


def code_of(text):
    """The text with comments and the insides of strings blanked, line for line."""
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
    return token.sub(lambda m: '""' if m[0][0] == '"' else re.sub(r'[^\n]', ' ', m[0]), text)


def calls(names):
    return re.compile(r'(?<![\w.>])(' + '|'.join(names) + r')\s*\(')


UNSAFE = calls(['strcpy', 'stpcpy', 'sprintf', 'vsprintf', 'strcat', 'atoi', 'atol', 'atoll', 'atof',
                'strtok', 'gets', 'rand', 'srand', 'random', 'drand48', 'time', 'clock', 'system'])
LOUD = calls(['printf', 'fprintf', 'puts', 'fputs', 'putchar', 'perror', 'exit', 'abort', 'fopen',
              'freopen', 'getenv'])
LIBM = calls([f + s for f in ['exp', 'exp2', 'expm1', 'log', 'log2', 'log10', 'log1p', 'pow', 'sin',
                              'cos', 'tan', 'sinh', 'cosh', 'tanh', 'erf', 'erfc', 'tgamma', 'lgamma',
                              'cbrt', 'hypot', 'atan', 'asin', 'acos'] for s in ['', 'f', 'l']])
LIBM_HOME = ('harness/base/math.c', 'harness/base/text.c')

# Who may include whom.  A room always includes itself.
ROOMS = {
    'scorers': ['scorers/scorer.h', 'harness/base/', 'harness/methods/'],
    'datasets': ['datasets/dataset.h', 'harness/base/', 'harness/data/', 'harness/population/',
                 'harness/process/'],
    'reports': ['reports/report.h', 'harness/results/', 'harness/tables/', 'harness/base/',
                'harness/figures/figure.h', 'harness/measure/metric.h'],
    'harness/base': ['harness/base/lanes/'],
    'harness/base/lanes': ['harness/base/'],
    'harness/statistics': ['harness/base/'],
    'harness/process': ['harness/base/', 'harness/population/'],
    'harness/measure': ['harness/base/', 'harness/statistics/', 'harness/results/results.h',
                        'harness/process/process.h'],
    'harness/results': ['harness/base/'],
    'harness/gate': ['harness/base/', 'harness/statistics/', 'harness/results/',
                     'harness/measure/metric.h', 'harness/measure/choice.h'],
    'harness/tables': ['harness/base/', 'harness/results/', 'harness/measure/metric.h'],
    'harness/figures': ['harness/base/', 'harness/results/', 'harness/measure/metric.h',
                        'harness/measure/choice.h'],
    'harness/methods': ['harness/base/', 'scorers/scorer.h'],
    'harness/data': ['harness/base/', 'datasets/dataset.h'],
    'harness/population': ['harness/base/', 'datasets/dataset.h'],
    'harness/foreign': ['harness/base/', 'scorers/scorer.h'],
    'harness/model': ['harness/base/', 'harness/foreign/', 'harness/results/', 'scorers/scorer.h',
                      'datasets/dataset.h', 'reports/report.h'],
    'harness/policy': ['harness/base/', 'harness/measure/', 'harness/model/', 'harness/population/',
                       'datasets/dataset.h'],
    'harness/run': ['harness/', 'scorers/scorer.h', 'datasets/dataset.h', 'reports/report.h'],
    'harness/cli': ['harness/', 'scorers/scorer.h', 'datasets/dataset.h', 'reports/report.h'],
}


def check_includes(file, number, line):
    found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
    room = os.path.dirname(file)
    if not found or room not in ROOMS:
        return
    path = found[1]
    if '/' not in path:
        if not path.endswith('_list.h'):
            breach(file, number, f'"{path}": include by the path from the top')
        return
    plugin = room in ('scorers', 'datasets', 'reports')
    if os.path.dirname(path) == room and not plugin:
        return
    if not any(path == p or (p.endswith('/') and path.startswith(p)) for p in ROOMS[room]):
        breach(file, number, f'{room} may not include {path}')
    if path.startswith('harness/cli/') and room != 'harness/cli':
        breach(file, number, f'{room} may not include {path}')


def check_c(file, text):
    code = code_of(text).split('\n')
    product = not file.startswith('tests/')
    plugin = file.split('/')[0] in ('scorers', 'datasets', 'reports')
    for number, (line, plain) in enumerate(zip(text.split('\n'), code), 1):
        if len(line) > WIDTH and not line.lstrip().startswith('"'):  # quoted tables are as they are
            breach(file, number, f'{len(line)} columns; {WIDTH} at the most')
        if '\t' in line or line != line.rstrip(' '):
            breach(file, number, 'a tab, or blanks at the end')
        check_includes(file, number, line)
        if not product:
            continue
        for rule, words in ((UNSAFE, 'is banned'), (LOUD if plugin else None, 'is not for plug-ins'),
                            (LIBM if file not in LIBM_HOME else None, 'differs between processors')):
            hit = rule.search(plain) if rule else None
            if hit:
                breach(file, number, f'{hit[1]} {words}')


# A machine's folders; temporary names made from a pattern (XXXXXX) are fine.
MACHINE = re.compile(r'(?<![\w.])/(?:work|home|root)\b(?!\()|/tmp/(?![\w.-]*XXXXXX|no/)')


def check_text(file, text):
    for number, line in enumerate(text.split('\n'), 1):
        if file != 'tests/checksrc.py' and MACHINE.search(line):
            breach(file, number, 'a path of some machine')
        if '\r' in line:
            breach(file, number, 'a carriage return')


def check_citation():
    if not os.path.exists('CITATION.cff'):
        return
    keys = {}
    for number, line in enumerate(open('CITATION.cff', encoding='utf-8'), 1):
        found = re.match(r'([A-Za-z][\w-]*):\s*(.*?)\s*$', line)
        if not found:
            continue
        if found[1] in keys:
            breach('CITATION.cff', number, f'{found[1]} is there twice')
        keys[found[1]] = found[2].strip('"\'')
    known = {'abstract', 'authors', 'cff-version', 'commit', 'contact', 'date-released', 'doi',
             'identifiers', 'keywords', 'license', 'license-url', 'message', 'preferred-citation',
             'references', 'repository', 'repository-artifact', 'repository-code', 'title', 'type',
             'url', 'version'}
    for key in ('cff-version', 'message', 'title', 'authors', 'version', 'license'):
        if key not in keys:
            breach('CITATION.cff', 1, f'{key} is missing')
    for key in keys:
        if key not in known:
            breach('CITATION.cff', 1, f'{key} is no key of CFF 1.2.0')
    if keys.get('cff-version') != '1.2.0':
        breach('CITATION.cff', 1, 'cff-version is not 1.2.0')
    version = re.search(r'^VERSION := (\S+)', open('Makefile').read(), re.M)[1]
    if keys.get('version') != version:
        breach('CITATION.cff', 1, f'version {keys.get("version")} is not the Makefile\'s {version}')
    if not re.fullmatch(r'\d{4}-\d\d-\d\d', keys.get('date-released', '2000-01-01')):
        breach('CITATION.cff', 1, 'date-released is no YYYY-MM-DD')


for name in tracked():
    if name.startswith('docs/gallery/') and name.endswith('.png'):
        continue
    try:
        content = open(name, encoding='utf-8', newline='').read()
    except UnicodeDecodeError:
        breach(name, 1, 'not UTF-8')
        continue
    check_text(name, content)
    if name.endswith(('.c', '.h')):
        check_c(name, content)
check_citation()
for text in breaches:
    print(text)
sys.exit(bool(breaches))
