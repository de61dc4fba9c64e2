// An OpenID Connect provider that others wrote (oidc-provider), and people who sign in there with a browser's requests.
// First line of standard input: {audience}. Prints {"port", "tokens": {name: access token}} once everybody is signed
// in, and a token for another audience as "elsewhere"; ends when standard input does.

import http from 'node:http';
import readline from 'node:readline';
import { createHash, randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

// What the provider has to say goes where a person looks, not where the test reads.
console.log = console.error;
console.info = console.error;
console.warn = console.error;

const lines = readline.createInterface({ input: process.stdin });
lines.once('close', () => process.exit(0));
const config = JSON.parse(await new Promise((resolve) => lines.once('line', resolve)));

let handler = (_request, response) => response.writeHead(503).end();
const server = http.createServer((request, response) => handler(request, response));
await new Promise((resolve) => server.listen({ port: 0, host: '127.0.0.1' }, resolve));
const { port } = server.address();
const issuer = `http://127.0.0.1:${port}`;
const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const callback = 'https://app.example.org/callback';

const provider = new Provider(issuer, {
  clients: [{ client_id: 'wizard', client_secret: 'quite-a-long-secret', redirect_uris: [callback], id_token_signed_response_alg: 'ES256' }],
  cookies: { keys: [randomBytes(16).toString('hex')] },
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'login', alg: 'ES256', use: 'sig' }] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id, name: `${id} of the provider` }) }),
  features: {
    devInteractions: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => config.audience,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, resource) => ({
        scope: 'openid',
        audience: resource,
        accessTokenTTL: 300,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
});
handler = provider.callback();

/// Signs in as a browser would: follows the redirects, sends the forms, keeps the cookies.
async function signIn(name, resource) {
  const cookies = new Map();
  const verifier = randomBytes(32).toString('base64url');
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  const go = async (url, form) => {
    const response = await fetch(new URL(url, issuer), {
      method: form ? 'POST' : 'GET',
      body: form ? new URLSearchParams(form) : undefined,
      headers: { cookie: [...cookies].map(([key, value]) => `${key}=${value}`).join('; ') },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  };
  const query = new URLSearchParams({
    client_id: 'wizard', response_type: 'code', redirect_uri: callback, scope: 'openid', resource,
    code_challenge: challenge, code_challenge_method: 'S256',
  });
  let response = await go(`/auth?${query}`);
  for (let step = 0; step < 12; step += 1) {
    const next = response.headers.get('location');
    if (next?.startsWith(callback)) {
      const code = new URL(next).searchParams.get('code');
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('wizard:quite-a-long-secret').toString('base64')}` },
        body: new URLSearchParams({
          grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier, resource,
        }),
      });
      return (await answer.json()).access_token;
    }
    if (next) {
      response = await go(next);
      continue;
    }
    const page = await response.text();
    const action = /action="([^"]+)"/.exec(page)?.[1];
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1];
    if (!action) throw new Error(page);
    response = await go(action, prompt === 'login' ? { prompt, login: name, password: 'any' } : { prompt });
  }
  throw new Error('the provider sent us round in circles');
}

const tokens = { ada: await signIn('ada', config.audience), bob: await signIn('bob', config.audience) };
const elsewhere = await signIn('ada', 'urn:somewhere:else');
process.stdout.write(`${JSON.stringify({ port, tokens, elsewhere })}\n`);
