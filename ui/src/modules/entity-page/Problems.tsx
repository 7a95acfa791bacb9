// What the pipeline found wrong with an entity or with what led to it.

import { useQuery } from '@tanstack/react-query';
import type { Entity } from '@/api/catalog';
import { entityAncestry } from '@/api/queries/entities';
import { Notice } from '@/components/Notice';
import { EntityLink } from '@/modules/entity/EntityLink';
import { problemsOf } from '@/modules/entity/entity';
import { refOf, refText } from '@/modules/entity/ref';

export function Problems({ entity }: { entity: Entity }) {
  const ref = refOf(entity);
  const { data } = useQuery(entityAncestry(ref.kind, ref.namespace, ref.name));
  const own = problemsOf(entity);
  const above = (data?.items ?? [])
    .filter((item) => refText(item.entity) !== refText(entity))
    .flatMap((item) => problemsOf(item.entity).map((problem) => ({ ...problem, entity: item.entity })));
  return (
    <>
      {own.map((problem) => (
        <Notice
          key={problem.message}
          level={problem.level === 'warning' ? 'warning' : 'error'}
          title={
            problem.level === 'warning'
              ? 'Processing has a warning'
              : 'Processing failed; this is the last good state'
          }
        >
          {problem.message}
        </Notice>
      ))}
      {above.map((problem) => (
        <Notice
          key={`${refText(problem.entity)} ${problem.message}`}
          level="warning"
          title={
            <>
              Something on the way here failed: <EntityLink target={refOf(problem.entity)} />
            </>
          }
        >
          {problem.message}
        </Notice>
      ))}
    </>
  );
}
