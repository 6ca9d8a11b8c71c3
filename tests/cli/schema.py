"""Holds results files to docs/results.schema.json: the keywords that it uses, with Python alone, and again
with python3-jsonschema where that is installed.  usage: schema.py SCHEMA RESULTS…"""
import json, re, sys

KINDS = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}
KNOWN = {'$schema', '$id', 'title', 'description', 'type', 'required', 'additionalProperties', 'properties', 'items',
         'const', 'pattern', 'minimum', 'if', 'then', 'else'}

def is_kind(value, kind):
    if kind in ('number', 'integer'):
        return isinstance(value, int if kind == 'integer' else (int, float)) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])

def wrong(value, schema, at='results'):  # the first thing that is, or None
    if schema is True or schema is False:
        return None if schema else f'{at}: not allowed'
    if set(schema) - KNOWN:
        return f'this checker does not know {sorted(set(schema) - KNOWN)}'
    kinds = schema.get('type', [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(is_kind(value, k) for k in kinds):
        return f'{at}: not {" or ".join(kinds)}'
    if 'const' in schema and value != schema['const']:
        return f'{at}: not {schema["const"]!r}'
    if isinstance(value, str) and not re.search(schema.get('pattern', ''), value):
        return f'{at}: {value!r} is not like {schema["pattern"]}'
    if is_kind(value, 'number') and value < schema.get('minimum', value):
        return f'{at}: below {schema["minimum"]}'
    if isinstance(value, dict):
        for key in schema.get('required', []):
            if key not in value:
                return f'{at}: no {key}'
        for key, inner in value.items():
            inside = schema.get('properties', {}).get(key, schema.get('additionalProperties', True))
            if found := wrong(inner, inside, f'{at}.{key}'):
                return found
    if isinstance(value, list):
        for k, inner in enumerate(value):
            if found := wrong(inner, schema.get('items', True), f'{at}[{k}]'):
                return found
    if 'if' in schema:
        branch = 'else' if wrong(value, schema['if'], at) else 'then'
        return wrong(value, schema.get(branch, True), at)
    return None

schema = json.load(open(sys.argv[1], encoding='utf-8'))
try:
    import jsonschema
    other = jsonschema.Draft202012Validator(schema)
except (ImportError, AttributeError):
    other = None
for path in sys.argv[2:]:
    results = json.load(open(path, encoding='utf-8'))
    found = wrong(results, schema)
    if found:
        sys.exit(f'{path}: {found}')
    if other is not None and (errors := list(other.iter_errors(results))):
        sys.exit(f'{path}: {errors[0].json_path}: {errors[0].message}')
    if list(results)[:1] != ['schema']:
        sys.exit(f'{path}: schema is not the first key')
