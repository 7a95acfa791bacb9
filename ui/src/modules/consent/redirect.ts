// Where an answer sends the browser: which addresses are a program on this computer, and which are a website.

export type Destination = { kind: 'computer' | 'website' | 'app'; text: string };

/** Who gets the answer, in words that a person can check. */
export function destinationOf(redirectUri: string): Destination | undefined {
  let url: URL;
  try {
    url = new URL(redirectUri);
  } catch {
    return undefined;
  }
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)) {
    return { kind: 'computer', text: `a program on this computer (${url.host})` };
  }
  if (url.protocol === 'https:' || url.protocol === 'http:') return { kind: 'website', text: url.host };
  return { kind: 'app', text: `an app on this device (${url.protocol.replace(/:$/, '')})` };
}

const HARMFUL = new Set(['javascript:', 'data:', 'blob:', 'file:', 'vbscript:', 'about:']);

/** Goes there unless the address would run something in this page. */
export function leaveTo(redirectUrl: string): void {
  const url = new URL(redirectUrl);
  if (HARMFUL.has(url.protocol))
    throw new Error(`The server sends the answer to ${url.protocol}, which is refused.`);
  window.location.assign(url.href);
}

const SCOPES: Record<string, string> = {
  openid: 'Know who you are in this portal',
  profile: 'See your profile',
  email: 'See your e-mail address',
  offline_access: 'Stay signed in for you after you close it, until you end that in your settings',
};

/** What is asked for, in words. */
export function scopesOf(scope: string | undefined): string[] {
  const asked = (scope ?? '').split(/\s+/).filter(Boolean);
  const named = asked.map((each) => SCOPES[each] ?? `"${each}"`);
  return ['Do in this portal whatever you may do yourself', ...named];
}
