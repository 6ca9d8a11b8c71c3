"""The HTML report in a real browser: sorting, filters, keyboard, no errors, no requests, axe-core.

usage: page.py EVENSCORE [folder for pictures]
"""
import base64, html.parser, json, math, os, re, subprocess, sys, tempfile
from webdriver import Browser, missing

HOSTILE = {'logistic': '<script>document.title="owned"</script>', 'rule_list': 'a"b\'c&_%|`$(id)`',
           'composite_index': '\u05e9\u05dc\u05d5\u05dd \u202e' + 'x' * 200}


def study(program, folder):
    file = os.path.join(folder, 'results.json')
    subprocess.run([program, 'run', '--people', '6000', '--train', '3000', '--bootstrap', '50', '--attribute',
                    'demographic_parity_difference', '--sweep', 'coverage_gap=0,1', '--periods', '3', '-o', file],
                   check=True, stdout=subprocess.DEVNULL)
    return file


def renamed(value):
    """The same results with hostile names, and one number undefined."""
    if isinstance(value, dict):
        return {renamed(k): renamed(v) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(v) for v in value]
    for name, hostile in HOSTILE.items():
        if isinstance(value, str) and (value == name or value.startswith(name + ' vs ')):
            return value.replace(name, hostile)
    return value


def hostile(file, folder):
    results = renamed(json.load(open(file, encoding='utf-8')))
    for row in results['metrics']:
        if row['metric'] == 'auc' and row['scorer'] == HOSTILE['logistic']:
            row.update(value=None, low=None, high=None, status='undefined: nobody <b>repays</b>')
    results['study']['title'] = 'A </title><script>document.title="owned"</script> title\nof two lines'
    path = os.path.join(folder, 'hostile.json')
    json.dump(results, open(path, 'w', encoding='utf-8'))
    return path


def page(program, file):
    path = file.replace('.json', '.html')
    subprocess.run([program, 'report', file, '--format', 'html', '-o', path], check=True)
    return path


class Cells(html.parser.HTMLParser):
    """The rows of the tables, as they stand in the file without any script."""
    def __init__(self):
        super().__init__()
        self.rows, self.cell = [], None

    def handle_starttag(self, tag, attributes):
        if tag == 'tr':
            self.rows.append([])
        if tag in ('td', 'th'):
            self.cell = [dict(attributes), '']
            self.rows[-1].append(self.cell)

    def handle_endtag(self, tag):
        if tag in ('td', 'th'):
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell[1] += data


def check_numbers(text, results):
    """Every number in the page is one of the results, to the printed digits."""
    parser = Cells()
    parser.feed(text)
    values = {row['value'] for row in results['metrics'] if row['value'] is not None}
    shown = 0
    for cell in (cell for row in parser.rows for cell in row):
        attributes, words = cell
        if 'title' not in attributes or not attributes.get('data-v'):
            continue
        value, printed = float(attributes['data-v']), words.split('±')[0].strip().replace(',', '')
        assert value in values, f'{value} is not in the results'
        if printed.startswith('<'):
            assert abs(value) < float(printed[1:]), (printed, value)
        else:
            decimals = len(printed.partition('.')[2])
            unit = 10.0 ** -decimals if decimals else 10.0 ** (len(printed) - len(printed.rstrip('0')))
            assert abs(float(printed) - value) <= unit / 2 * (1 + 1e-9), (printed, value)
        shown += 1
    assert shown > 50, f'only {shown} numbers are shown'
    every = [row for row in parser.rows if len(row) == 10 and row[0][0] == {}]
    assert len(every) == len(results['metrics']), (len(every), len(results['metrics']))
    for cells, row in zip(every, results['metrics']):
        words = [words for _, words in cells]
        assert words[:5] == [row[k] for k in ('scorer', 'attribute', 'group', 'metric', 'reduction')], (words, row)
        for printed, value in ((words[5], row['value']), (words[6], row['low']), (words[7], row['high'])):
            if value is not None:
                assert math.isclose(float(printed), value, rel_tol=5.1e-4, abs_tol=1e-12), (printed, value)
        if row['value'] is None:
            assert words[5] == row['status'], words


COLUMN = '''const [at] = arguments, t = document.querySelector('#comparison table');
return [...t.tBodies[0].rows].map(r => r.cells[at].dataset.v || r.cells[at].textContent)'''


