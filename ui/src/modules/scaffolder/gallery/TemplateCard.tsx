// One template as a card: what it makes, whose it is, and one click to its form.

import { IconAlertTriangle } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Entity } from '@/api/catalog';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, metaText, ownerOf, problemsOf, specText, texts } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { refOf, refText } from '@/modules/entity/ref';
import { StarToggle } from '@/modules/stars/StarButton';
import styles from './Gallery.module.css';

const TAGS = 5;

export function TemplateCard({
  entity,
  starred,
  onStar,
  onTag,
}: {
  entity: Entity;
  starred: boolean;
  onStar: () => void;
  onTag: (tag: string) => void;
}) {
  const ref = refOf(entity);
  const title = displayName(entity);
  const owner = ownerOf(entity);
  const tags = texts(entity.metadata.tags);
  const [problem] = problemsOf(entity);
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <KindIcon kind="template" />
        <h2 className={styles.name}>
          <Link
            to="/create/templates/$namespace/$name"
            params={{ namespace: ref.namespace, name: ref.name }}
            className={styles.cardLink}
            data-template={refText(entity)}
          >
            {title}
          </Link>
        </h2>
        <span className={styles.over}>
          <StarToggle on={starred} onToggle={onStar} name={title} />
        </span>
      </div>
      <p className={styles.description}>{metaText(entity, 'description') ?? ''}</p>
      {problem ? (
        <p className={styles.problem} title={problem.message}>
          <IconAlertTriangle size={14} aria-hidden />
          <span className="ellipsis">{problem.message}</span>
        </p>
      ) : null}
      <div className={styles.foot}>
        <span className={`${styles.over} ${styles.owner}`}>
          {owner ? <EntityLink target={owner} /> : null}
        </span>
        {specText(entity, 'type') ? <span className="quiet">{specText(entity, 'type')}</span> : null}
        <span className={styles.tags}>
          {tags.slice(0, TAGS).map((tag) => (
            <button
              key={tag}
              type="button"
              className={`${styles.tag} ${styles.over}`}
              aria-label={`Only templates with the tag ${tag}`}
              onClick={() => onTag(tag)}
            >
              {tag}
            </button>
          ))}
          {tags.length > TAGS ? (
            <span className="quiet" title={tags.slice(TAGS).join(', ')}>
              {`+${tags.length - TAGS}`}
            </span>
          ) : null}
        </span>
      </div>
    </li>
  );
}
