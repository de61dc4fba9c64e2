// Azure as far as a verify goes, over https: Microsoft Entra ID, Blob Storage (Azurite), an event hub and a FHIR service.
//
// Entra issues access tokens to two applications, by the client credentials flow of the v2.0 endpoint; the services take
// those that are for them. Azurite checks issuer, audience and times by itself; event hub and FHIR service check the
// signature too, answer by the vendor's reference, and take nothing else. Bundles are checked by the package `fhir`.
//
// First line of standard input: {tls: {cert, key}, container?, hub?, writer? (id of the application that may write),
// secret?, fault? (`throttled`)}. Prints one line of JSON once it listens: port, blobs (port of Azurite), stored (port where
// GET tells what was written, by plain http), tenant, account, writer and reader (ids of the applications), secret. Ends
// when standard input does.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { faults } from './fhir_r4.mjs';

const lines = readline.createInterface({ input: process.stdin });
const config = JSON.parse(await new Promise((resolve) => lines.once('line', resolve)));
const { container = 'labs', hub = 'labs', fault, tls } = config;
const writer = config.writer ?? randomUUID();
const secret = config.secret ?? 'Q~entra/secret+of=writer';
const reader = randomUUID();
const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const account = 'devstoreaccount1';

const { privateKey, publicKey } = await generateKeyPair('RS256');
const issuer = `https://sts.windows.net/${tenant}/`;
const stored = { events: [], bundles: [] };

class Refused extends Error {
  constructor(status, body, headers = {}) {
    super();
    Object.assign(this, { status, body, headers });
  }
}

// Entra, https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow

function sign(application, audience) {
  return new SignJWT({ appid: application, oid: application, tid: tenant, ver: '1.0' })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'entra' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(application)
    .setIssuedAt()
    .setNotBefore('0s')
    .setExpirationTime('1h')
    .sign(privateKey);
}

function entra(status, error, code, words) {
  return new Refused(status, JSON.stringify({ error, error_description: `${code}: ${words}`, error_codes: [code] }));
}

async function token(request, body) {
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') {
    throw entra(400, 'invalid_request', 'AADSTS900144', 'The request body must contain form parameters.');
  }
  const form = new URLSearchParams(body.toString());
  const [scheme, basic] = (request.headers.authorization ?? '').split(' ');
  const [id, key] =
    scheme === 'Basic'
      ? Buffer.from(basic, 'base64').toString().split(':').map(decodeURIComponent)
      : [form.get('client_id'), form.get('client_secret')];
  if (form.get('grant_type') !== 'client_credentials') {
    throw entra(400, 'unsupported_grant_type', 'AADSTS70003', 'The app requested an unsupported grant type.');
  }
  if (![writer, reader].includes(id)) {
    throw entra(400, 'unauthorized_client', 'AADSTS700016', 'Application was not found in the directory.');
  }
  if (key !== secret) throw entra(401, 'invalid_client', 'AADSTS7000215', 'Invalid client secret provided.');
  const [, resource] = /^(https:\/\/[^ ]+)\/\.default$/.exec(form.get('scope') ?? '') ?? [];
  if (!resource) throw entra(400, 'invalid_scope', 'AADSTS1002012', 'The provided value for scope is not valid.');
  const issued = { token_type: 'Bearer', expires_in: 3599, access_token: await sign(id, resource) };
  return [200, { 'content-type': 'application/json' }, JSON.stringify(issued)];
}

/** The application of a token that is for this audience; fails with a reason if it is not good. */
async function application(request, audience) {
  const [scheme, given] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer') throw new Error('MissingToken');
  return (await jwtVerify(given, publicKey, { issuer, audience, algorithms: ['RS256'] })).payload.appid;
}

// Event Hubs, https://learn.microsoft.com/rest/api/eventhub/send-event

function bus(status, words) {
  const body = `<Error><Code>${status}</Code><Detail>${words} TrackingId:${randomUUID()}</Detail></Error>`;
  return new Refused(status, body, { 'content-type': 'application/xml; charset=utf-8' });
}

async function send(request, url, body) {
  const id = await application(request, 'https://eventhubs.azure.net').catch((error) => {
    throw bus(401, error.claim === 'aud' ? 'InvalidAudience: Authorization failed.' : 'InvalidToken');
  });
  if (url.pathname !== `/${hub}/messages`) throw bus(404, `The messaging entity could not be found.`);
  if (id !== writer) throw bus(401, "Unauthorized access. 'Send' claim(s) are required to perform this operation.");
  if (url.searchParams.get('api-version') !== '2014-01') throw bus(400, 'The api-version is not supported.');
  if (request.headers['content-type'] !== 'application/atom+xml;type=entry;charset=utf-8') {
    throw bus(400, 'The content type is not supported.');
  }
  if (fault === 'throttled') throw bus(503, 'The server is busy. Please retry the operation.');
  stored.events.push({ body: body.toString() });
  return [201, { 'content-type': 'application/xml; charset=utf-8' }, ''];
}

