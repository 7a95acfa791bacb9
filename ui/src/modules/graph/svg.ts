// The graph as an SVG file that stands on its own.

import type { Graph } from '@/api/queries/graph';
import { displayName } from '@/modules/entity/entity';
import { parseRef, shortRef } from '@/modules/entity/ref';
import type { Direction } from './graphSearch';
import { NODE_HEIGHT, NODE_WIDTH, type Placed } from './layout';

const MARGIN = 24;

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function shortened(text: string): string {
  return text.length <= 24 ? text : `${text.slice(0, 14)}…${text.slice(-8)}`;
}

export function toSvg(graph: Graph, placed: Placed[], direction: Direction): string {
  const at = new Map(placed.map((each) => [each.ref, each]));
  const xs = placed.map((each) => each.x);
  const ys = placed.map((each) => each.y);
  const [left, top] = [Math.min(...xs) - MARGIN, Math.min(...ys) - MARGIN];
  const width = Math.max(...xs) + NODE_WIDTH + MARGIN - left;
  const height = Math.max(...ys) + NODE_HEIGHT + MARGIN - top;
  const edges = graph.edges.map((edge) => {
    const [from, to] = [at.get(edge.from), at.get(edge.to)];
    if (!from || !to) return '';
    const [x1, y1, x2, y2] =
      direction === 'LR'
        ? [from.x + NODE_WIDTH, from.y + NODE_HEIGHT / 2, to.x, to.y + NODE_HEIGHT / 2]
        : [from.x + NODE_WIDTH / 2, from.y + NODE_HEIGHT, to.x + NODE_WIDTH / 2, to.y];
    const curve =
      direction === 'LR'
        ? `${(x1 + x2) / 2},${y1} ${(x1 + x2) / 2},${y2}`
        : `${x1},${(y1 + y2) / 2} ${x2},${(y1 + y2) / 2}`;
    return `<path d="M${x1},${y1} C${curve} ${x2},${y2}"><title>${escapeXml(edge.type)}</title></path>`;
  });
  const nodes = graph.nodes.map((node) => {
    const place = at.get(node.ref);
    const ref = parseRef(node.ref);
    if (!place) return '';
    const label = node.entity ? displayName(node.entity) : ref ? shortRef(ref) : node.ref;
    return (
      `<g transform="translate(${place.x},${place.y})"><title>${escapeXml(node.ref)}</title>` +
      `<rect width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="6"/>` +
      `<text x="10" y="16" class="k">${escapeXml(ref?.kind ?? '')}</text>` +
      `<text x="10" y="30">${escapeXml(shortened(label))}</text></g>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}">`,
    '<style>rect{fill:#fff;stroke:#868e99}path{fill:none;stroke:#868e99}text{font:12px sans-serif;fill:#1b2028}.k{font-size:9px;fill:#5f6875}</style>',
    ...edges,
    ...nodes,
    '</svg>',
    '',
  ].join('\n');
}
