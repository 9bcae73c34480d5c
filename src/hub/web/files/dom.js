// Elements. Text goes in as text and attributes alone, never as markup, so that no name, note or label
// that somebody gave can become a part of the page.

/// el('p', {class: 'x', click: listener}, 'text', element, [more], null)
export function el(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') node.addEventListener(key, value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child || child === 0 || child === ''));
  return node;
}

/// '#/p/default/m/digits' of its parts.
export const address = (...parts) => '#/' + parts.map(encodeURIComponent).join('/');

export const link = (text, ...parts) => el('a', {href: address(...parts)}, text);

export const button = (text, click, kind = '') => el('button', {type: 'button', class: kind, click},
                                                     text);

/// A table that becomes a list of cards where there is no room, and stays a table for screen readers.
export function table(caption, columns, rows) {
  const cell = (content, i) => el('td', {role: 'cell', 'data-label': columns[i]},
                                  el('div', null, content));
  return el('table', {role: 'table'},
    el('caption', {class: 'unseen'}, caption),
    el('thead', {role: 'rowgroup'},
      el('tr', {role: 'row'},
        columns.map((column) => el('th', {scope: 'col', role: 'columnheader'}, column)))),
    el('tbody', {role: 'rowgroup'},
      rows.map((row) => el('tr', {role: 'row'}, row.map(cell)))));
}

/// Names and what they stand for; what is empty is left out.
export function facts(pairs) {
  const filled = pairs.filter(([, value]) => value || value === 0);
  return el('dl', null, filled.map(([name, value]) => [el('dt', null, name), el('dd', null, value)]));
}

let fields = 0;
/// A labelled input, with a hint below it.
export function field(label, input, hint) {
  input.id = `field-${++fields}`;
  if (hint) input.setAttribute('aria-describedby', `${input.id}-hint`);
  return el('div', {class: 'field'}, el('label', {for: input.id}, label), input,
            hint && el('small', {id: `${input.id}-hint`}, hint));
}

/// Words for an input that one may also not choose; `name` must differ from others of the page.
export function suggestions(name, words) {
  return el('datalist', {id: name}, words.map((word) => el('option', {value: word})));
}

export const badge = (text, kind) => el('span', {class: `badge ${kind ?? ''}`}, text);

export function bytes(count) {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0, value = count;
  for (; value >= 1024 && unit < units.length - 1; ++unit) value /= 1024;
  const text = unit && value < 10 ? value.toFixed(1) : String(Math.round(value));
  return `${text} ${units[unit]}`;
}

export const size = (count) => el('span', {class: 'whole', title: `${count} bytes`},
                                       bytes(count));

export function time(text) {
  const shown = new Date(text).toLocaleString(undefined, {dateStyle: 'medium', timeStyle: 'short'});
  return el('time', {class: 'whole', datetime: text, title: text}, shown);
}

/// Asks before something is done that is hard to undo.
export function confirm(question, detail, verb) {
  return new Promise((resolve) => {
    let answer = false;
    const close = (yes) => () => {
      answer = yes;
      dialog.close();
    };
    const dialog = el('dialog', {'aria-labelledby': 'question', 'aria-describedby': 'detail'},
      el('h2', {id: 'question'}, question),
      el('p', {id: 'detail'}, detail),
      el('div', {class: 'buttons'}, button('Cancel', close(false)),
         button(verb, close(true), 'danger')));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
