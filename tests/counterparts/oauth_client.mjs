// Finds the token endpoint by the server's metadata, gets a token by private_key_jwt with openid-client, and calls the
// API with it. Standard input: {"url", "client_id", "jwk"}. Prints the answer of GET /platform/v1/me.

import { text } from 'node:stream/consumers';
import { importJWK } from 'jose';
import * as client from 'openid-client';

const config = JSON.parse(await text(process.stdin));
const { kid } = config.jwk;
const key = await importJWK(config.jwk, 'ES256');
const server = await client.discovery(
  new URL(config.url),
  config.client_id,
  undefined,
  client.PrivateKeyJwt({ key, kid }),
  { algorithm: 'oauth2', execute: [client.allowInsecureRequests] },
);
const tokens = await client.clientCredentialsGrant(server);
const answer = await fetch(`${config.url}/platform/v1/me`, {
  headers: { authorization: `Bearer ${tokens.access_token}` },
});
if (!answer.ok) throw new Error(`status ${answer.status}`);
console.log(await answer.text());
