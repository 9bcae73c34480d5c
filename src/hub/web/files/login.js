// Logging in, by name and password or by a token. The token, one's own or that of the session which the
// password opens, lies from then on in a cookie that only the hub reads.
import {call} from './api.js';
import {el, field} from './dom.js';
import {form} from './page.js';

/// Whatever goes wrong here is told here, and asks for no other log-in.
async function enter(work) {
  try {
    const token = await work();
    await call('POST', '/v1/cookie', undefined, {Authorization: `Bearer ${token}`});
  } catch (error) {
    throw new Error(error.message);
  }
}

const secret = (name, autocomplete) => el('input', {type: 'password', name, autocomplete, required: true,
                                                    spellcheck: 'false'});

export function login(done) {
  const name = el('input', {type: 'text', name: 'name', autocomplete: 'username', required: true,
                            spellcheck: 'false', autocapitalize: 'off'});
  const password = secret('password', 'current-password'), token = secret('token', 'off');
  const byPassword = async () => {
    await enter(async () => (await call('POST', '/v1/sessions', {
      name: name.value.trim(), password: password.value})).token);
    await done();
  };
  const byToken = async () => {
    await enter(() => token.value.trim());
    await done();
  };
  return {title: 'Log in', content: [
    form('Log in by name', 'Log in', byPassword, field('Name', name), field('Password', password)),
    el('h2', null, 'With a token'),
    form('Log in by token', 'Use the token', byToken, field('Token', token,
      'As "samara hub token make NAME --role publisher" prints it. Each role may do what those below '
      + 'it may: admin, publisher, viewer.')),
  ]};
}
