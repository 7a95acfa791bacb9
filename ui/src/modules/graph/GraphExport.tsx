// Takes the drawing along as a file.

import { Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { messageOf } from '@/api/error';
import type { Graph } from '@/api/queries/graph';
import { Button } from '@/components/Button';
import { saveFile } from '@/components/saveFile';
import { toast } from '@/components/toasts';
import type { Direction } from './graphSearch';
import type { Layout } from './layout';
import { toPng, toSvg } from './svg';

type Props = {
  graph: Graph | undefined;
  layout: Layout | undefined;
  direction: Direction;
  root: string;
  labels: boolean;
};

export function GraphExport({ graph, layout, direction, root, labels }: Props) {
  const name = root.replace(/[^a-z0-9.-]+/g, '-');
  const save = async (format: 'svg' | 'png') => {
    if (!graph || !layout) return;
    try {
      const picture = toSvg({ graph, layout, direction, root, labels });
      if (format === 'png') saveFile(`${name}.png`, await toPng(picture));
      else saveFile(`${name}.svg`, new Blob([picture.svg], { type: 'image/svg+xml' }));
    } catch (error) {
      toast.error('The picture was not made', messageOf(error));
    }
  };
  return (
    <Menu withinPortal={false} position="bottom-end">
      <Menu.Target>
        <Button disabled={!graph}>
          <IconDownload size={16} aria-hidden />
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void save('svg')}>SVG</Menu.Item>
        <Menu.Item onClick={() => void save('png')}>PNG</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
