// Logging in: a token is shown once, and lies from then on in a cookie that only the hub reads.
import {call} from './api.js';
import {el, field} from './dom.js';
import {form} from './page.js';

async function keep(token) {
  try {
    await call('POST', '/v1/cookie', undefined, {Authorization: `Bearer ${token}`});
  } catch (error) {
    throw new Error(error.message);  // whatever it is, it is told here and asks for no other log-in
  }
}

export function login(done) {
  const token = el('input', {type: 'password', name: 'token', required: true,
                             autocomplete: 'current-password', spellcheck: 'false'});
  const enter = async () => {
    await keep(token.value.trim());
    token.value = '';
    await done();
  };
  return {title: 'Log in', content: [
    form('Log in', 'Log in', enter, field('Token', token,
      'As "samara hub token make NAME --role publisher" prints it. Each role may do what those below '
      + 'it may: admin, publisher, viewer.')),
  ]};
}
