"""Reads every report of a results file back, and holds each number in it to that file.

usage: printed.py EVENSCORE RESULTS.json
Markdown is held to the results, row by row and to the digits shown; text, LaTeX, HTML and the card are held
to Markdown, cell by cell; CSV is held to the results exactly.
"""
import csv, html, html.parser, io, json, re, subprocess, sys

program, file = sys.argv[1:]
results = json.load(open(file, encoding='utf-8'))
seen = {}


def report(*args):
    return subprocess.run([program, 'report', file, '--digits', '4', *args], check=True, capture_output=True).stdout.decode()


def fail(*words):
    sys.exit('printed: ' + ' '.join(map(str, words)))


# --- what a cell shows ------------------------------------------------------------------------------

def unit_of(text):  # of 0.742, 1,234, 5.2e-05: what its last digit counts
    digits, _, power = text.replace(',', '').partition('e')
    decimals = len(digits.partition('.')[2])
    zeros = 0 if decimals else len(digits) - len(digits.rstrip('0'))
    return 10.0 ** (min(zeros, len(digits.lstrip('-')) - 1) - decimals + int(power or 0))


def shows(text, x):
    number = text.replace(',', '').rstrip('%')
    if text.endswith('%'):
        return abs(float(number) - 100 * x) <= 0.5 + 1e-9
    if number[0] in '<>':
        return 0 < x < float(number[1:]) if number[0] == '<' else float(number[1:]) < x < 0
    return abs(float(number) - x) <= 0.5001 * unit_of(number)


def check(where, cell, row, key, notes):
    value, status = row[key], row.get('status') or row.get('method') or ''
    text, _, spread = cell.partition(' ±')
    if value is None:
        if cell == '–' and (key == 'p_between' or status.endswith('_exact')):
            return # there is none
        if not text.startswith('undefined '):
            fail(where, 'is undefined, but shown as', cell)
        note = next((n for n in notes if n.startswith(text.removeprefix('undefined ') + ' undefined: ')), None)
        if note is None or status.startswith('undefined: ') and not note.endswith(status):
            fail(where, text, 'has no note that says', status, notes)
        seen['undefined'] = seen.get('undefined', 0) + 1
        return
    if not shows(text, value):
        fail(where, 'shows', cell, 'for', value)
    half = (row['high'] - row['low']) / 2 if spread else None
    if spread and not (shows(spread, half) or half < 0.5001 * unit_of(spread)):
        fail(where, 'shows', cell, 'for a half-width of', half)
    if not spread and key == 'value' and row.get('low') is not None and row['low'] < row['high']:
        fail(where, 'shows no interval:', cell)


# --- Markdown against the results -------------------------------------------------------------------

def plain(cell):
    cell = re.sub(r'^\*\*(.*?)\*\*', r'\1', cell.strip())
    return html.unescape(re.sub(r'\\(.)', r'\1', cell.replace('<!-- -->', ''))).replace('\xa0', ' ')


def markdown(*args):
    lines = report('--format', 'markdown', *args).split('\n### ')[0].split('\n')
    rows = [[plain(c) for c in re.split(r'(?<!\\)\|', l)[1:-1]] for l in lines if l.startswith('|')]
    return rows[0], rows[2:], [plain(l[2:]) for l in lines if l.startswith('- ')]


LABELS = {'AUC': 'auc', 'Brier': 'brier', 'no score': 'abstention_rate', 'selected': 'selection_rate',
          'TPR': 'true_positive_rate', 'FPR': 'false_positive_rate', 'wrongly denied': 'wrongful_denial_rate',
          'wrongly approved': 'wrongful_approval_rate', 'days per 1,000': 'wrongful_restriction_days_per_1000',
          'cost per person': 'expected_cost_per_person', 'parity gap': 'demographic_parity_difference',
          'opportunity gap': 'equal_opportunity_difference', 'odds gap': 'equalized_odds_difference',
          'wrongly denied gap': 'wrongful_denial_rate_difference', 'no score gap': 'abstention_rate_difference',
          'AUC gap': 'auc_difference'}


def metric_of(heading):
    return LABELS.get(re.sub(' [↑↓]$', '', heading))


