// The projects that the token reaches, and the models of one.
import {call, of} from './api.js';
import {el, link, table, time} from './dom.js';
import {may, mayEverywhere, meet} from './page.js';

export async function projects() {
  const list = await meet();
  if (list.length === 1) return models(list[0].name);
  return {title: 'Projects', content: [
    table('Projects', ['Project', 'Organisation', 'Since'], list.map((project) => [
      link(project.name, 'p', project.name), project.organisation, time(project.created_at)])),
    mayEverywhere('admin') && el('p', null, link('Audit log of the whole hub', 'audit')),
  ]};
}

export async function models(project) {
  const list = (await call('GET', of(project, 'models'))).models;
  const none = el('p', null, 'There are no models in this project yet. ',
                  may('publisher', project) && link('Upload the first one', 'p', project, 'upload'));
  return {project, title: `Models of ${project}`, content: list.length === 0 ? none :
    table('Models', ['Model', 'Since'], list.map((model) => [
      link(model.name, 'p', project, 'm', model.name), time(model.created_at)]))};
}
