// Who may do what: the tokens of a project and its members; the users of the hub.
import {call, of} from './api.js';
import {badge, confirm, el, field, table, time} from './dom.js';
import {doing, form} from './page.js';

const NAME = '[A-Za-z0-9_][A-Za-z0-9_.\\-]{0,59}';

const nameInput = () => el('input', {required: true, pattern: NAME, autocomplete: 'off',
                                     spellcheck: 'false', autocapitalize: 'off'});

const roles = (...names) => el('select', {required: true},
  names.map((name) => el('option', {value: name}, name)));

const section = (id, heading, ...content) => el('section', {'aria-labelledby': id},
  el('h2', {id}, heading), content);

const holds = (token) => !token.revoked_at
  && (!token.expires_at || new Date(token.expires_at) > new Date());

function tokens(project, list) {
  const path = of(project, 'tokens');
  const revoke = (token) => doing('Revoke', 'danger', async () => {
    const yes = await confirm(`Revoke the token ${token.name}?`,
      'Whoever shows it is refused from now on. It cannot be taken back.', 'Revoke');
    if (!yes) return null;
    await call('DELETE', `${path}/${token.id}`);
    return `Token ${token.name} is revoked.`;
  });
  const name = nameInput(), role = roles('device', 'viewer', 'publisher', 'admin');
  const days = el('input', {type: 'number', min: '0', max: '36500', value: '0', required: true});
  const make = form('Make a token', 'Make', async () => {
    const made = await call('POST', path, {name: name.value, role: role.value,
                                           days: Number(days.value)});
    return `Token ${made.name}: ${made.token} (it is shown this once)`;
  }, field('Name of the token', name), field('Role of the token', role),
     field('Days', days, '0: until it is revoked'));
  const shown = list.filter(holds);
  return section('tokens-heading', 'Tokens',
    shown.length === 0 ? el('p', null, 'No token of this project holds.') :
      table('Tokens', ['Token', 'Role', 'Device', 'Since', 'Until', 'Actions'], shown.map((token) => [
        el('strong', null, token.name), badge(token.role), token.device,
        [time(token.created_at), ` by ${token.created_by}`],
        token.expires_at ? time(token.expires_at) : 'it is revoked', revoke(token)])),
    make);
}

function members(project, list) {
  const path = (user) => of(project, 'members', user);
  const remove = (user) => doing('Remove', 'danger', async () => {
    const yes = await confirm(`Take the role in ${project} from ${user.name}?`,
      'What the user may do by other roles stays.', 'Remove');
    if (!yes) return null;
    await call('DELETE', path(user.name));
    return `User ${user.name} has no role in ${project} any more.`;
  });
  const name = nameInput(), role = roles('viewer', 'publisher', 'admin');
  const give = form('Give a role', 'Give', async () => {
    await call('PUT', path(name.value), {role: role.value});
    return `User ${name.value} is ${role.value} in ${project}.`;
  }, field('User', name), field('Role of the user', role));
  return section('members-heading', 'Members',
    list.length === 0 ? el('p', null, 'No user has a role in this project alone.') :
      table('Members', ['User', 'Role', 'Actions'], list.map((user) => [
        el('strong', null, user.name), user.roles.map((grant) => badge(grant.role)), remove(user)])),
    give);
}

export async function access(project) {
  const [{tokens: made}, {users: list}] = await Promise.all([
    call('GET', of(project, 'tokens')), call('GET', of(project, 'members'))]);
  return {project, title: `Access to ${project}`,
          content: [tokens(project, made), members(project, list)]};
}

const placed = ({role, project, organisation}) =>
  badge(`${role} ${project ? `in ${project}` : organisation ? `in all of ${organisation}` : 'everywhere'}`);

export async function users() {
  const {users: list} = await call('GET', '/v1/users');
  const change = (user) => doing(user.disabled_at ? 'Let in' : 'Disable',
                                 user.disabled_at ? '' : 'danger', async () => {
    const disabled = !user.disabled_at;
    const yes = !disabled || await confirm(`Disable ${user.name}?`,
      'The user cannot log in, and all tokens of the user are revoked.', 'Disable');
    if (!yes) return null;
    await call('PATCH', `/v1/users/${encodeURIComponent(user.name)}`, {disabled});
    return `User ${user.name} ${disabled ? 'is disabled' : 'may log in again'}.`;
  });
  const name = nameInput();
  const password = el('input', {type: 'password', required: true, minlength: '10',
                                autocomplete: 'new-password'});
  const add = form('Add a user', 'Add', async () => {
    await call('POST', '/v1/users', {name: name.value, password: password.value});
    return `User ${name.value} can log in now, and may do nothing until a role is given.`;
  }, field('Name of the user', name), field('Password', password, 'At least 10 characters'));
  return {title: 'Users', content: [
    list.length === 0 ? el('p', null, 'There is no user yet.') :
      table('Users', ['User', 'Roles', 'Since', 'State', 'Actions'], list.map((user) => [
        el('strong', null, user.name), user.roles.map(placed), time(user.created_at),
        user.disabled_at ? badge('disabled', 'off') : badge('may log in', 'on'), change(user)])),
    add]};
}
