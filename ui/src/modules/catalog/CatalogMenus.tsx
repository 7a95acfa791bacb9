// The menus above the table: views, columns and grouping, export.

import { Menu } from '@mantine/core';
import { IconBookmark, IconCheck, IconColumns3, IconDownload } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { messageOf } from '@/api/error';
import type { EntityQuery } from '@/api/queries/pageRequest';
import { parseSearch, stringifySearch } from '@/app/search';
import { IconButton } from '@/components/Button';
import { toast } from '@/components/toasts';
import type { Column } from './columns';
import { exportCsv, exportJson } from './exportRows';
import { type CatalogSearch, type GroupBy, readCatalogSearch } from './filters';
import { useViews } from './views';

function ViewsMenu({ search }: { search: CatalogSearch }) {
  const [open, setOpen] = useState(false);
  const { views, save, remove } = useViews(open);
  const address = stringifySearch(search);
  const current = views.find((view) => view.search === address);
  const saveCurrent = () => {
    const name = window.prompt('Name of this view', current?.name ?? '')?.trim();
    if (name) save({ name, search: address });
  };
  return (
    <Menu withinPortal={false} position="bottom-end" onOpen={() => setOpen(true)}>
      <Menu.Target>
        <IconButton label="Saved views">
          <IconBookmark size={16} aria-hidden />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        {views.length > 0 ? <Menu.Label>Saved views</Menu.Label> : null}
        {views.map((view) => (
          <Menu.Item
            key={view.name}
            renderRoot={(props) => (
              <Link to="/catalog" search={readCatalogSearch(parseSearch(view.search))} {...props} />
            )}
            rightSection={view === current ? <IconCheck size={14} aria-hidden /> : null}
          >
            {view.name}
          </Menu.Item>
        ))}
        {views.length > 0 ? <Menu.Divider /> : null}
        <Menu.Item onClick={saveCurrent}>Save this view</Menu.Item>
        {current ? (
          <Menu.Item onClick={() => remove(current.name)}>{`Delete "${current.name}"`}</Menu.Item>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}

function ColumnsMenu({
  columns,
  group,
  onColumns,
  onGroup,
}: {
  columns: { column: Column; shown: boolean }[];
  group: GroupBy | undefined;
  onColumns: (ids: string[]) => void;
  onGroup: (group: GroupBy | undefined) => void;
}) {
  const toggle = (id: string) =>
    onColumns(
      columns
        .filter(({ column, shown }) => (column.id === id ? !shown : shown))
        .map(({ column }) => column.id),
    );
  const groups: { id: GroupBy | undefined; label: string }[] = [
    { id: undefined, label: 'No grouping' },
    { id: 'owner', label: 'Owner' },
    { id: 'partOf', label: 'System' },
  ];
  return (
    <Menu withinPortal={false} position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <IconButton label="Columns and grouping">
          <IconColumns3 size={16} aria-hidden />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Columns</Menu.Label>
        {columns
          .filter(({ column }) => column.id !== 'name')
          .map(({ column, shown }) => (
            <Menu.CheckboxItem key={column.id} checked={shown} onChange={() => toggle(column.id)}>
              {column.label}
            </Menu.CheckboxItem>
          ))}
        <Menu.Divider />
        <Menu.Label>Group by</Menu.Label>
        {groups.map((each) => (
          <Menu.RadioItem
            key={each.label}
            value={each.label}
            checked={group === each.id}
            onChange={() => onGroup(each.id)}
          >
            {each.label}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function ExportMenu({ query, columns }: { query: EntityQuery; columns: Column[] }) {
  const run = (work: Promise<void>) => {
    work.catch((error: unknown) => toast.error('The export failed', messageOf(error)));
  };
  return (
    <Menu withinPortal={false} position="bottom-end">
      <Menu.Target>
        <IconButton label="Export">
          <IconDownload size={16} aria-hidden />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => run(exportCsv(query, columns))}>CSV, the columns in sight</Menu.Item>
        <Menu.Item onClick={() => run(exportJson(query))}>JSON, whole entities</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

export type CatalogMenusProps = {
  search: CatalogSearch;
  query: EntityQuery;
  columns: { column: Column; shown: boolean }[];
  onColumns: (ids: string[]) => void;
  onGroup: (group: GroupBy | undefined) => void;
};

export default function CatalogMenus({ search, query, columns, onColumns, onGroup }: CatalogMenusProps) {
  const shown = columns.filter((each) => each.shown).map((each) => each.column);
  return (
    <>
      <ViewsMenu search={search} />
      <ColumnsMenu columns={columns} group={search.group} onColumns={onColumns} onGroup={onGroup} />
      <ExportMenu query={query} columns={shown} />
    </>
  );
}
