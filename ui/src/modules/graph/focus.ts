// What a node hangs together with: everything it needs, and everything that needs it.

import type { Graph } from '@/api/queries/graph';

function follow(start: string, next: Map<string, string[]>): Set<string> {
  const seen = new Set([start]);
  const waiting = [start];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    for (const target of next.get(ref) ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      waiting.push(target);
    }
  }
  return seen;
}

/** The node itself, and whatever relations lead to from it or lead to it, without turning round on the way. */
export function chainOf(graph: Pick<Graph, 'edges'>, ref: string): Set<string> {
  const forward = new Map<string, string[]>();
  const backward = new Map<string, string[]>();
  for (const { from, to } of graph.edges) {
    forward.set(from, [...(forward.get(from) ?? []), to]);
    backward.set(to, [...(backward.get(to) ?? []), from]);
  }
  return new Set([...follow(ref, forward), ...follow(ref, backward)]);
}

export type Spot = { ref: string; x: number; y: number };

/** The nearest node in a direction; what lies straight ahead is nearer than what lies aside. */
export function nearest(
  spots: readonly Spot[],
  from: Spot,
  direction: 'left' | 'right' | 'up' | 'down',
): Spot | undefined {
  const along = direction === 'left' || direction === 'right' ? 'x' : 'y';
  const across = along === 'x' ? 'y' : 'x';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  let best: { spot: Spot; cost: number } | undefined;
  for (const spot of spots) {
    const ahead = (spot[along] - from[along]) * sign;
    if (ahead <= 1) continue;
    const cost = ahead + 2 * Math.abs(spot[across] - from[across]);
    if (!best || cost < best.cost) best = { spot, cost };
  }
  return best?.spot;
}
