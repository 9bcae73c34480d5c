// Who did what, the newest first.
import {call, of} from './api.js';
import {button, el, table, time} from './dom.js';
import {act} from './page.js';

const MOST = 100;

export async function audit(project) {
  const path = project ? of(project, 'audit') : '/v1/audit';
  const pages = el('div');
  const older = button('Older entries', (event) => act(event.currentTarget, more));
  let before = 0;
  async function more() {
    const {entries} = await call('GET', `${path}?limit=${MOST}` + (before ? `&before=${before}` : ''));
    const columns = ['When', 'Who', 'What', 'On', 'More', 'From'];
    if (entries.length > 0) {
      before = entries.at(-1).id;
      pages.append(table('Audit log', columns, entries.map((entry) => [
        time(entry.at), `${entry.who} (${entry.role})`, entry.action,
        el('span', {class: 'long'}, (project ? '' : `${entry.project} `) + entry.subject),
        el('span', {class: 'long'}, entry.detail), entry.peer])));
    }
    older.hidden = entries.length < MOST;
  }
  await more();
  return {project, title: project ? `Audit log of ${project}` : 'Audit log of the hub',
          content: [pages, older]};
}
