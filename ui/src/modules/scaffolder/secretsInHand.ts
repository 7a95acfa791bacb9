// Secrets of tasks that were started in this tab, so that a retry does not ask for them again. They live in memory only.

const MOST = 20;
const held = new Map<string, Record<string, string>>();

export function holdSecrets(taskId: string, secrets: Record<string, string>): void {
  if (Object.keys(secrets).length === 0) return;
  held.delete(taskId);
  held.set(taskId, secrets);
  const [oldest] = held.keys();
  if (held.size > MOST && oldest) held.delete(oldest);
}

export function secretsOf(taskId: string): Record<string, string> | undefined {
  return held.get(taskId);
}
