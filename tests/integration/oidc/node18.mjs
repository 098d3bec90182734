// What oidc-provider 9 expects of its platform and Debian 12's node 18 does not have yet. Import this before it.
import { webcrypto } from 'node:crypto';

URL.parse ??= (url, base) => {
  try {
    return new URL(url, base);
  } catch {
    return null;
  }
};
globalThis.crypto ??= webcrypto;
