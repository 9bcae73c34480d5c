// Uploading a version: the file goes up, the hub judges it, and where wanted it is published at once.
import {call, callPatiently, of, upload} from './api.js';
import {address, button, bytes, el, field, suggestions} from './dom.js';
import {form, go, onLeave, tell} from './page.js';

const NAME = '[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,59}';

const text = (attributes) => el('input', {type: 'text', autocomplete: 'off', spellcheck: 'false',
                                          ...attributes});

/// '1.4.2' becomes '1.5.0'; the first version is 1.0.0.
function after(versions) {
  const [major, minor] = versions.length > 0 ? versions[0].version.split('.').map(Number) : [];
  return major === undefined ? '1.0.0' : `${major}.${minor + 1}.0`;
}

const words = (input) => input.value.split(/[\s,]+/).filter(Boolean);

function labels(input) {
  const out = {};
  for (const line of input.value.split('\n').map((each) => each.trim()).filter(Boolean)) {
    const at = line.indexOf('=');
    if (at < 1) throw new Error(`The label "${line}" is not of the form name=value.`);
    out[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return out;
}

function inputs(model, next) {
  return {
    file: el('input', {type: 'file', required: true, accept: '.tflite,.lite,application/octet-stream'}),
    model: text({required: true, pattern: NAME, list: 'models', value: model ?? ''}),
    version: text({required: true, value: next, inputmode: 'decimal'}),
    tags: text({}),
    labels: el('textarea', {rows: '2', spellcheck: 'false'}),
    notes: el('textarea', {rows: '3', maxlength: '2000'}),
    app: text({}), app_versions: text({placeholder: '>=2.1.0 <3.0.0'}),
    os: text({}), abi: text({}), device_class: text({}),
    memory: el('input', {type: 'number', min: '0', step: '1'}),
    publish: el('input', {type: 'checkbox'}),
    channel: text({pattern: NAME, list: 'channels'}),
  };
}

function target(from) {
  const out = {};
  for (const name of ['app', 'app_versions'])
    if (from[name].value.trim()) out[name] = from[name].value.trim();
  for (const name of ['os', 'abi', 'device_class'])
    if (words(from[name]).length > 0) out[name] = words(from[name]);
  if (from.memory.value) out.least_memory = Number(from.memory.value) * 2 ** 20;
  return out;
}

const about = (from) => ({
  version: from.version.value.trim(), tags: words(from.tags), labels: labels(from.labels),
  notes: from.notes.value, target: target(from)});

/// How far it is, in numbers and as a bar.
function progress(stop) {
  const bar = el('progress', {max: '1', value: '0', 'aria-label': 'Upload'});
  const line = el('p', {'aria-live': 'off'});
  const phase = el('p', {role: 'status'});
  const end = button('Stop', stop);
  const box = el('div', {class: 'progress', hidden: true}, phase, bar, line, end);
  return {
    box, end,
    at(done, of) {
      bar.value = of > 0 ? done / of : 1;
      line.textContent = `${bytes(done)} of ${bytes(of)} (${Math.floor(100 * bar.value)} %)`;
    },
    say(what) {
      box.hidden = false;
      phase.textContent = what;
      box.scrollIntoView({block: 'nearest'});
    },
  };
}

/// Publishes, and points the channel at it; gives back what there is to tell.
async function release(project, model, version, channel) {
  const path = of(project, 'models', model);
  await call('POST', `${path}/versions/${encodeURIComponent(version)}/publish`);
  if (!channel) return `Version ${version} is uploaded and published.`;
  await call('PUT', `${path}/channels/${encodeURIComponent(channel)}`, {version});
  return `Version ${version} is uploaded and published, and channel ${channel} stands for it.`;
}

/// The whole way of one version.
async function deliver(project, from, shown, signal) {
  const file = from.file.files[0], model = from.model.value.trim(), body = about(from);
  shown.end.hidden = false;
  shown.say('The file is being uploaded.');
  shown.at(0, file.size);
  const sent = await upload(project, file, (done) => shown.at(Math.min(done, file.size), file.size),
                            signal);
  shown.at(file.size, file.size);
  shown.end.hidden = true;
  shown.say('The hub judges the model.');
  try {
    await callPatiently('POST', of(project, 'models', model, 'versions'), {upload: sent.name, ...body});
  } catch (error) {
    // What is unfit will not do under another number either; all else can be put right.
    if (error.status === 422) {
      sent.forget();
      await call('DELETE', of(project, 'uploads', sent.name)).catch(() => {});
    }
    throw error;
  }
  sent.forget();
  // Who has gone elsewhere meanwhile is told, and left there.
  const there = address('p', project, 'm', model, 'v', body.version);
  const end = (kind, said) => (signal.aborted ? tell(kind, said) : go(there, kind, said));
  const channel = from.channel.value.trim();
  if (!from.publish.checked && !channel)
    return end('good', `Version ${body.version} is uploaded. It is not published yet.`);
  try {
    end('good', await release(project, model, body.version, channel));
  } catch (error) {
    end('bad', `Version ${body.version} is uploaded, but not released: ${error.message}`);
  }
}

async function known(project, model) {
  const {models} = await call('GET', of(project, 'models'));
  if (!models.some((one) => one.name === model)) return [models, []];
  return [models, (await call('GET', of(project, 'models', model))).versions];
}

export async function send(project, model) {
  const [models, versions] = await known(project, model);
  let running = null;
  const stop = () => running?.abort(new Error('The upload was stopped. It goes on where it was if '
                                             + 'you upload the same file again.'));
  const from = inputs(model, after(versions)), shown = progress(stop);
  const stay = (event) => running && event.preventDefault();
  addEventListener('beforeunload', stay);
  onLeave(() => {
    stop();
    removeEventListener('beforeunload', stay);
  });
  const work = async () => {
    running = new AbortController();
    try {
      await deliver(project, from, shown, running.signal);
    } finally {
      running = null;
      shown.box.hidden = true;
    }
  };
  const more = el('details', null, el('summary', null, 'Only for some devices'),
    field('App', from.app), field('App versions', from.app_versions),
    field('Systems', from.os, 'such as android, linux'), field('ABIs', from.abi, 'such as arm64-v8a'),
    field('Device classes', from.device_class), field('Least memory in MiB', from.memory));
  const upForm = form('Upload', 'Upload', work,
    field('Model file', from.file, 'A .tflite file of any size. An upload that was cut goes on.'),
    field('Model', from.model), suggestions('models', models.map((one) => one.name)),
    field('Version', from.version, 'A semantic version: a new major where apps must change.'),
    field('Tags', from.tags, 'Words to find it by, with spaces between.'),
    field('Labels', from.labels, 'One a line: name=value'),
    field('Notes', from.notes, 'What is new, for people.'), more,
    field('Publish at once', from.publish), field('Promote to channel', from.channel,
                                                  'Empty: none. Else it is published first.'),
    suggestions('channels', ['stable', 'beta']));
  upForm.className = 'tall';
  return {project, title: 'Upload a version', content: [upForm, shown.box]};
}