def check_measures(table):
    head, body, notes = markdown('--table', table)
    for line in body:
        words = dict(zip(head, line))
        group = words.get('region')
        for heading, cell in words.items():
            metric = metric_of(heading)
            if metric is None:
                continue
            gap = metric.endswith('_difference')
            row = [m for m in results['metrics'] if m['metric'] == metric and m['scorer'] == words['scorer'] and
                   m['reduction'] == ('between_groups' if gap else '') and
                   (m['attribute'] == 'region' if gap else m['group'] == (group or 'all'))]
            if len(row) != 1:
                fail(table, words['scorer'], group, metric, len(row), 'rows')
            check(f'{table}, {words["scorer"]}, {group}, {metric}:', cell, row[0], 'value', notes)
            seen[table] = seen.get(table, 0) + 1


def check_tidy(table):
    head, body, notes = markdown('--table', table)
    rows = results['tables'][table]
    if len(rows) != len(body):
        fail(table, len(body), 'lines for', len(rows), 'rows')
    last = [''] * len(head)
    for row, line in zip(rows, body):
        last = [old if new == '' and heading != 'attribute' else new for heading, new, old in zip(head, line, last)]
        for heading, cell, told in zip(head, line, last):
            key = heading.replace(' ', '_')
            if isinstance(row[key], str):
                if cell not in ('', row[key]) or told != row[key] and heading != 'attribute':
                    fail(table, key, told, 'is not', row[key])
            else:
                check(f'{table}, {key}, {line}:', cell, row, key, notes)
                seen[table] = seen.get(table, 0) + 1


def check_across(table, keys):
    head, body, notes = markdown('--table', table)
    for line in body:
        words = dict(zip(head, line))
        for heading, cell in words.items():
            metric = metric_of(heading)
            if metric is None or cell == '–':
                continue
            row = [r for r in results['tables'][table] if r['metric'] == metric and
                   all(r[k] == words[k] for k in keys) and r.get('reduction', '') in ('', 'between_groups') and
                   (r['group'] == 'all' and not r.get('reduction') or r['attribute'] == 'region' and r['group'] == '')]
            if len(row) != 1:
                fail(table, words, metric, len(row), 'rows')
            check(f'{table}, {words["scorer"]}, {metric}:', cell, row[0], 'value', notes)
            seen[table] = seen.get(table, 0) + 1


# --- the others against Markdown --------------------------------------------------------------------

def is_part(cells, of):  # whether they stand in the row in that order: others were left out
    of = iter(of)
    return all(any(c == o or '…' in c and o.startswith(c.split('…')[0]) and o.endswith(c.split('…')[1]) for o in of)
               for c in cells)


def compare(what, table, lines, body):
    lines = list(lines)
    if len(lines) != len(body):
        fail(what, table, len(lines), 'rows for', len(body))
    for cells, line in zip(lines, body):
        if not is_part(cells, line):
            fail(what, table, cells, 'is not of', line)
        seen[what] = seen.get(what, 0) + sum(bool(re.match('[<>]?-?[0-9]', c)) for c in cells)


def text_rows(table):
    """Cells of the lines between the rules; an interval that was left out leaves its number."""
    out = report('--format', 'text', '--table', table).split('\n\n')
    block = next(b for b in out if '\n─' in b or b.startswith('─')).split('\n')
    first = next(i for i, l in enumerate(block) if l.startswith('─'))
    for line in block[first + 1:]:
        if not line.startswith('─'):
            cells = re.split(' {2,}', re.sub(' [▏▎▍▌▋▊▉█]+', ' ', line).strip())
            yield [re.sub(' *±', ' ±', c) for c in cells]


def latex_rows(table):
    signs = {'\\_': '_', '\\allowbreak{}': '', '{-}': '-', '\\textpm{}': '±', '\\%': '%', '$<$': '<', '$>$': '>', '--': '–',
             '\\textgreater{}': '>', '\\textless{}': '<', '\\bfseries ': '', '\\textsuperscript{1}': '¹',
             '\\textsuperscript{2}': '²', '\\textsuperscript{3}': '³', '{': '', '}': ''}
    out = report('--format', 'latex', '--table', table).split('% \\usepackage')[1] # main brings others along
    long = '\\endfoot' in out
    for line in out[out.index('\\endfoot' if long else '\\midrule'):out.index('\\end{longtable}' if long else '\\bottomrule')].split('\n'):
        if not line.endswith('\\\\'):
            continue
        for sign, shown in signs.items():
            line = line.replace(sign, shown)
        cells = []
        for cell in line.removesuffix('\\\\').split(' & '):
            if cell.strip().startswith('±'):
                cells[-1] += ' ' + cell.strip()
            else:
                cells.append(cell.strip())
        yield [c.replace(',', '') for c in cells if c]


