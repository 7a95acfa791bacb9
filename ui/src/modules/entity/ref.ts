// Entity references: `kind:namespace/name`.

export type EntityRef = { kind: string; namespace: string; name: string };

type Named = { kind?: unknown; metadata?: { name?: unknown; namespace?: unknown } };

export const DEFAULT_NAMESPACE = 'default';

/**
 * Reads `[kind:][namespace/]name`. Returns undefined for text that is not a reference; entity data may hold anything.
 */
export function parseRef(
  text: string,
  defaults: { kind?: string; namespace?: string } = {},
): EntityRef | undefined {
  let rest = text.trim();
  let kind = defaults.kind;
  let namespace = defaults.namespace ?? DEFAULT_NAMESPACE;
  const colon = rest.indexOf(':');
  const slash = rest.indexOf('/');
  if (colon >= 0 && (slash < 0 || colon < slash)) {
    kind = rest.slice(0, colon);
    rest = rest.slice(colon + 1);
    if (kind === '') return undefined;
  }
  const cut = rest.indexOf('/');
  if (cut >= 0) {
    namespace = rest.slice(0, cut);
    rest = rest.slice(cut + 1);
    if (namespace === '') return undefined;
  }
  if (!kind || rest === '') return undefined;
  return { kind, namespace, name: rest };
}

/** The canonical form, in lower case. */
export function formatRef(ref: EntityRef): string {
  return `${ref.kind}:${ref.namespace}/${ref.name}`.toLowerCase();
}

/** The reference of an entity or of a part of one. */
export function refOf(entity: Named): EntityRef {
  return {
    kind: String(entity.kind ?? ''),
    namespace: String(entity.metadata?.namespace ?? DEFAULT_NAMESPACE),
    name: String(entity.metadata?.name ?? ''),
  };
}

export function refText(entity: Named): string {
  return formatRef(refOf(entity));
}

/** As short as it stays clear: without the default namespace, with the kind only if asked for. */
export function shortRef(ref: EntityRef): string {
  return ref.namespace === DEFAULT_NAMESPACE ? ref.name : `${ref.namespace}/${ref.name}`;
}
