"""A browser to test with: ChromeDriver over plain HTTP, no packages needed."""
import json, shutil, socket, subprocess, tempfile, time, urllib.error, urllib.request

FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
         '--disable-background-networking', '--disable-component-update', '--disable-sync',
         '--window-size=1280,900']
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
KEYS = {'Tab': '\ue004', 'Enter': '\ue007', 'Escape': '\ue00c'}


def missing():
    """Why there is no browser, or None."""
    for name in ('chromium', 'chromedriver'):
        if shutil.which(name) is None:
            return f'no {name}'
    return None


class Browser:
    def __enter__(self):
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        self.base = f'http://127.0.0.1:{port}'
        self.profile = tempfile.mkdtemp()
        self.driver = subprocess.Popen(['chromedriver', f'--port={port}'], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        self.session = None
        for _ in range(100):
            try:
                self.call('GET', '/status')
                break
            except OSError:
                time.sleep(0.1)
        options = {'binary': shutil.which('chromium'), 'perfLoggingPrefs': {'enableNetwork': True},
                   'args': FLAGS + [f'--user-data-dir={self.profile}']}
        wanted = {'goog:chromeOptions': options, 'goog:loggingPrefs': {'browser': 'ALL', 'performance': 'ALL'}}
        self.session = self.call('POST', '/session', {'capabilities': {'alwaysMatch': wanted}})['sessionId']
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.call('DELETE', f'/session/{self.session}')
        finally:
            self.driver.terminate()
            self.driver.wait()
            shutil.rmtree(self.profile, ignore_errors=True)

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, {'Content-Type': 'application/json'},
                                         method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)['value']['message'].split('\n')[0]) from None

    def do(self, method, path, body=None):
        return self.call(method, f'/session/{self.session}{path}', body)

    def open(self, url):
        self.do('POST', '/url', {'url': url})

    def run(self, script, *args):
        return self.do('POST', '/execute/sync', {'script': script, 'args': list(args)})

    def run_async(self, script):
        return self.do('POST', '/execute/async', {'script': script, 'args': []})

    def find(self, selector):
        return self.do('POST', '/element', {'using': 'css selector', 'value': selector})[ELEMENT]

    def click(self, selector):
        self.do('POST', f'/element/{self.find(selector)}/click', {})

    def press(self, name):
        key = KEYS[name]
        self.do('POST', '/actions', {'actions': [{'type': 'key', 'id': 'keys', 'actions': [
            {'type': 'keyDown', 'value': key}, {'type': 'keyUp', 'value': key}]}]})

    def hover(self, selector):
        self.do('POST', '/actions', {'actions': [{'type': 'pointer', 'id': 'mouse', 'actions': [
            {'type': 'pointerMove', 'x': 0, 'y': 0, 'origin': {ELEMENT: self.find(selector)}}]}]})

    def cdp(self, command, **params):
        return self.do('POST', '/goog/cdp/execute', {'cmd': command, 'params': params})

    def show(self, width, dark):
        self.cdp('Emulation.setDeviceMetricsOverride', width=width, height=900, deviceScaleFactor=1, mobile=False)
        self.cdp('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}])

    def log(self, kind):
        return self.do('POST', '/se/log', {'type': kind})
