// The tabs of an entity page; a tab without content does not exist.

import type { Entity } from '@/api/catalog';
import { specText } from '@/modules/entity/entity';

export type TabId = 'overview' | 'definition' | 'graph' | 'history' | 'raw';

export function tabsOf(entity: Entity): { id: TabId; label: string }[] {
  const tabs: { id: TabId; label: string }[] = [{ id: 'overview', label: 'Overview' }];
  if (entity.kind.toLowerCase() === 'api' && specText(entity, 'definition')) {
    tabs.push({ id: 'definition', label: 'Definition' });
  }
  if ((entity.relations ?? []).length > 0) tabs.push({ id: 'graph', label: 'Graph' });
  tabs.push({ id: 'history', label: 'History' }, { id: 'raw', label: 'Raw' });
  return tabs;
}