// FHIR service, https://learn.microsoft.com/azure/healthcare-apis/fhir/fhir-rest-api-capabilities

const FHIR = { 'content-type': 'application/fhir+json; charset=utf-8' };

function outcome(status, code, words) {
  const issue = [{ severity: 'error', code, diagnostics: words }];
  return new Refused(status, JSON.stringify({ resourceType: 'OperationOutcome', id: randomUUID(), issue }), FHIR);
}

async function create(request, url, body) {
  const audience = `https://127.0.0.1:${server.address().port}`;
  const id = await application(request, audience).catch(() => {
    throw outcome(401, 'login', 'Authentication failed.');
  });
  if (id !== writer) throw outcome(403, 'forbidden', 'Authorization failed.');
  if (fault === 'throttled') throw outcome(429, 'throttled', 'Too many requests.');
  if (!/^application\/(fhir\+)?json(;|$)/.test(request.headers['content-type'] ?? '')) {
    throw outcome(415, 'not-supported', 'The content type is not supported.');
  }
  let resource;
  try {
    resource = JSON.parse(body);
  } catch {
    throw outcome(400, 'structure', 'Failed to parse the resource.');
  }
  const found = resource.resourceType === 'Bundle' ? faults(resource) : ['Resource type in the URL must match.'];
  if (found.length > 0) throw outcome(400, 'invalid', found.join('; '));
  const made = { ...resource, id: randomUUID(), meta: { versionId: '1', lastUpdated: new Date().toISOString() } };
  stored.bundles.push({ id: made.id, contentType: request.headers['content-type'], sent: resource });
  return [201, { ...FHIR, location: `${audience}/Bundle/${made.id}/_history/1`, etag: 'W/"1"' }, JSON.stringify(made)];
}

// Blob Storage

async function azurite() {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'azurite-'));
  const file = (name) => path.join(home, name);
  for (const name of ['cert', 'key']) fs.writeFileSync(file(name), tls[name]);
  process.argv.push('--oauth', 'basic', '--cert', file('cert'), '--key', file('key'));
  process.argv.push('--blobHost', '127.0.0.1', '--blobPort', '0', '--inMemoryPersistence', '--silent', '--disableTelemetry');
  const { BlobServerFactory } = (await import('azurite/dist/src/blob/BlobServerFactory.js')).default;
  const blobs = await new BlobServerFactory().createServer();
  await blobs.start();
  fs.rmSync(home, { recursive: true });
  return new URL(blobs.getHttpServerAddress()).port;
}

const VERSION = '2023-11-03';

/** A call of Blob Storage by an administrator. */
async function ask(method, target) {
  const authorization = `Bearer ${await sign(writer, 'https://storage.azure.com')}`;
  return new Promise((resolve, reject) => {
    const options = { method, headers: { authorization, 'x-ms-version': VERSION }, rejectUnauthorized: false };
    const call = https.request(`https://127.0.0.1:${blobs}/${account}/${target}`, options, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    call.on('error', reject).end();
  });
}

async function writtenBlobs() {
  const listed = await ask('GET', `${container}?restype=container&comp=list`);
  const names = [...listed.text.matchAll(/<Name>([^<]*)<\/Name>/g)].map(([, name]) => name);
  return Promise.all(
    names.map(async (name) => {
      const { headers, text } = await ask('GET', `${container}/${name}`);
      return { name, contentType: headers['content-type'], kind: headers['x-ms-blob-type'], body: text };
    }),
  );
}

async function answer(request, body) {
  const url = new URL(request.url, 'https://azure');
  if (request.method !== 'POST') throw new Refused(405, '');
  if (url.pathname === `/${tenant}/oauth2/v2.0/token`) return token(request, body);
  return url.pathname.endsWith('/messages') ? send(request, url, body) : create(request, url, body);
}

const server = https.createServer(tls, async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  const [status, headers, text] = await answer(request, Buffer.concat(parts)).catch((error) => {
    if (!(error instanceof Refused)) throw error;
    return [error.status, { 'content-type': 'application/json', ...error.headers }, error.body];
  });
  response.writeHead(status, headers).end(text);
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const open = http.createServer(async (_request, response) => {
  response.end(JSON.stringify({ ...stored, blobs: await writtenBlobs() }));
});
await new Promise((resolve) => open.listen(0, '127.0.0.1', resolve));

const blobs = await azurite();
await ask('PUT', `${container}?restype=container`);
lines.once('close', () => process.exit(0));
const ports = { port: server.address().port, blobs: Number(blobs), stored: open.address().port };
const told = { ...ports, tenant, account, writer, reader, secret };
process.stdout.write(`${JSON.stringify(told)}\n`);
