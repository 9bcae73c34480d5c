// What one can do with a version, wherever it is shown.
import {call, of} from './api.js';
import {address, confirm} from './dom.js';
import {doing, go, may} from './page.js';

/// The buttons for a version, as far as the role reaches and the hub would let it.
export function changes(project, version) {
  const {model, version: number, published} = version;
  const path = of(project, 'models', model, 'versions', number);
  const publish = doing('Publish', '', async () => {
    await call('POST', `${path}/publish`);
    return `Version ${number} is published: channels can stand for it now.`;
  });
  const unpublish = doing('Unpublish', '', async () => {
    const yes = await confirm(`Unpublish ${model} ${number}?`,
                              'No device gets this version any more.', 'Unpublish');
    if (!yes) return null;
    await call('POST', `${path}/unpublish`);
    return `Version ${number} is not published any more.`;
  });
  const remove = doing('Delete', 'danger', async () => {
    const yes = await confirm(`Delete ${model} ${number}?`,
                              'The version is gone for good, and its number is free.', 'Delete');
    if (!yes) return;
    await call('DELETE', path);
    go(address('p', project, 'm', model), 'good', `Version ${number} is deleted.`);
  });
  return [may('publisher', project) && (published ? unpublish : publish),
          may('admin', project) && !published && remove];
}
