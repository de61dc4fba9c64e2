// Verifies a message with the reference library of Standard Webhooks; the same input and output as verify_webhook.py.

import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const given = JSON.parse(await text(process.stdin));
new Webhook(given.secret).verify(given.body, given.headers);
process.stdout.write(JSON.stringify({ ok: true }));
