// A certified authorization server (oidc-provider) on loopback for the integration tests: it rotates refresh tokens
// always and ends the whole family when one is used twice. Nothing here decides what a refresh is answered, unless a
// test has asked for a fault.
//
//   node server.mjs --ready FILE [--certificates DIR] [--parent PID]
//
// Listens on free ports of 127.0.0.1, http and, with certificates, one https port for each; then writes FILE (see the
// README.md for its fields and for the control API under /_test/). Ends with SIGTERM, and within a second
// of the end of PID.
import './node18.mjs';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { parseArgs } from 'node:util';
import Provider from 'oidc-provider';
import * as families from './families.mjs';

const { values: args } = parseArgs({
  options: { ready: { type: 'string' }, certificates: { type: 'string' }, parent: { type: 'string' } },
});
const host = '127.0.0.1';
const body_limit = 64 * 1024;

const listen = (server) => new Promise((done, failed) => {
  server.once('error', failed).listen(0, host, () => done(server.address().port));
});

async function read_body(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > body_limit)
      throw new Error('request body too large');
  }
  return text;
}

function send_json(response, status, value, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

const totals = { token_requests: 0 };
const http_server = http.createServer(on_request);
const port = await listen(http_server);
const issuer = `http://${host}:${port}`;

const client = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  redirect_uris: ['http://127.0.0.1/callback'],
  application_type: 'native',
};
const provider = new Provider(issuer, {
  clients: [
    { client_id: 'public', token_endpoint_auth_method: 'none', ...client },
    { client_id: 'basic', client_secret: 'not-a-secret', token_endpoint_auth_method: 'client_secret_basic', ...client },
    { client_id: 'post', client_secret: 'not-a-secret', token_endpoint_auth_method: 'client_secret_post', ...client },
  ],
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
  cookies: { keys: ['only-for-tests'] },
  scopes: ['openid', 'offline_access', 'profile'],
  features: {
    devInteractions: { enabled: false },
    revocation: { enabled: true, allowedPolicy: () => true },
    introspection: { enabled: true, allowedPolicy: () => true },
  },
  rotateRefreshToken: true,
  ttl: {
    AccessToken: (context, token) => families.find_family(token.grantId)?.access_token_ttl ?? 60,
    RefreshToken: (context, token) => families.find_family(token.grantId)?.refresh_token_ttl ?? 3600,
    IdToken: 3600,
    Grant: 86400,
  },
  findAccount: (context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
});
const provide = provider.callback();

const refusals = new WeakMap(); // request -> error code
provider.on('grant.error', (context, error) => refusals.set(context.req, error.error));
provider.on('grant.success', (context) => {
  families.note_rotation(context.oidc.params.refresh_token, context.body.refresh_token);
});

/// Plays the fault that a test asked for. True: the answer has been given, or will never be.
async function play_fault(family, request, response) {
  const fault = family?.fault;
  if (!fault)
    return false;
  if (--fault.count <= 0)
    family.fault = null;
  family.faulted++;
  if (fault.delay_ms)
    await new Promise((done) => setTimeout(done, fault.delay_ms));
  if (fault.lose === 'request') {
    request.socket.destroy();
    return true;
  }
  if (fault.lose === 'answer') {
    response.end = () => request.socket.destroy();
    return false;
  }
  if (fault.status) {
    families.count_answer(family, fault.status, fault.body?.error);
    response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
    response.end(typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? {}));
    return true;
  }
  return false;
}

async function on_token_request(request, response) {
  const body = await read_body(request);
  const token = new URLSearchParams(body).get('refresh_token');
  const family = families.find_by_refresh_token(token);
  totals.token_requests++;
  if (family)
    families.count_request(family, token);
  if (await play_fault(family, request, response))
    return;
  request.body = body; // the provider takes it from here, since the stream has been read
  await provide(request, response);
  if (family)
    families.count_answer(family, response.statusCode, refusals.get(request));
}

const with_family = (run) => async (options) => {
  const family = families.find_family(options.family);
  if (!family)
    throw new Error(`no family ${options.family}`);
  return run(family, options);
};
const control = {
  '/_test/issue': (options) => families.issue(provider, options),
  '/_test/family': with_family((family) => families.describe(provider, family)),
  '/_test/end': with_family(async (family) => {
    await families.end(provider, family);
    return families.describe(provider, family);
  }),
  '/_test/fault': with_family((family, { family: id, ...fault }) => (family.fault = { count: 1, ...fault })),
  '/_test/introspect': async ({ token }) => {
    const found = await provider.AccessToken.find(token) ?? await provider.RefreshToken.find(token);
    return { active: Boolean(found?.isValid), family: found?.grantId ?? null };
  },
  '/_test/totals': () => totals,
};

async function on_request(request, response) {
  try {
    if (request.method === 'POST' && control[request.url])
      return send_json(response, 200, await control[request.url](JSON.parse(await read_body(request) || '{}')));
    if (request.method === 'POST' && request.url === '/token')
      return await on_token_request(request, response);
    return await provide(request, response);
  } catch (error) {
    if (!response.headersSent)
      send_json(response, 500, { error: 'fixture', error_description: error.message });
  }
}

async function listen_https(directory) {
  const read = (name) => fs.readFileSync(`${directory}/${name}`);
  const listen_with = (name, more = {}) =>
    listen(https.createServer({ key: read(`${name}.key`), cert: read(`${name}.pem`), ...more }, on_request));
  const found = {};
  for (const name of ['good', 'expired', 'wrong_host', 'self_signed', 'other_ca'])
    found[name] = `https://${host}:${await listen_with(name)}`;
  found.client_certificate =
    `https://${host}:${await listen_with('good', { ca: read('ca.pem'), requestCert: true, rejectUnauthorized: true })}`;
  return found;
}

/// The end of a process that may have been killed is seen without its help; its start time tells it from a later
/// process of the same number (proc(5): fields 3 and 22 of stat).
function end_with(pid) {
  const started = () => {
    try {
      const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
      return fields[0] === 'Z' ? null : fields[19];
    } catch {
      return null;
    }
  };
  const first = started();
  setInterval(() => {
    if (first === null || started() !== first)
      process.exit(0);
  }, 500).unref();
}

process.on('SIGTERM', () => process.exit(0));
if (args.parent)
  end_with(args.parent);
const ready = { issuer, port, pid: process.pid, node: process.version };
if (args.certificates) {
  ready.https = await listen_https(args.certificates);
  ready.certificates = args.certificates;
}
fs.writeFileSync(`${args.ready}.new`, JSON.stringify(ready, null, 2) + '\n');
fs.renameSync(`${args.ready}.new`, args.ready);
