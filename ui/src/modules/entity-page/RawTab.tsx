// The entity as the catalog stores it, as YAML or JSON.

import { Link } from '@tanstack/react-router';
import { stringify } from 'yaml';
import type { Entity } from '@/api/catalog';
import { buttonClass } from '@/components/Button';
import { CodeView } from '@/components/code/CodeView';
import { refOf } from '@/modules/entity/ref';
import { inReadingOrder } from './readingOrder';

export default function RawTab({ entity, format }: { entity: Entity; format: 'json' | undefined }) {
  const ref = refOf(entity);
  const ordered = inReadingOrder(entity);
  const text =
    format === 'json' ? `${JSON.stringify(ordered, null, 2)}\n` : stringify(ordered, { lineWidth: 0 });
  return (
    <CodeView
      text={text}
      label={format === 'json' ? 'JSON' : 'YAML'}
      actions={
        <Link
          to="/catalog/$namespace/$kind/$name/{-$tab}"
          params={{ namespace: ref.namespace, kind: ref.kind.toLowerCase(), name: ref.name, tab: 'raw' }}
          search={{ format: format === 'json' ? undefined : 'json' }}
          className={buttonClass('quiet', true)}
        >
          {format === 'json' ? 'Show YAML' : 'Show JSON'}
        </Link>
      }
    />
  );
}
