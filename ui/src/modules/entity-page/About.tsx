// The right side of an entity page: links, tags, labels and annotations, and how the entity got here.

import { Link } from '@tanstack/react-router';
import type { Entity } from '@/api/catalog';
import { Card } from '@/components/Card';
import { CopyButton } from '@/components/CopyButton';
import { MiddleText } from '@/components/MiddleText';
import { SafeLink } from '@/components/SafeLink';
import { annotation, type EntityLink as LinkData, text, texts } from '@/modules/entity/entity';
import { refText } from '@/modules/entity/ref';
import styles from './About.module.css';

function isLink(value: unknown): value is LinkData {
  return typeof value === 'object' && value !== null && typeof (value as { url?: unknown }).url === 'string';
}

export function LinksCard({ entity }: { entity: Entity }) {
  const raw: unknown = entity.metadata.links;
  const links = Array.isArray(raw) ? raw.filter(isLink) : [];
  if (links.length === 0) return null;
  return (
    <Card title="Links">
      <ul className={styles.links}>
        {links.map((link) => (
          <li key={`${link.url} ${link.title ?? ''}`}>
            <SafeLink address={link.url}>{text(link.title)}</SafeLink>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function pairs(value: unknown): [string, string][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).map(([key, each]) => [key, String(each)])
    : [];
}

export function AboutCard({ entity }: { entity: Entity }) {
  const tags = texts(entity.metadata.tags);
  const labels = pairs(entity.metadata.labels);
  const annotations = pairs(entity.metadata.annotations);
  const kind = entity.kind.toLowerCase();
  const orphan = annotation(entity, 'backstage.io/orphan') === 'true';
  return (
    <Card title="About">
      <dl className={styles.list}>
        <dt>Reference</dt>
        <dd className={styles.reference}>
          <span className={`${styles.refText} mono`}>
            <MiddleText text={refText(entity)} />
          </span>
          <CopyButton iconOnly label="Copy the reference" value={refText(entity)} />
        </dd>
        {tags.length > 0 ? (
          <>
            <dt>Tags</dt>
            <dd className={styles.tags}>
              {tags.map((tag) => (
                <Link
                  key={tag}
                  to="/catalog"
                  search={{ kind: kind === 'component' ? undefined : kind, tag: [tag] }}
                  className={styles.tag}
                >
                  {tag}
                </Link>
              ))}
            </dd>
          </>
        ) : null}
        {orphan ? (
          <>
            <dt>Orphan</dt>
            <dd>Nothing that is registered brings this entity any more.</dd>
          </>
        ) : null}
        {labels.length > 0 ? (
          <>
            <dt>Labels</dt>
            <dd className={styles.tags}>
              {labels.map(([key, value]) => (
                <span key={key} className={styles.tag} title={`${key}: ${value}`}>
                  <span className="quiet">{key.slice(key.indexOf('/') + 1)}</span> {value}
                </span>
              ))}
            </dd>
          </>
        ) : null}
      </dl>
      {annotations.length > 0 ? (
        <details className={styles.pairs} style={{ marginTop: 12 }}>
          <summary>{annotations.length === 1 ? '1 annotation' : `${annotations.length} annotations`}</summary>
          <dl>
            {annotations.map(([key, value]) => (
              <Pair key={key} name={key} value={value} />
            ))}
          </dl>
        </details>
      ) : null}
    </Card>
  );
}

function Pair({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt title={name}>{name}</dt>
      <dd className="mono">{value}</dd>
    </>
  );
}
