// The families: what one login leads to, with every refresh token that descends from it. The provider tells us which
// tokens it issued and refused; everything a test asks about a family is answered from here and from the provider.

const known = new Map(); // family id -> family
const family_of = new Map(); // refresh token -> family

export const find_family = (id) => known.get(id);
export const find_by_refresh_token = (token) => family_of.get(token);

function remember_refresh_token(family, token) {
  family.newest = token;
  family_of.set(token, family);
}

/// A login without a browser: a grant with its first refresh and access token.
export async function issue(provider, options) {
  const client = await provider.Client.find(options.client_id ?? 'public');
  if (!client)
    throw new Error(`no client ${options.client_id}`);
  const accountId = options.sub ?? 'alice';
  const scope = options.scope ?? 'openid offline_access';
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope(scope);
  const grantId = await grant.save();
  const family = {
    id: grantId,
    client_id: client.clientId,
    access_token_ttl: options.access_token_ttl ?? 60,
    refresh_token_ttl: options.refresh_token_ttl ?? 3600,
    requests: 0,
    replays: 0,
    faulted: 0,
    answers: {},
    errors: {},
    spent: new Set(),
    fault: null,
  };
  known.set(grantId, family);
  const authTime = Math.floor(Date.now() / 1000);
  const common = { accountId, client, clientId: client.clientId, grantId, gty: 'authorization_code', scope, authTime };
  const refresh_token = await new provider.RefreshToken(common).save();
  const access_token = await new provider.AccessToken(common).save();
  remember_refresh_token(family, refresh_token);
  return { family: grantId, client_id: client.clientId, sub: accountId, scope, refresh_token, access_token,
    token_type: 'Bearer', expires_in: family.access_token_ttl };
}

/// What happened to a family so far, and whether it still lives: its grant stands, and so does its newest refresh token.
export async function describe(provider, family) {
  const token = await provider.RefreshToken.find(family.newest);
  const grant = await provider.Grant.find(family.id);
  const { id, client_id, requests, replays, faulted, answers, errors } = family;
  return { family: id, client_id, requests, replays, faulted, answers, errors, rotations: family.spent.size,
    alive: Boolean(grant && token && !token.consumed) };
}

/// Ends a family from the authority's side, as "sign out everywhere" does.
export async function end(provider, family) {
  await provider.RefreshToken.revokeByGrantId(family.id);
  await provider.AccessToken.revokeByGrantId(family.id);
  await (await provider.Grant.find(family.id))?.destroy();
}

export function count_request(family, token) {
  family.requests++;
  if (family.spent.has(token))
    family.replays++;
}

export function count_answer(family, status, error) {
  family.answers[status] = (family.answers[status] ?? 0) + 1;
  if (error)
    family.errors[error] = (family.errors[error] ?? 0) + 1;
}

/// The provider has taken `token` and given `next` for it, whether or not the answer arrives.
export function note_rotation(token, next) {
  const family = family_of.get(token);
  if (!family || !next || next === token)
    return;
  family.spent.add(token);
  remember_refresh_token(family, next);
}
