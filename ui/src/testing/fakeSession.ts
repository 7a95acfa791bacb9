// Tokens and sign-in answers as the server gives them.

export const AUTH = `${window.location.origin}/api/auth`;

const part = (value: unknown) =>
  btoa(JSON.stringify(value)).replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_');

/** A token that lasts an hour unless its claims say otherwise; nobody checks its signature here. */
export function fakeToken(claims: Record<string, unknown> = {}): string {
  const now = Math.floor(Date.now() / 1000);
  return `${part({ typ: 'vnd.backstage.user' })}.${part({ iat: now, exp: now + 3600, ...claims })}.signature`;
}

export function fakeAnswer(name = 'ada', claims: Record<string, unknown> = {}) {
  const userEntityRef = `user:default/${name}`;
  return {
    profile: { displayName: name, email: `${name}@example.com` },
    backstageIdentity: {
      token: fakeToken({ sub: userEntityRef, ...claims }),
      identity: {
        type: 'user' as const,
        userEntityRef,
        ownershipEntityRefs: [userEntityRef, 'group:default/team-a'],
      },
    },
  };
}

export function fakeError(name: string, message: string, status: number) {
  return { error: { name, message }, response: { statusCode: status } };
}
