// One version: what was said of it at its upload, and what the hub found in its file.
import {call, of} from './api.js';
import {badge, el, facts, link, size, time} from './dom.js';
import {changes} from './changes.js';
import {report} from './report.js';

const list = (words) => words?.join(', ');

function target(wanted) {
  return facts([
    ['App', wanted.app], ['App versions', wanted.app_versions], ['Systems', list(wanted.os)],
    ['ABIs', list(wanted.abi)], ['Device classes', list(wanted.device_class)],
    ['Least memory', wanted.least_memory && size(wanted.least_memory)]]);
}

export async function version(project, model, number) {
  const shown = await call('GET', of(project, 'models', model, 'versions', number));
  const labels = Object.entries(shown.labels);
  return {project, title: `${model} ${number}`, content: [
    el('p', null, link(`All versions of ${model}`, 'p', project, 'm', model)),
    el('p', null, shown.published ? badge('published', 'on') : badge('not published', 'off')),
    el('div', {class: 'buttons'}, changes(project, shown)),
    facts([
      ['Size', size(shown.size)],
      ['SHA-256', el('code', null, shown.sha256)],
      ['Tags', shown.tags.length > 0 && shown.tags.map((tag) => badge(tag))],
      ['Labels', labels.length > 0 && labels.map(([name, value]) => badge(`${name}=${value}`, 'label'))],
      ['Notes', shown.notes && el('div', {class: 'notes'}, shown.notes)],
      ['For', Object.keys(shown.target).length > 0 && target(shown.target)],
      ['Uploaded', [time(shown.created_at), ` by ${shown.created_by}`]],
    ]),
    shown.report && report(shown.report),
  ]};
}
