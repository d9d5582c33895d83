// A real OpenID provider on a free port of this machine: prints its address, and ends with its input.
// Its argument is where the app listens whose people log in here.
import { createServer } from 'node:http';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const server = createServer((request, response) => answer(request, response));
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const issuer = `http://127.0.0.1:${server.address().port}`;

let made = 0;
async function newKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  made += 1;
  return { ...(await exportJWK(privateKey)), kid: `key-${made}`, alg: 'ES256', use: 'sig' };
}

const accounts = { ann: ['writer'], bob: ['reader'], cyd: [] };
const store = new Map();

const [app] = process.argv.slice(2);
const web = app && {
  client_id: 'noticeboard',
  client_secret: 'the secret of the noticeboard',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [`${app}/callback`],
  post_logout_redirect_uris: [`${app}/`],
  backchannel_logout_uri: `${app}/backchannel-logout`,
  backchannel_logout_session_required: true,
};

// The provider's own memory outlives a rotation, as a database would.
class Memory {
  constructor(name) {
    this.name = name;
  }
  key(id) {
    return `${this.name}:${id}`;
  }
  async upsert(id, payload) {
    store.set(this.key(id), { ...payload });
  }
  async find(id) {
    return store.get(this.key(id));
  }
  async findBy(field, value) {
    for (const [key, payload] of store) {
      if (key.startsWith(`${this.name}:`) && payload[field] === value) return payload;
    }
    return undefined;
  }
  async findByUid(uid) {
    return this.findBy('uid', uid);
  }
  async findByUserCode(code) {
    return this.findBy('userCode', code);
  }
  async consume(id) {
    store.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id) {
    store.delete(this.key(id));
  }
  async revokeByGrantId(grantId) {
    for (const [key, payload] of store) if (payload.grantId === grantId) store.delete(key);
  }
}

function provider(keys) {
  return new Provider(issuer, {
    adapter: Memory,
    jwks: { keys },
    cookies: { keys: ['a key of the tests'] },
    findAccount: (_, id) =>
      accounts[id] && { accountId: id, claims: () => ({ sub: id, roles: accounts[id] }) },
    claims: { openid: ['sub', 'sid'], roles: ['roles'] },
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: { idTokenSigningAlgValues: ['ES256'] },
    // The app listens on this machine, where the provider would call nobody otherwise.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    // A refresh token ends with the login that it is of.
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    clients: [
      ...(web ? [web] : []),
      {
        client_id: 'batch',
        client_secret: 'the secret of the batch',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
      {
        client_id: 'notes-api',
        client_secret: 'the secret of the api',
        grant_types: [],
        redirect_uris: [],
        response_types: [],
      },
    ],
    features: {
      backchannelLogout: { enabled: true },
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => undefined,
        getResourceServerInfo: (_, resource) => ({
          scope: 'notes:read notes:write',
          audience: resource,
          accessTokenFormat: resource.endsWith('/opaque') ? 'opaque' : 'jwt',
          accessTokenTTL: 600,
        }),
      },
      revocation: { enabled: true },
    },
  });
}

let keys = [await newKey()];
let answer = serve(keys);

function serve(current) {
  const callback = provider(current).callback();
  return async (request, response) => {
    if (request.method === 'POST' && request.url.startsWith('/test/rotate')) {
      const kept = request.url.endsWith('?drop') ? [] : keys;
      keys = [await newKey(), ...kept];
      answer = serve(keys);
      response.end();
    } else if (request.method === 'POST' && request.url.startsWith('/test/roles')) {
      const { searchParams } = new URL(request.url, issuer);
      accounts[searchParams.get('of')] = searchParams.getAll('role');
      response.end();
    } else if (request.method === 'POST' && request.url.startsWith('/test/end-grants')) {
      for (const [key] of store) if (/^(RefreshToken|AccessToken|Grant):/.test(key)) store.delete(key);
      response.end();
    } else {
      callback(request, response);
    }
  };
}

console.log(issuer);
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