def check_sorting(b):
    head = '#comparison thead tr:last-child th:nth-child(2)'
    before = b.run(COLUMN, 1)
    b.click(head + ' button')
    falling = [float(v) for v in b.run(COLUMN, 1)]
    assert falling == sorted(falling, reverse=True), falling # AUC: more is better, so the best first
    assert b.run('return document.querySelector(arguments[0]).ariaSort', head) == 'descending'
    b.click(head + ' button')
    assert [float(v) for v in b.run(COLUMN, 1)] == falling[::-1]
    b.click(head + ' button')
    assert b.run(COLUMN, 1) == before, 'the third press brings the first order back'


def visible_rows(b, section):
    return b.run('''return [...document.querySelectorAll(arguments[0] + ' tbody tr')].filter(r => !r.hidden)
      .map(r => [r.dataset.scorer, r.dataset.group])''', section)


def choose(b, name, value):
    b.run('''const s = document.querySelector(`select[name=${arguments[0]}]`); s.value = arguments[1];
      s.dispatchEvent(new Event('change', {bubbles: true}))''', name, value)


# How many rows are seen of the tables with a column of that name.
SHOWN = '''return [...document.querySelectorAll('#more table')]
  .filter(t => [...t.tHead.rows[0].cells].some(h => h.textContent.trim() === arguments[0]))
  .map(t => [...t.tBodies[0].rows].filter(r => r.offsetParent !== null).length)'''


def check_filters(b):
    everything = len(visible_rows(b, '#groups'))
    b.click('select[name=scorer] option[value=logistic]')
    rows = visible_rows(b, '#groups')
    assert rows and {scorer for scorer, _ in rows} == {'logistic'}, rows
    assert len(visible_rows(b, '#comparison')) == 1
    choose(b, 'group', 'rural')
    assert visible_rows(b, '#groups') == [['logistic', 'rural']]
    # Further tables, too: the causes of one scorer's gap, the harm of one group.
    assert {scorer for scorer, _ in visible_rows(b, '#more') if scorer} == {'logistic'}, 'further tables of others'
    assert {group for _, group in visible_rows(b, '#more') if group} == {'rural'}, 'further tables of other groups'
    choose(b, 'metric', 'demographic_parity_difference')
    choose(b, 'group', '')
    assert b.run(SHOWN, 'cause') == [5], 'the gap that was attributed has five causes'
    assert b.run(SHOWN, 'setting') == [2], 'two settings of the sweep'
    choose(b, 'metric', 'auc')
    assert b.run(SHOWN, 'cause') == [0] and 'Nothing of this table' in b.run(
        'return document.querySelector("#more").innerText'), 'what is left empty says so'
    choose(b, 'group', 'rural')
    heads = b.run('''return [...document.querySelectorAll('#comparison thead tr:last-child th')]
      .filter(h => !h.hidden).map(h => h.dataset.metric || '')''')
    assert heads == ['', 'auc'], heads
    b.click('.filters button')
    b.run_async('setTimeout(arguments[0], 50)')
    assert len(visible_rows(b, '#groups')) == everything, 'Show all shows all'


def check_keyboard(b):
    b.run('window.scrollTo(0, 0); document.activeElement.blur()')
    for _ in range(60):
        b.press('Tab')
        if b.run('return !!document.activeElement.closest("#comparison th[data-metric]")'):
            break
    else:
        raise AssertionError('Tab does not reach the headings')
    told = b.run('return document.getElementById(document.activeElement.getAttribute("aria-describedby")).textContent')
    assert b.run('const t = document.querySelector(".tip"); return !t.hidden && t.textContent').strip() in told
    b.press('Escape')
    assert b.run('return document.querySelector(".tip").hidden'), 'Escape puts the definition away'
    b.press('Enter')
    assert b.run('return document.activeElement.closest("th").ariaSort') == 'descending'
    b.hover('#comparison th[data-metric] button')
    assert not b.run('return document.querySelector(".tip").hidden'), 'hovering shows the definition'


def check_quiet(b):
    loud = [entry['message'] for entry in b.log('browser') if entry['level'] in ('SEVERE', 'WARNING')]
    assert not loud, loud
    for entry in b.log('performance'):
        message = json.loads(entry['message'])['message']
        if message['method'] == 'Network.requestWillBeSent':
            url = message['params']['request']['url']
            assert url.startswith(('file://', 'data:')), f'the page asks for {url}'


