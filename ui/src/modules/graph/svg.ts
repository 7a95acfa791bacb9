// The graph as a picture that stands on its own: SVG, and PNG made of it.

import type { Graph } from '@/api/queries/graph';
import { displayName } from '@/modules/entity/entity';
import { kindLook } from '@/modules/entity/kinds';
import { parseRef, shortRef } from '@/modules/entity/ref';
import { relationLabel } from './choices';
import type { Direction } from './graphSearch';
import { edgeKey, type Layout, NODE_HEIGHT, NODE_WIDTH, type Point, smoothPath } from './layout';

const MARGIN = 24;
/** What browsers draw on at most, in either direction. */
const MOST_PIXELS = 8_192;

/** The hues of the kinds in the light theme; a file has no theme. */
const HUES: Record<string, string> = {
  blue: '#2a56c6',
  violet: '#6d3fc4',
  teal: '#0b7285',
  orange: '#b3540b',
  rose: '#b5245a',
  green: '#1d7a3e',
  lime: '#55731a',
  amber: '#8a5b00',
  pink: '#a02d97',
  grey: '#5f6875',
};

const STYLE =
  'text{font:12px "Inter",Arial,sans-serif;fill:#1b2028}.k{font-size:9px}.b{fill:#f6f7f9;stroke:#cdd2d9}' +
  '.n{fill:#fff;stroke:#868e99}.r{stroke:#2a56c6;stroke-width:2}.e{fill:none;stroke:#868e99;stroke-width:1.2}' +
  '.l{font-size:10px;fill:#4d5661;text-anchor:middle}.s{font-weight:600}';

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

function shortened(text: string): string {
  return text.length <= 26 ? text : `${text.slice(0, 16)}…${text.slice(-8)}`;
}

export type Picture = { svg: string; width: number; height: number };

type Options = { graph: Graph; layout: Layout; direction: Direction; root: string; labels: boolean };

/** From where an edge starts to where it ends, and the curve between. */
function edgePath(from: Point, to: Point, bends: Point[] | undefined, direction: Direction): string {
  if (bends) return smoothPath(from, bends, to);
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const curve = direction === 'LR' ? `${x},${from.y} ${x},${to.y}` : `${from.x},${y} ${to.x},${y}`;
  return `M${from.x},${from.y} C${curve} ${to.x},${to.y}`;
}

export function toSvg({ graph, layout, direction, root, labels }: Options): Picture {
  const at = new Map(layout.nodes.map((each) => [each.ref, each]));
  const corners = [
    ...layout.nodes.map(({ x, y }) => ({ x, y, width: NODE_WIDTH, height: NODE_HEIGHT })),
    ...layout.boxes,
  ];
  const left = Math.min(...corners.map(({ x }) => x)) - MARGIN;
  const top = Math.min(...corners.map(({ y }) => y)) - MARGIN;
  const width = Math.max(...corners.map((each) => each.x + each.width)) + MARGIN - left;
  const height = Math.max(...corners.map((each) => each.y + each.height)) + MARGIN - top;

  const boxes = layout.boxes.map((box) => {
    const ref = parseRef(box.ref);
    return (
      `<rect class="b" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="8"/>` +
      `<text class="s" x="${box.x + 12}" y="${box.y + 18}">${escapeXml(ref ? shortRef(ref) : box.ref)}</text>`
    );
  });
  const edges = graph.edges.map((edge) => {
    const back = layout.reversed.has(edgeKey(edge));
    const [source, target] = back
      ? [at.get(edge.to), at.get(edge.from)]
      : [at.get(edge.from), at.get(edge.to)];
    if (!source || !target) return '';
    const from =
      direction === 'LR'
        ? { x: source.x + NODE_WIDTH, y: source.y + NODE_HEIGHT / 2 }
        : { x: source.x + NODE_WIDTH / 2, y: source.y + NODE_HEIGHT };
    const to =
      direction === 'LR'
        ? { x: target.x, y: target.y + NODE_HEIGHT / 2 }
        : { x: target.x + NODE_WIDTH / 2, y: target.y };
    const label = escapeXml(relationLabel(edge.type));
    const words = labels
      ? `<text class="l" x="${(from.x + to.x) / 2}" y="${(from.y + to.y) / 2 - 3}">${label}</text>`
      : '';
    const path = edgePath(from, to, layout.bends.get(edgeKey(edge)), direction);
    return `<path class="e" ${back ? 'marker-start' : 'marker-end'}="url(#a)" d="${path}"><title>${label}</title></path>${words}`;
  });
  const nodes = graph.nodes.map((node) => {
    const place = at.get(node.ref);
    const ref = parseRef(node.ref);
    if (!place) return '';
    const label = node.entity ? displayName(node.entity) : ref ? shortRef(ref) : node.ref;
    const look = kindLook(ref?.kind ?? '');
    return (
      `<g transform="translate(${place.x},${place.y})"><title>${escapeXml(node.ref)}</title>` +
      `<rect class="n${node.ref === root ? ' r' : ''}" width="${NODE_WIDTH}" height="${NODE_HEIGHT}" rx="6"/>` +
      `<rect x="0" y="6" width="3" height="${NODE_HEIGHT - 12}" fill="${HUES[look.hue] ?? HUES.grey}"/>` +
      `<text x="12" y="15" class="k" fill="#4d5661">${escapeXml(look.label)}</text>` +
      `<text x="12" y="29">${escapeXml(shortened(label))}</text></g>`
    );
  });
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${width} ${height}" width="${width}" height="${height}">`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="a" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0,0 L10,5 L0,10 z" fill="#868e99"/></marker></defs>',
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="#fff"/>`,
    ...boxes,
    ...edges,
    ...nodes,
    '</svg>',
    '',
  ].join('\n');
  return { svg, width, height };
}

/** How much larger than the drawing the picture is: twice, unless that is more than a browser draws on. */
export function pngScale({ width, height }: Pick<Picture, 'width' | 'height'>): number {
  return Math.min(2, MOST_PIXELS / Math.max(width, height));
}

export async function toPng(picture: Picture): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(picture.svg)}`;
  await image.decode();
  const scale = pngScale(picture);
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(picture.width * scale);
  canvas.height = Math.ceil(picture.height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('This browser draws no pictures. Take the SVG instead.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) => {
    canvas.toBlob((blob) => {
      if (blob) done(blob);
      else failed(new Error('The picture is too large for this browser. Take the SVG instead.'));
    }, 'image/png');
  });
}
