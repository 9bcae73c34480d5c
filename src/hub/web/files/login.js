// Logging in: a token is shown once, and lies from then on in a cookie that only the hub reads.
import {call} from './api.js';
import {el, field} from './dom.js';
import {form} from './page.js';

export function login(done) {
  const token = el('input', {type: 'password', name: 'token', required: true,
                             autocomplete: 'current-password', spellcheck: 'false'});
  const enter = async () => {
    await call('POST', '/v1/cookie', undefined, {Authorization: `Bearer ${token.value.trim()}`});
    token.value = '';
    await done();
  };
  return {title: 'Log in', content: [
    form('Log in', 'Log in', enter, field('Token', token,
      'As "samara hub token make NAME --role publisher" prints it. Each role may do what those below '
      + 'it may: admin, publisher, viewer.')),
  ]};
}
