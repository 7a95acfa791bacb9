// What a task gave: links, texts, and whatever else its template names as output.

import { IconArrowRight, IconExternalLink } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { entityCard } from '@/api/queries/entityCards';
import type { TaskOutput as Output, OutputLink, OutputText } from '@/api/scaffolder';
import { buttonClass } from '@/components/Button';
import { Card } from '@/components/Card';
import { CopyButton } from '@/components/CopyButton';
import { Skeleton } from '@/components/Skeleton';
import { safeHref } from '@/components/safeHref';
import { displayName } from '@/modules/entity/entity';
import { formatRef, parseRef, shortRef } from '@/modules/entity/ref';
import styles from './Task.module.css';

const Markdown = lazy(() => import('@/components/Markdown'));

const record = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const records = <T,>(value: unknown): T[] => (Array.isArray(value) ? (value.filter(record) as T[]) : []);

export function TaskOutput({ output }: { output: Output }) {
  const links = records<OutputLink>(output.links);
  const texts = records<OutputText>(output.text);
  const others = Object.entries(output).filter(([key]) => key !== 'links' && key !== 'text');
  if (links.length + texts.length + others.length === 0) return null;
  return (
    <section className={styles.output} aria-label="Output">
      {links.length > 0 ? (
        <ul className={styles.links}>
          {links.map((link, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two links may be alike, and none ever moves
            <li key={index}>
              <OneLink link={link} />
            </li>
          ))}
        </ul>
      ) : null}
      {texts.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two texts may be alike, and none ever moves
        <Card key={index} title={text.title || 'Note'}>
          <Suspense fallback={<Skeleton height={40} />}>
            <Markdown text={String(text.content ?? '')} />
          </Suspense>
        </Card>
      ))}
      {others.length > 0 ? (
        <dl className={styles.values}>
          {others.map(([key, value]) => (
            <Value key={key} name={key} value={value} />
          ))}
        </dl>
      ) : null}
    </section>
  );
}

function OneLink({ link }: { link: OutputLink }) {
  const ref = link.entityRef ? parseRef(link.entityRef) : undefined;
  if (ref) return <EntityOutput target={formatRef(ref)} title={link.title} />;
  const href = safeHref(link.url);
  if (!href) {
    return (
      <span
        className="quiet"
        title="This address is not shown as a link because it is not http, https or mailto."
      >
        {[link.title, link.url ?? link.entityRef].filter(Boolean).join(': ')}
      </span>
    );
  }
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={buttonClass('default')}>
      <IconExternalLink size={16} aria-hidden />
      {link.title || href}
      <span className="visually-hidden"> (opens in a new tab)</span>
    </a>
  );
}

function EntityOutput({ target, title }: { target: string; title: string | undefined }) {
  const ref = parseRef(target);
  const { data } = useQuery(entityCard(target));
  if (!ref) return null;
  return (
    <Link
      to="/catalog/$namespace/$kind/$name/{-$tab}"
      params={{ namespace: ref.namespace, kind: ref.kind, name: ref.name }}
      className={buttonClass('primary')}
    >
      <IconArrowRight size={16} aria-hidden />
      {title || (data ? displayName(data) : shortRef(ref))}
    </Link>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <>
      <dt className="mono">{name}</dt>
      <dd>
        {typeof value === 'string' && safeHref(value) ? (
          <a href={safeHref(value)} target="_blank" rel="noopener noreferrer">
            {value}
            <span className="visually-hidden"> (opens in a new tab)</span>
          </a>
        ) : (
          <span className={`${styles.value} mono`}>{text}</span>
        )}
        <CopyButton iconOnly label={`Copy ${name}`} value={text ?? ''} />
      </dd>
    </>
  );
}
