// One model: its channels, pins and versions, and what can be done with them.
import {call, of} from './api.js';
import {address, badge, confirm, el, field, link, size, suggestions, table, time} from './dom.js';
import {changes} from './changes.js';
import {doing, form, go, may} from './page.js';

/// A choice among the published versions.
const choice = (versions) => el('select', {required: true},
  versions.map((version) => el('option', {value: version.version}, version.version)));

function channels(project, shown, published) {
  const path = (name) => of(project, 'models', shown.name, 'channels', name);
  const toVersion = (number) => link(number, 'p', project, 'm', shown.name, 'v', number);
  const back = (channel) => doing(`Roll back to ${channel.previous}`, '', async () => {
    const yes = await confirm(`Roll ${channel.name} back to ${channel.previous}?`,
      `Devices that follow ${channel.name} go from ${channel.version} to ${channel.previous}.`,
      'Roll back');
    if (!yes) return null;
    const now = await call('POST', `${path(channel.name)}/rollback`);
    return `Channel ${channel.name} stands for ${now.version} again.`;
  });
  const remove = (channel) => doing('Remove', 'danger', async () => {
    const yes = await confirm(`Remove channel ${channel.name}?`,
      'Devices that follow it keep the model they have and get no other.', 'Remove');
    if (!yes) return null;
    await call('DELETE', path(channel.name));
    return `Channel ${channel.name} is removed.`;
  });
  const name = el('input', {required: true, list: 'channels', value: 'stable',
                            pattern: '[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,59}', autocomplete: 'off'});
  const version = choice(published);
  const promote = form('Promote', 'Promote', async () => {
    await call('PUT', path(name.value), {version: version.value});
    return `Channel ${name.value} stands for ${version.value}.`;
  }, field('Version', version), field('Channel', name), suggestions('channels', ['stable', 'beta']));
  return el('section', {'aria-labelledby': 'channels-heading'},
    el('h2', {id: 'channels-heading'}, 'Channels'),
    shown.channels.length === 0 ? el('p', null, 'Devices follow channels; there is none yet.') :
      table('Channels', ['Channel', 'Version', 'Since', 'Actions'], shown.channels.map((channel) => [
        el('strong', null, channel.name), toVersion(channel.version), time(channel.updated_at),
        el('div', {class: 'buttons'}, may('publisher', project) && channel.previous && back(channel),
           may('admin', project) && remove(channel))])),
    may('publisher', project) && published.length > 0 && promote);
}

function pins(project, shown, published) {
  const path = (name) => of(project, 'models', shown.name, 'aliases', name);
  const remove = (pin) => doing('Remove', 'danger', async () => {
    const yes = await confirm(`Remove pin ${pin.name}?`,
      'Devices that are told to follow it keep the model they have.', 'Remove');
    if (!yes) return null;
    await call('DELETE', path(pin.name));
    return `Pin ${pin.name} is removed.`;
  });
  const name = el('input', {required: true, pattern: '[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,59}',
                            autocomplete: 'off'});
  const version = choice(published);
  const pin = form('Pin', 'Pin', async () => {
    await call('PUT', path(name.value), {version: version.value});
    return `Pin ${name.value} stands for ${version.value}.`;
  }, field('Version', version), field('Name of the pin', name));
  if (shown.aliases.length === 0 && (published.length === 0 || !may('publisher', project))) return null;
  return el('section', {'aria-labelledby': 'pins-heading'},
    el('h2', {id: 'pins-heading'}, 'Pins'),
    shown.aliases.length === 0 ?
      el('p', null, 'A pin is a name under which devices stay with one version.') :
      table('Pins', ['Pin', 'Version', 'Since', 'Actions'], shown.aliases.map((alias) => [
        el('strong', null, alias.name), alias.version, time(alias.updated_at),
        may('publisher', project) && remove(alias)])),
    may('publisher', project) && published.length > 0 && pin);
}

const words = (version) => [
  version.tags.map((tag) => badge(tag)),
  Object.entries(version.labels).map(([name, value]) => badge(`${name}=${value}`, 'label')),
];

function versions(project, shown) {
  return el('section', {'aria-labelledby': 'versions-heading'},
    el('h2', {id: 'versions-heading'}, 'Versions'),
    table('Versions', ['Version', 'State', 'Size', 'Tags and labels', 'Uploaded', 'Actions'],
      shown.versions.map((version) => [
        link(version.version, 'p', project, 'm', shown.name, 'v', version.version),
        version.published ? badge('published', 'on') : badge('not published', 'off'),
        size(version.size), words(version),
        [time(version.created_at), ` by ${version.created_by}`],
        el('div', {class: 'buttons'}, changes(project, version))])));
}

export async function model(project, name) {
  const shown = await call('GET', of(project, 'models', name));
  const published = shown.versions.filter((version) => version.published);
  const remove = doing('Delete the model', 'danger', async () => {
    const yes = await confirm(`Delete ${name} with all of its versions?`,
                              'They are gone for good.', 'Delete');
    if (!yes) return;
    await call('DELETE', of(project, 'models', name));
    go(address('p', project), 'good', `Model ${name} is deleted.`);
  });
  return {project, title: name, content: [
    may('publisher', project) && el('p', null, link('Upload a version', 'p', project, 'upload', name)),
    channels(project, shown, published), pins(project, shown, published), versions(project, shown),
    may('admin', project) && published.length === 0 && el('p', null, remove),
  ]};
}
