// An OAuth 2.0 authorization server that others wrote (oidc-provider), and a resource that demands its tokens.
// First line of standard input: {tls?: {cert, key}, clients: [...], lifetime?: seconds, delay?: milliseconds}.
// Prints {"port": N} once it listens; ends when standard input does.
//
//   POST /token            the server's own; client_secret_basic, client_secret_post, private_key_jwt
//   GET  /counts           {asked, issued}
//   POST /revoke           forgets every token issued so far
//   any  /resource         401 without a live token; else the challenge of the request, and the token's claims

import http from 'node:http';
import https from 'node:https';
import readline from 'node:readline';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import Provider from 'oidc-provider';

const lines = readline.createInterface({ input: process.stdin });
lines.once('close', () => process.exit(0));
const config = JSON.parse(await new Promise((resolve) => lines.once('line', resolve)));

let handler = (_request, response) => response.writeHead(503).end();
const listener = (request, response) => handler(request, response);
const server = config.tls ? https.createServer(config.tls, listener) : http.createServer(listener);
// A burst of callers, each with a connection of its own.
await new Promise((resolve) => server.listen({ port: config.port ?? 0, host: '127.0.0.1', backlog: 2048 }, resolve));
const { port } = server.address();
const issuer = `${config.tls ? 'https' : 'http'}://127.0.0.1:${port}`;

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const signingKey = { ...(await exportJWK(privateKey)), kid: 'server', alg: 'RS256', use: 'sig' };
const assertionAlgorithms = ['RS384', 'ES384'];
const lifetime = config.lifetime ?? 300;

const provider = new Provider(issuer, {
  clients: config.clients.map((client) => ({
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    scope: 'system/Bundle.c system/Patient.r',
    ...client,
  })),
  clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: assertionAlgorithms },
  // What SMART Backend Services asks of an assertion beyond what the server checks by itself.
  assertJwtClientAuthClaimsAndHeader(_ctx, claims, header) {
    if (!header.kid || !claims.jti) throw new Error('kid and jti are required');
    if (!(claims.exp - Date.now() / 1000 <= 301)) throw new Error('an assertion lives 5 minutes at most');
  },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: 'system/Bundle.c',
        audience: resource,
        accessTokenTTL: lifetime,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
  jwks: { keys: [signingKey] },
  scopes: ['system/Bundle.c', 'system/Observation.r', 'system/Patient.r'],
  ttl: { ClientCredentials: lifetime },
});

const counts = { asked: 0, issued: 0 };
let issued = [];
provider.use(async (ctx, next) => {
  if (ctx.path !== '/token') return next();
  counts.asked += 1;
  if (config.delay) await new Promise((resolve) => setTimeout(resolve, config.delay));
  await next();
  if (ctx.status === 200) {
    counts.issued += 1;
    issued.push(ctx.body.access_token);
  }
});

const keys = createLocalJWKSet({ keys: [(({ kty, n, e, kid, alg, use }) => ({ kty, n, e, kid, alg, use }))(signingKey)] });

/// What is known of a live token; nothing for any other.
async function claimsOf(token) {
  if (!issued.includes(token)) return undefined;
  if (token.split('.').length === 3) {
    const { payload } = await jwtVerify(token, keys, { issuer });
    return payload;
  }
  const found = await provider.ClientCredentials.find(token);
  return found?.isValid ? { client_id: found.clientId, scope: found.scope } : undefined;
}

async function resource(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  const claims = scheme === 'Bearer' && token ? await claimsOf(token).catch(() => undefined) : undefined;
  if (!claims) {
    response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end();
    return;
  }
  const query = new URL(request.url, issuer).searchParams;
  let body = {};
  try {
    body = JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    // A GET has none.
  }
  const challenge = body.challenge ?? query.get('challenge');
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ challenge, claims }));
}

function revoke(response) {
  issued = [];
  response.writeHead(204).end();
}

const callback = provider.callback();
handler = (request, response) => {
  const { pathname } = new URL(request.url, issuer);
  if (pathname === '/counts') response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(counts));
  else if (pathname === '/revoke') revoke(response);
  else if (pathname === '/resource') resource(request, response);
  else callback(request, response);
};
process.stdout.write(`${JSON.stringify({ port })}\n`);
