// An answer that was asked for before the page that needs it had been loaded. It is taken once, by its exact question.

let waiting: { question: string; answer: Promise<unknown> } | undefined;

export function askedEarly(question: string, answer: Promise<unknown>): void {
  // Nobody may come for it; then its failure is nobody's either.
  answer.catch(() => undefined);
  waiting = { question, answer };
}

/** The answer to this question; undefined if it was not asked early, or without success. */
export async function takeEarly<T>(question: string): Promise<T | undefined> {
  if (waiting?.question !== question) return undefined;
  const { answer } = waiting;
  waiting = undefined;
  return answer.catch(() => undefined) as Promise<T | undefined>;
}
