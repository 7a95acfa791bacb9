// Leaving the portal for a provider and coming back: what is remembered meanwhile, and what the address says then.

const RETURN_KEY = 'callboard:sign-in-return';

export function expectReturn(provider: string): void {
  sessionStorage.setItem(RETURN_KEY, provider);
}

/**
 * The provider that this page comes back from, and why it did not work if so. The reason is taken out of the address,
 * which belongs to the page that was open before.
 */
export function takeReturn(): { provider: string; error: string | undefined } | undefined {
  const provider = sessionStorage.getItem(RETURN_KEY);
  if (!provider) return undefined;
  sessionStorage.removeItem(RETURN_KEY);
  const url = new URL(window.location.href);
  const error = url.searchParams.get('error') ?? undefined;
  if (error !== undefined) {
    url.searchParams.delete('error');
    window.history.replaceState(window.history.state, '', url);
  }
  return { provider, error };
}
