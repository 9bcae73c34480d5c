// What the views share: who is logged in, what the page tells, and how something is done.
import {call} from './api.js';
import {button, el} from './dom.js';

const ROLES = ['device', 'viewer', 'publisher', 'admin'];

/// Who is logged in: the answer of /v1/whoami; null: nobody. `roles` is by project.
export const session = {who: null, roles: new Map()};

/// Asks who is logged in; gives back the projects that are reached.
export async function meet() {
  session.who ??= await call('GET', '/v1/whoami');
  const {projects} = await call('GET', '/v1/projects');
  session.roles = new Map(projects.map(({name, role}) => [name, role ?? session.who.role]));
  return projects;
}

const reaches = (held, role) => ROLES.indexOf(held) >= ROLES.indexOf(role);

/// Whether one's role in the project is that or a higher one. The hub decides; this only keeps buttons
/// away that it would refuse.
export const may = (role, project) => reaches(session.roles.get(project), role);

/// The same of the whole hub.
export const mayEverywhere = (role) => session.who.roles
  ? session.who.roles.some((grant) => !grant.project && !grant.organisation && reaches(grant.role, role))
  : !session.who.project && reaches(session.who.role, role);

const notices = () => document.getElementById('notices');

export const hush = () => notices().replaceChildren();

/// kind: 'good' or 'bad'.
export function tell(kind, text) {
  const notice = el('div', {class: `notice ${kind}`, role: kind === 'bad' ? 'alert' : 'status',
                            tabindex: '-1'},
                    el('p', null, text.charAt(0).toUpperCase() + text.slice(1)),
                    button('Close', hush, 'quiet'));
  notices().replaceChildren(notice);
  notice.focus();
}

/// Shows the view anew, with what the hub has now.
export const refresh = () => dispatchEvent(new HashChangeEvent('hashchange'));

/// Leads to another view, which begins with a notice.
export function go(hash, kind, text) {
  if (text) session.next = [kind, text];
  if (location.hash === hash) refresh();
  else location.hash = hash;
}

/// Tells what went wrong; where the token does not hold any more, who it was must log in again.
export function fail(error) {
  if (error.status === 401) dispatchEvent(new CustomEvent('ended', {detail: error.message}));
  else tell('bad', error.message);
}

/// Does the work of a button, which is off meanwhile. What the work gives back is told.
export async function act(pressed, work) {
  pressed.disabled = true;
  hush();
  try {
    const done = await work();
    if (done) go(location.hash, 'good', done);
  } catch (error) {
    fail(error);
  } finally {
    pressed.disabled = false;
  }
}

/// A button that does something with the hub.
export function doing(text, kind, work) {
  return button(text, (event) => act(event.currentTarget, work), kind);
}

/// A form whose one button does something with the hub.
export function form(label, verb, work, ...fields) {
  const submit = el('button', {type: 'submit', class: 'main'}, verb);
  return el('form', {'aria-label': label, class: 'row', submit: (event) => {
    event.preventDefault();
    act(submit, work);
  }}, fields, submit);
}

let leaving = null;
/// What to end when the view goes.
export const onLeave = (work) => { leaving = work; };
export function leave() {
  leaving?.();
  leaving = null;
}
