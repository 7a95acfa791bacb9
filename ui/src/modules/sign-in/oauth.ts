// Signing in at an OAuth provider: in a window of its own, or by leaving this page and coming back.

import { ApiError } from '@/api/error';
import { adopt } from '@/api/session';
import { authUrl, environment, type SignInAnswer } from '@/api/signInCalls';
import { expectReturn } from '@/api/signInReturn';

const LOOK_MS = 100;
/** The window closes itself right after its message, which may still be on its way. */
const LAST_MESSAGE_MS = 250;

export type PopupTrouble = 'blocked' | 'closed' | 'origin' | 'refused';

/** Signing in in a window did not work, and why. */
export class PopupError extends ApiError {
  readonly trouble: PopupTrouble;

  constructor(trouble: PopupTrouble, message: string) {
    super(0, 'PopupError', message);
    this.trouble = trouble;
  }
}

function startUrl(provider: string, flow: 'popup' | 'redirect', more: Record<string, string> = {}): string {
  const params = new URLSearchParams({
    scope: '',
    origin: window.location.origin,
    flow,
    env: environment(),
    ...more,
  });
  return authUrl(`/${encodeURIComponent(provider)}/start?${params}`);
}

type Message =
  | { type: 'config_info'; targetOrigin?: string }
  | { type: 'authorization_response'; response?: SignInAnswer; error?: { name?: string; message?: string } };

/** Shows the provider in a small window and waits for its answer. Must be called straight from a click. */
export function askInPopup(provider: string, scopes: string[] = []): Promise<SignInAnswer> {
  const url = startUrl(provider, 'popup', { scope: scopes.join(' ') });
  const { origin } = new URL(url);
  const left = window.screenX + Math.max(0, (window.outerWidth - 480) / 2);
  const top = window.screenY + Math.max(0, (window.outerHeight - 720) / 2);
  const popup = window.open(url, 'callboard-sign-in', `popup,width=480,height=720,left=${left},top=${top}`);
  if (!popup || popup.closed) {
    return Promise.reject(new PopupError('blocked', 'The browser did not let the sign-in window open.'));
  }
  return new Promise((resolve, reject) => {
    let expected: string | undefined;
    let closing: ReturnType<typeof setTimeout> | undefined;
    const settle = (act: () => void) => {
      window.removeEventListener('message', hear);
      clearInterval(looking);
      clearTimeout(closing);
      act();
    };
    const hear = (event: MessageEvent<Message>) => {
      // Any page can post messages; only the window that was opened, at the server's own origin, is believed.
      if (event.source !== popup || event.origin !== origin) return;
      const { data } = event;
      if (data?.type === 'config_info') expected = data.targetOrigin;
      if (data?.type !== 'authorization_response') return;
      const { response, error } = data;
      settle(() => {
        if (response && !error) resolve(response);
        else reject(new PopupError('refused', error?.message ?? 'The provider gave no reason.'));
      });
    };
    const looking = setInterval(() => {
      if (!popup.closed || closing) return;
      closing = setTimeout(() => settle(() => reject(whyClosed(expected))), LAST_MESSAGE_MS);
    }, LOOK_MS);
    window.addEventListener('message', hear);
  });
}

function whyClosed(expected: string | undefined): PopupError {
  if (expected && expected !== window.location.origin) {
    return new PopupError(
      'origin',
      `The server sends its answers to ${expected}, but this page is open at ${window.location.origin}.`,
    );
  }
  return new PopupError('closed', 'The sign-in window was closed before it was done.');
}

export async function signInByPopup(provider: string): Promise<void> {
  adopt(provider, await askInPopup(provider));
}

/** Leaves for the provider; the browser comes back to the address that it is at now. */
export function leaveForProvider(provider: string): void {
  expectReturn(provider);
  window.location.assign(startUrl(provider, 'redirect', { redirectUrl: window.location.href }));
}