class Page(html.parser.HTMLParser):
    """The tables of the page, with the words of each cell."""
    def __init__(self):
        super().__init__()
        self.tables, self.cell = [], None

    def handle_starttag(self, tag, attributes):
        if tag == 'table':
            self.tables.append([])
        elif tag == 'tr' and self.tables:
            self.tables[-1].append([])
        elif tag in ('td', 'th') and self.tables:
            self.cell = []

    def handle_endtag(self, tag):
        if tag in ('td', 'th') and self.cell is not None:
            self.tables[-1][-1].append(''.join(self.cell).strip())
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def check_others(table, page):
    head, body, _ = markdown('--table', table)
    nonempty = [[c for c in line if c] for line in body]
    compare('text', table, text_rows(table), [[p for c in l for p in (c, c.split(' ±')[0])] for l in nonempty])
    compare('latex', table, latex_rows(table), [[c.replace(',', '') for c in l] for l in nonempty])
    if table == 'disparity' or len(results['tables'].get(table, [])) > 400:
        return # the page has neither
    said, last = [], [''] * len(head)
    for line in body: # there every row says its words
        last = [new or old for new, old in zip(line, last)]
        said.append(last)
    heads = [re.sub('[\xa0]', ' ', h) for h in head]
    found = [t for t in page.tables if heads in [[c.replace('\xa0', ' ') for c in row] for row in t[:2]]
             and len(t) - 1 - (heads not in [[c.replace('\xa0', ' ') for c in t[0]]]) == len(body)]
    for rows in found:
        if all(cell == told or cell in ('', '–') and key == 'attribute' # of everyone
               for cells, line in zip(rows[-len(body):], said) for cell, told, key in zip(cells, line, head)):
            seen['html'] = seen.get('html', 0) + sum(bool(re.match('[<>]?-?[0-9]', c)) for l in said for c in l)
            return
    fail('html', table, 'is not on the page' if not found else found[0][:4])


def check_card():
    head, body, _ = markdown('--table', 'main')
    card = report('--format', 'card')
    for line in body:
        said = re.search(rf'^- \*\*{re.escape(line[0])}\*\*, (.*)$', card.replace('\\_', '_'), re.M)
        wanted = ', '.join(f'{re.sub(" [↑↓]$", "", h)}: {c}' for h, c in zip(head[1:], line[1:]))
        if said is None or said[1] != wanted:
            fail('card', said and said[1], 'is not', wanted)
        seen['card'] = seen.get('card', 0) + len(line) - 1


def check_csv():
    def same(name, rows, keys):
        lines = list(csv.DictReader(io.StringIO(report('--format', 'csv', *name))))
        if len(lines) != len(rows):
            fail('csv', name, len(lines), 'lines for', len(rows))
        for line, row in zip(lines, rows):
            for key in line:
                value = row.get(key)
                good = line[key] == '' if value is None else line[key] == value if isinstance(value, str) else \
                    float(line[key]) == value
                if not good:
                    fail('csv', name, key, line[key], 'is not', value)
                seen['csv'] = seen.get('csv', 0) + isinstance(value, (int, float))
    same((), results['metrics'], None)
    for name, rows in results['tables'].items():
        same(('--table', name), rows, None)


tidy = [t for t in ('attribution', 'levers', 'dynamics', 'harm', 'calibration', 'tests', 'trajectory', 'cutoffs')
        if t in results['tables']]
across = {t: k for t, k in (('sweep', ('setting', 'scorer')), ('missing_policies', ('scorer', 'treatment')))
          if t in results['tables']}
page = Page()
page.feed(report('--format', 'html'))
for table in ('main', 'disparity', 'groups'):
    check_measures(table)
for table in tidy:
    check_tidy(table)
for table, keys in across.items():
    check_across(table, keys)
for table in ('main', 'disparity', 'groups', *tidy, *across):
    check_others(table, page)
check_card()
check_csv()
few = {'text': 300, 'latex': 300, 'html': 300, 'card': 20, 'csv': 5000, 'undefined': 5, 'main': 20, 'groups': 60}
for what, least in few.items():
    if seen.get(what, 0) < least:
        fail('only', seen.get(what, 0), 'numbers of', what, 'were looked at:', seen)
