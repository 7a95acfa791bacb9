// What could be there and is not, each in one line with the text to copy.

import type { Entity } from '@/api/catalog';
import { CopyButton } from '@/components/CopyButton';
import { annotation, metaText, specText } from '@/modules/entity/entity';
import styles from './About.module.css';

export type Offer = { missing: string; add: string; example: string };

/** Kinds that have documentation of their own. */
const DOCUMENTED = new Set(['component', 'api', 'system', 'domain', 'resource', 'template']);
/** Kinds that somebody should own. */
const OWNED = new Set(['component', 'api', 'system', 'domain', 'resource', 'template']);

export function offersOf(entity: Entity): Offer[] {
  const kind = entity.kind.toLowerCase();
  const links: unknown = entity.metadata.links;
  const offers: (Offer | false)[] = [
    OWNED.has(kind) &&
      !specText(entity, 'owner') && {
        missing: 'No owner yet',
        add: 'spec.owner',
        example: 'spec:\n  owner: group:default/your-team\n',
      },
    !metaText(entity, 'description') &&
      kind !== 'user' &&
      kind !== 'location' && {
        missing: 'No description yet',
        add: 'metadata.description',
        example: 'metadata:\n  description: What it does, in one sentence\n',
      },
    DOCUMENTED.has(kind) &&
      !annotation(entity, 'backstage.io/techdocs-ref') && {
        missing: 'No docs yet',
        add: 'backstage.io/techdocs-ref',
        example: 'metadata:\n  annotations:\n    backstage.io/techdocs-ref: dir:.\n',
      },
    kind !== 'location' &&
      !(Array.isArray(links) && links.length > 0) && {
        missing: 'No links yet',
        add: 'metadata.links',
        example: 'metadata:\n  links:\n    - url: https://example.com/dashboard\n      title: Dashboard\n',
      },
  ];
  return offers.filter((offer): offer is Offer => offer !== false);
}

export function Offers({ entity }: { entity: Entity }) {
  const offers = offersOf(entity);
  if (offers.length === 0) return null;
  return (
    <ul className={styles.offers} aria-label="What could be there">
      {offers.map((offer) => (
        <li key={offer.add} className={styles.offer}>
          <span>
            {offer.missing} — add <span className="mono">{offer.add}</span>
          </span>
          <CopyButton iconOnly label={`Copy an example of ${offer.add}`} value={offer.example} />
        </li>
      ))}
    </ul>
  );
}
