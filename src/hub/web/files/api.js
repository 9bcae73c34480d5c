// The hub's API. The token lies in a cookie that no script can read; the hub believes it only together
// with the header below, which no page of another origin can send.

const PAGE = {'X-Samara-Page': '1'};

/// What the hub answered where it did not do what was asked; status 0: it did not answer.
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

const UNREACHABLE = 'The hub cannot be reached. Is it running, and is there a network?';

function refusal(status, text) {
  if (status === 0) return new Refusal(0, UNREACHABLE);
  try {
    return new Refusal(status, JSON.parse(text).error.message);
  } catch {
    return new Refusal(status, `The hub answered with status ${status}.`);
  }
}

/// One call; what it gives back is the answer's JSON, or null.
export async function call(method, path, body, headers = {}) {
  const options = {method, headers: {...PAGE, ...headers}, credentials: 'same-origin'};
  if (body !== undefined) {
    options.headers['Content-Type'] = 'application/json';
    options.body = JSON.stringify(body);
  }
  let status = 0, text = '';
  try {
    const response = await fetch(path, options);
    text = await response.text();
    status = response.status;
  } catch {
    throw refusal(0);
  }
  if (status < 200 || status > 299) throw refusal(status, text);
  return text ? JSON.parse(text) : null;
}

/// A path of the API: /v1/projects/... of its parts.
export const of = (project, ...parts) => '/v1/projects/' + [project, ...parts]
  .map(encodeURIComponent).join('/');

const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/// As call(), but asks again for a while where the hub says that it has no time now.
export async function callPatiently(method, path, body) {
  for (let left = 20; ; --left) {
    try {
      return await call(method, path, body);
    } catch (error) {
      if (error.status !== 503 || left === 0) throw error;
      await wait(3000);
    }
  }
}

const PIECE = 16 << 20;

/// One piece of an upload. fetch() tells nothing of how far a body has come; this does.
function sendPiece(path, offset, piece, progress, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PATCH', path);
    for (const [name, value] of Object.entries(PAGE)) request.setRequestHeader(name, value);
    request.setRequestHeader('Upload-Offset', offset);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.addEventListener('progress', (event) => progress(offset + event.loaded));
    request.addEventListener('loadend', () => {
      signal.removeEventListener('abort', abort);
      if (request.status === 204) resolve(Number(request.getResponseHeader('Upload-Offset')));
      else reject(signal.aborted ? signal.reason : refusal(request.status, request.responseText));
    });
    const abort = () => request.abort();
    signal.addEventListener('abort', abort);
    request.send(piece);
  });
}

/// Whether it may help to ask again: no answer, one of the hub's troubles, or another idea of how far it is.
const passing = (status) => status === 0 || status === 409 || status === 429 || status >= 500;

/// Sends a file and goes on after a cut from where the hub is; gives back the upload's name. A page that
/// is opened anew goes on too, as long as its tab is there.
export async function upload(project, file, progress, signal) {
  const note = ['samara-upload', project, file.name, file.size, file.lastModified].join(' ');
  let name = sessionStorage.getItem(note), offset = 0;
  if (name) {
    try {
      offset = (await call('GET', of(project, 'uploads', name))).offset;
    } catch (error) {
      if (error.status !== 404) throw error;
      name = null;
    }
  }
  if (!name) {
    name = (await call('POST', of(project, 'uploads'), {size: file.size})).upload;
    sessionStorage.setItem(note, name);
  }
  const path = of(project, 'uploads', name);
  for (let failures = 0; offset < file.size;) {
    try {
      offset = await sendPiece(path, offset, file.slice(offset, offset + PIECE), progress, signal);
      failures = 0;
    } catch (error) {
      if (signal.aborted || !passing(error.status) || ++failures > 8) throw error;
      await wait(Math.min(500 * 2 ** failures, 15_000));
      try {
        offset = (await call('GET', path)).offset;
      } catch (still) {
        if (!passing(still.status)) throw still;
      }
    }
  }
  return {name, forget: () => sessionStorage.removeItem(note)};
}
