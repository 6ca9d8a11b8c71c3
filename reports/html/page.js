// Sorting, filters and definitions. The page is whole without it; nothing is fetched or stored.
'use strict';
(() => {
  const tables = [...document.querySelectorAll('table[data-sortable]')];
  const bodyRows = table => [...table.tBodies[0].rows];

  // --- sorting: a button in each heading; the order of the file comes back with the third press.
  const value = (row, at) => {
    const cell = row.cells[at];
    const text = cell.dataset.v ?? cell.textContent.trim();
    if (!cell.classList.contains('n')) return text;
    const number = Number(text.replace(/,/g, ''));
    return text === '' || Number.isNaN(number) ? null : number;
  };
  const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b :
    String(a).localeCompare(String(b), 'en', {numeric: true});
  const sort = (table, at, order) => {
    const rows = bodyRows(table);
    rows.forEach((row, i) => { row.dataset.i ??= i; });
    const sign = order === 'descending' ? -1 : 1;
    rows.sort((a, b) => {
      if (order !== 'none') {
        const x = value(a, at), y = value(b, at);
        if (x === null || y === null) { // what is undefined stands last, whatever the order
          if (x !== y) return x === null ? 1 : -1;
        } else if (compare(x, y) !== 0) return sign * compare(x, y);
      }
      return a.dataset.i - b.dataset.i;
    });
    table.classList.toggle('sorted', order !== 'none');
    table.tBodies[0].append(...rows);
    for (const row of rows) row.classList.toggle('rule', order === 'none' && 'rule' in row.dataset);
  };
  for (const table of tables) {
    for (const head of table.tHead.querySelectorAll('th[data-key]'))
      for (const row of bodyRows(table)) row.dataset[head.dataset.key] = row.cells[head.cellIndex].textContent;
    for (const row of bodyRows(table)) if (row.classList.contains('rule')) row.dataset.rule = '';
    const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
    heads.forEach((head, at) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      head.setAttribute('aria-sort', 'none');
      button.addEventListener('click', () => {
        const first = head.dataset.first || 'ascending';
        const second = first === 'ascending' ? 'descending' : 'ascending';
        const now = head.getAttribute('aria-sort');
        const next = now === 'none' ? first : now === first ? second : 'none';
        for (const other of heads) other.setAttribute('aria-sort', 'none');
        head.setAttribute('aria-sort', next);
        sort(table, at, next);
      });
    });
  }

  // --- filters: a row says whose it is, a column or a row what it measures.
  const filters = form => {
    const said = form.querySelector('output');
    const wanted = name => form.elements[name].value;
    const keep = (asked, is) => asked === '' || is === undefined || is === asked;
    const nothing = new Map(tables.map(table => {
      const says = document.createElement('p');
      says.className = 'soft';
      says.hidden = true;
      says.textContent = 'Nothing of this table is chosen.';
      table.parentElement.after(says);
      return [table, says];
    }));
    const filter = () => {
      let shown = 0, all = 0;
      for (const table of tables) {
        const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
        const columns = heads.map(head => keep(wanted('metric'), head.dataset.metric));
        for (const row of table.rows) {
          if (row.classList.contains('over')) { row.hidden = columns.includes(false); continue; }
          [...row.cells].forEach((cell, at) => { cell.hidden = !columns[at]; });
        }
        const before = shown;
        for (const row of bodyRows(table)) {
          row.hidden = !(keep(wanted('scorer'), row.dataset.scorer) && keep(wanted('group'), row.dataset.group) &&
            keep(wanted('metric'), row.dataset.metric));
          all++;
          if (!row.hidden) shown++;
        }
        table.parentElement.hidden = shown === before;
        nothing.get(table).hidden = shown > before;
      }
      said.textContent = shown === all ? '' : `${shown} of ${all} rows are shown`;
    };
    form.addEventListener('change', filter);
    form.addEventListener('submit', event => event.preventDefault());
    form.addEventListener('reset', () => setTimeout(filter));
    form.hidden = false;
    filter();
  };
  const form = document.querySelector('.filters');
  if (form) filters(form); // a comparison of two results has none

  // --- what a measure means: at its heading, on hover and on focus; Escape puts it away.
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('aria-hidden', 'true'); // aria-describedby says it to those who hear the page
  document.body.append(tip);
  const hide = () => { tip.hidden = true; };
  for (const head of document.querySelectorAll('th[data-metric]')) {
    const means = document.getElementById(`m-${head.dataset.metric}`);
    const button = head.querySelector('button');
    if (!means || !button) continue;
    button.setAttribute('aria-describedby', means.id);
    const show = () => {
      tip.textContent = means.querySelector('.means').textContent;
      tip.hidden = false;
      const box = head.getBoundingClientRect();
      const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
      tip.style.left = `${Math.max(8, left)}px`;
      const above = box.top - tip.offsetHeight - 6;
      tip.style.top = `${above >= 0 ? above : box.bottom + 6}px`;
    };
    head.addEventListener('mouseenter', show);
    head.addEventListener('mouseleave', hide);
    button.addEventListener('focus', show);
    button.addEventListener('blur', hide);
  }
  document.addEventListener('keydown', event => { if (event.key === 'Escape') hide(); });
  document.addEventListener('scroll', hide, {passive: true, capture: true});

  // --- on paper everything is open.
  const folded = () => [...document.querySelectorAll('details:not([open]):not(.long)')];
  let opened = [];
  addEventListener('beforeprint', () => { opened = folded(); for (const it of opened) it.open = true; });
  addEventListener('afterprint', () => { for (const it of opened) it.open = false; });
})();
