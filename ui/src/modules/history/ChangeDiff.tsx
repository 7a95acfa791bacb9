// What a change did to the entity's text.

import { stringify } from 'yaml';
import type { Change } from '@/api/catalog';
import { DiffView } from '@/components/code/DiffView';
import { diffLines } from '@/components/code/lineDiff';
import { inReadingOrder } from '@/modules/entity-page/readingOrder';

function yaml(entity: Change['before']): string {
  return entity ? stringify(inReadingOrder(entity), { lineWidth: 0 }) : '';
}

export default function ChangeDiff({ change }: { change: Change }) {
  const lines = diffLines(yaml(change.before), yaml(change.after));
  return <DiffView lines={lines} label={`What change ${change.sequence} did`} />;
}
