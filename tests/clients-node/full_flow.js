// Firebase's Node clients through everything that they do with models. Arguments: the hub's address, the
// file of a service account, two model files.
'use strict';
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { cert, initializeApp } = require('firebase-admin/app');
const { getMachineLearning } = require('firebase-admin/machine-learning');
const { OAuth2Client } = require('google-auth-library');
const { Storage } = require('@google-cloud/storage');

const [address, accountFile, first, second] = process.argv.slice(2);
const account = JSON.parse(fs.readFileSync(accountFile));

// Node's client has its addresses built in: these are the places that hold them.
const library = path.join(path.dirname(require.resolve('firebase-admin/app')), '..');
const { MachineLearningApiClient } = require(path.join(
  library, 'machine-learning/machine-learning-api-client.js'));
const api = `${address}/v1beta2`;
MachineLearningApiClient.prototype.getProjectUrl = async function () {
  return `${api}/${await this.getProjectIdPrefix()}`;
};
MachineLearningApiClient.prototype.getResourceWithFullName = function (name) {
  return this.sendRequest({ method: 'GET', url: `${api}/${name}` });
};

/** A token of the hub for what the account's key has signed. */
async function accessToken() {
  const now = Math.floor(Date.now() / 1000);
  const part = (json) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({
    iss: account.client_email, aud: account.token_uri, iat: now, exp: now + 3600 })}`;
  const signature = crypto.sign('sha256', Buffer.from(text), account.private_key);
  const answer = await fetch(account.token_uri, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: `${text}.${signature.toString('base64url')}` }) });
  assert.equal(answer.status, 200);
  return answer.json();
}

/** The file's gs:// name. Not resumable: with an address of one's own that sends no token (7.22). */
async function upload(token, file, destination) {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token });
  const storage = new Storage({
    apiEndpoint: address, useAuthWithCustomEndpoint: true, projectId: account.project_id, authClient });
  const [object] = await storage.bucket('models').upload(file, { destination, resumable: false });
  return `gs://models/${object.name}`;
}

async function main() {
  const credential = cert(account);
  credential.getAccessToken = accessToken;
  const ml = getMachineLearning(initializeApp({ credential, projectId: account.project_id }));
  const { access_token: token } = await accessToken();

  const uri = await upload(token, first, 'first.tflite');
  const model = await ml.createModel({
    displayName: 'digits', tags: ['node'], tfliteModel: { gcsTfliteUri: uri } });
  await model.waitForUnlocked();
  assert.equal(model.tfliteModel.gcsTfliteUri, uri);
  assert.equal(model.published, false);
  assert.equal(model.modelHash,
    crypto.createHash('sha256').update(fs.readFileSync(first)).digest('hex'));
  assert.equal((await ml.publishModel(model.modelId)).published, true);

  const other = await upload(token, second, 'models/second one.tflite');
  const updated = await ml.updateModel(model.modelId, {
    displayName: 'numbers', tags: ['node', 'f32'], tfliteModel: { gcsTfliteUri: other } });
  assert.deepEqual([updated.displayName, updated.tags, updated.published],
    ['numbers', ['node', 'f32'], true]);
  assert.notEqual(updated.modelHash, model.modelHash);

  await ml.createModel({ displayName: 'empty' });
  const page = await ml.listModels({ pageSize: 1 });
  assert.deepEqual(page.models.map((m) => m.displayName), ['numbers']);
  const rest = await ml.listModels({ pageSize: 1, pageToken: page.pageToken });
  assert.deepEqual(rest.models.map((m) => m.displayName), ['empty']);
  const found = await ml.listModels({ filter: 'tags:f32' });
  assert.equal(found.models.length, 1);

  await assert.rejects(ml.createModel({ displayName: 'empty' }));
  await assert.rejects(ml.createModel({ displayName: 'none', tfliteModel: { gcsTfliteUri: 'gs://models/none' } }),
    { code: 'machine-learning/invalid-argument' });
  assert.equal((await ml.unpublishModel(model.modelId)).published, false);
  await ml.deleteModel(model.modelId);
  await assert.rejects(ml.getModel(model.modelId), { code: 'machine-learning/not-found' });
  console.log('full flow: ok');
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
