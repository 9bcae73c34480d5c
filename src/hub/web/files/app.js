// The hub's pages: which view an address stands for, logging in and out.
import {address, button, el, link} from './dom.js';
import {call} from './api.js';
import {fail, go, hush, leave, may, mayEverywhere, meet, session, tell} from './page.js';
import {access, users} from './access.js';
import {audit} from './audit.js';
import {login} from './login.js';
import {model} from './model.js';
import {models, projects} from './models.js';
import {send} from './send.js';
import {version} from './version.js';

const VIEWS = [
  ['', projects],
  ['p/:', models],
  ['p/:/upload', send],
  ['p/:/upload/:', send],
  ['p/:/m/:', model],
  ['p/:/m/:/v/:', version],
  ['p/:/access', access],
  ['p/:/audit', audit],
  ['users', users],
  ['audit', audit],
];

/// The view of an address and what stands for its colons.
function find(hash) {
  const parts = hash.replace(/^#?\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  for (const [pattern, view] of VIEWS) {
    const wanted = pattern.split('/').filter(Boolean);
    if (wanted.length !== parts.length) continue;
    if (wanted.every((part, i) => part === ':' || part === parts[i]))
      return [view, parts.filter((_, i) => wanted[i] === ':')];
  }
  return [() => ({title: 'No such page', content: el('p', null, link('To the models'))}), []];
}

function navigation(project) {
  const shown = project ? [['Models', 'p', project]] : [];
  if (may('publisher', project)) shown.push(['Upload', 'p', project, 'upload']);
  if (may('admin', project))
    shown.push(['Access', 'p', project, 'access'], ['Audit log', 'p', project, 'audit']);
  if (session.who && mayEverywhere('admin')) shown.push(['Users', 'users']);
  document.getElementById('nav').replaceChildren(...shown.map(([text, ...to]) => {
    const entry = link(text, ...to);
    if (address(...to) === location.hash) entry.setAttribute('aria-current', 'page');
    return entry;
  }));
  document.getElementById('who').replaceChildren(...(session.who ? [
    el('span', null, `${session.who.name} (${session.who.role})`),
    button('Log out', logOut, 'quiet'),
  ] : []));
}

async function logOut() {
  try {
    // Ends what a password began; a token of one's own goes on.
    await call('DELETE', '/v1/sessions').catch(() => {});
    await call('DELETE', '/v1/cookie');
  } catch (error) {
    return fail(error);
  }
  session.who = null;
  go('#/');
}

function put({title, content}) {
  const heading = el('h1', {tabindex: '-1'}, title);
  document.title = `${title} - Samara hub`;
  document.getElementById('main').replaceChildren(heading, ...[content].flat(Infinity)
    .filter(Boolean));
  heading.focus({preventScroll: true});
}

function askWho(why) {
  session.who = null;
  leave();
  navigation(null);
  put(login(() => {
    hush();
    return show();
  }));
  if (why) tell('bad', `Please log in again: ${why}.`);
}

let turn = 0;  // of two views under way the later one is shown
async function show() {
  if (location.hash && !location.hash.startsWith('#/')) return;
  const mine = ++turn;
  leave();
  try {
    if (!session.who) await meet();
    const [view, parts] = find(location.hash);
    const shown = await view(...parts);
    if (mine !== turn) return;
    navigation(shown.project ?? session.who.project);
    put(shown);
    if (session.next) tell(...session.next);
    session.next = null;
  } catch (error) {
    if (mine !== turn) return;
    if (error.status === 401) return askWho(session.who && error.message);
    navigation(session.who?.project);
    put({title: 'This cannot be shown', content: el('p', null, link('To the models'))});
    fail(error);
  }
}

let last = null;
addEventListener('hashchange', () => {
  if (location.hash !== last) hush();
  last = location.hash;
  show();
});
addEventListener('ended', (event) => askWho(event.detail));
show();
