// Verifies a JWT with jose; the same input and output as verify_jwt.py.

import { text } from 'node:stream/consumers';
import { importSPKI, jwtVerify } from 'jose';

const given = JSON.parse(await text(process.stdin));
const { payload, protectedHeader } = await jwtVerify(given.token, await importSPKI(given.key, given.algorithm), {
  algorithms: [given.algorithm],
  audience: given.audience,
  issuer: given.issuer,
  requiredClaims: ['aud', 'exp', 'iat', 'iss'],
});
process.stdout.write(JSON.stringify({ header: protectedHeader, claims: payload }));