def axe_source():
    """axe-core from npm, where that can be reached."""
    with tempfile.TemporaryDirectory() as folder:
        command = ['npm', 'install', '--silent', '--no-audit', '--no-fund', '--prefix', folder, 'axe-core@4']
        try:
            subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return open(os.path.join(folder, 'node_modules/axe-core/axe.min.js'), encoding='utf-8').read()
        except (OSError, subprocess.SubprocessError):
            return None


def check_axe(b, axe, where):
    b.run(axe)
    found = b.run_async('axe.run().then(r => arguments[0](r.violations), e => arguments[0]([{id: String(e), nodes: []}]))')
    assert not found, [(where, v['id'], [(n['target'], n['html'][:120]) for n in v['nodes'][:3]]) for v in found]


def pictures_of(b, folder, name, tall=2200):
    """The page in slices, to look at."""
    size = b.run('return document.documentElement.scrollHeight')
    for k in range(min(8, -(-size // tall))):
        clip = {'x': 0, 'y': k * tall, 'width': b.run('return innerWidth'), 'height': tall, 'scale': 1}
        shot = b.cdp('Page.captureScreenshot', captureBeyondViewport=True, clip=clip)
        open(os.path.join(folder, f'{name}-{k + 1}.png'), 'wb').write(base64.b64decode(shot['data']))


def check_looks(b, axe, name, pictures):
    for width in (360, 1280):
        for dark in (False, True):
            b.show(width, dark)
            wide = b.run('return document.documentElement.scrollWidth')
            assert wide <= width, f'{name}: {wide} pixels wide on a screen of {width}'
            where = f'{name}-{width}-{"dark" if dark else "light"}'
            if pictures:
                pictures_of(b, pictures, where)
            if axe and (width == 360) == dark and (name == 'page' or dark):
                check_axe(b, axe, where)


def main(program, pictures=None):
    reason = missing()
    if reason:
        print(f'skipped: {reason}: the HTML report in a browser')
        return
    axe = axe_source()
    if axe is None:
        print('skipped: axe-core cannot be had from npm')
    with tempfile.TemporaryDirectory() as folder, Browser() as b:
        file = study(program, folder)
        path = page(program, file)
        text = open(path, encoding='utf-8').read()
        assert len(text.encode()) < 1_000_000, len(text.encode())
        assert not re.search(r'(?:src|href)\s*=\s*"(?!#|data:,)|url\(|@import', text.replace('xmlns="', '')), 'a request'
        check_numbers(text, json.load(open(file, encoding='utf-8')))
        b.log('performance') # the browser's own first page
        b.open('file://' + path)
        for check in (check_sorting, check_filters, check_keyboard):
            check(b)
        b.open('file://' + path)
        check_looks(b, axe, 'page', pictures)
        check_quiet(b)
        bad = hostile(file, folder)
        path = page(program, bad)
        check_numbers(open(path, encoding='utf-8').read(), json.load(open(bad, encoding='utf-8')))
        b.open('file://' + path)
        assert b.run('return document.title').startswith('A </title><script>'), 'names are text'
        assert b.run('return document.scripts.length') == 1
        names = b.run('return [...document.querySelectorAll("#comparison tbody th")].map(t => t.textContent)')
        assert set(HOSTILE.values()) <= set(names), names
        assert 'nobody <b>repays</b>' in b.run('return document.querySelector("#comparison").textContent')
        check_looks(b, axe, 'hostile', pictures)
        path = os.path.join(folder, 'compared.html')
        subprocess.run([program, 'compare', file, file, '--format', 'html', '-o', path], check=True)
        b.open('file://' + path)
        check_looks(b, axe, 'compared', pictures)
        assert b.run('return document.querySelectorAll("thead button").length') > 3, 'a comparison can be sorted'
        names = b.run('return [...document.querySelectorAll("tbody th")].map(t => t.textContent)')
        assert set(names) == {'logistic', 'rule_list', 'composite_index'}, f'each row says whose it is: {names}'
        check_quiet(b)


if __name__ == '__main__':
    main(*sys.argv[1:])
    print('browser: ok')
