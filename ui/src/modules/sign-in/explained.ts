// What went wrong while signing in, in words, and what to do about it.

import type { Failure } from '@/api/session';

export type Explained = { title: string; advice: string };

/** Reasons that the server or the provider gives, and what a person can do about each. */
const REASONS: { when: RegExp; title: string; advice: string }[] = [
  {
    when: /no sign-in resolver|unable to resolve user identity|did not result in a user identity/i,
    title: 'The portal does not know who you are',
    advice:
      'The provider accepted you, but the portal could not tell which user of the catalog you are. Ask whoever keeps the users of the catalog to add you; if you are in it, ask whoever runs the portal to look at the sign-in resolvers of this provider.',
  },
  {
    when: /not verified by the identity provider/i,
    title: 'Your e-mail address is not verified',
    advice: 'Verify your address at the provider, then sign in again.',
  },
  {
    when: /has been used already|nonce/i,
    title: 'The answer belongs to another attempt',
    advice: 'Sign in again, in one window only.',
  },
  {
    when: /user not found/i,
    title: 'You are not in the catalog yet',
    advice:
      'The provider accepted you, but no user of the catalog matches your account. Ask whoever keeps the users of the catalog to add you.',
  },
  {
    when: /multiple matches/i,
    title: 'More than one user of the catalog matches your account',
    advice: 'Ask whoever keeps the users of the catalog to remove the double.',
  },
  {
    when: /unknown auth provider|no auth provider registered|no such provider/i,
    title: 'This server no longer offers that way to sign in',
    advice: 'Choose another way below. The operator sets them under auth.providers.',
  },
  {
    when: /domain/i,
    title: 'Accounts of your domain may not sign in here',
    advice: 'Sign in with your work account, or ask whoever runs the portal to allow the domain.',
  },
  {
    when: /access_denied|denied/i,
    title: 'The provider did not let you in',
    advice:
      'You may have declined, or your account may not use this application. Try again, or ask its administrator.',
  },
];

const POPUP: Record<string, Explained> = {
  blocked: {
    title: 'The browser blocked the sign-in window',
    advice:
      'Allow windows of this site, or sign in without one: this page leaves for the provider and comes back.',
  },
  origin: {
    title: 'The portal is open at another address than the server expects',
    advice: 'Open the portal at the address that its operator has set as app.baseUrl.',
  },
  closed: {
    title: 'The sign-in window was closed',
    advice: 'Try again and finish signing in there.',
  },
};

/** `trouble` is what the sign-in window reported, where there was one. */
export function explained(failure: Failure, trouble?: string): Explained {
  const popup = trouble ? POPUP[trouble] : undefined;
  if (popup) return popup;
  const known = REASONS.find(({ when }) => when.test(failure.message));
  if (known) return known;
  if (failure.status === 0 && !trouble) {
    return {
      title: 'The server cannot be reached',
      advice: 'Look at your connection and your VPN, then try again.',
    };
  }
  if (failure.status === 403 || failure.status === 404) {
    return failure.provider === 'guest'
      ? {
          title: 'Guests may not enter',
          advice:
            'Guest sign-in is not offered by this server. Its operator can allow it under auth.providers.guest.',
        }
      : {
          title: 'You may not sign in this way',
          advice: 'Choose another way, or ask whoever runs the portal to let you in.',
        };
  }
  if (failure.status === 401) {
    return {
      title: 'Your session has ended',
      advice: 'Sign in again to go on.',
    };
  }
  if (failure.status === 429) {
    return { title: 'Too many attempts', advice: 'Wait a minute, then try again.' };
  }
  if (failure.status >= 500) {
    return {
      title: 'The server could not sign you in',
      advice: 'Try again. If it stays so, give the request id to whoever runs the portal.',
    };
  }
  return { title: 'Signing in did not work', advice: 'Try again, or choose another way.' };
}
