// Register an existing URL: look first, see what it would bring, then register. Each error stands where it arises.

import { getRouteApi, Link } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { stringify } from 'yaml';
import type { Entity } from '@/api/catalog';
import { useTitle } from '@/app/useTitle';
import { Button, buttonClass } from '@/components/Button';
import { Card } from '@/components/Card';
import { CodeView } from '@/components/code/CodeView';
import { ErrorNotice, Notice } from '@/components/Notice';
import { GatedButton } from '@/modules/access/Gated';
import { CREATE_LOCATION } from '@/modules/access/permissions';
import { EntityLink } from '@/modules/entity/EntityLink';
import { displayName, metaText, specText } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { kindLook } from '@/modules/entity/kinds';
import { refOf, refText } from '@/modules/entity/ref';
import { shortTarget } from '@/modules/entity-page/locationRef';
import registerStyles from '@/modules/register/Register.module.css';
import { type Found, type Outcome, type Preview, useRegister } from '@/modules/register/useRegister';
import styles from './Page.module.css';

const route = getRouteApi('/catalog-import');

export function RegisterPage() {
  const { url } = route.useSearch();
  const navigate = route.useNavigate();
  const [text, setText] = useState(url ?? '');
  const { look, register } = useRegister();
  const started = useRef<string>(undefined);
  useTitle('Register');

  const { mutate: start } = look;
  const { reset: forget } = register;
  // The address names the URL that is being looked at, so a link to a preview can be sent around.
  useEffect(() => {
    if (!url || started.current === url) return;
    started.current = url;
    setText(url);
    forget();
    start(url);
  }, [url, start, forget]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const target = text.trim();
    if (!target) return;
    if (target === url) {
      forget();
      start(target);
    } else {
      void navigate({ search: { url: target } });
    }
  };

  return (
    <div className={styles.page}>
      <div className={styles.head}>
        <h1>Register a catalog file</h1>
      </div>
      <form onSubmit={submit}>
        <label className={registerStyles.label} htmlFor="register-url">
          Address of a catalog file or of a repository
        </label>
        <div className={registerStyles.form}>
          <input
            id="register-url"
            className={registerStyles.input}
            type="url"
            required
            placeholder="https://github.com/your-org/your-repo/blob/main/catalog-info.yaml"
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-describedby="register-help"
          />
          <Button type="submit" weight="primary" disabled={look.isPending}>
            {look.isPending ? 'Looking' : 'Look'}
          </Button>
        </div>
        <p id="register-help" className={registerStyles.help}>
          Nothing is stored before you have seen what it brings.
        </p>
      </form>
      <div className={registerStyles.steps} aria-live="polite">
        {look.error ? (
          <ErrorNotice
            title="This address cannot be registered"
            error={look.error}
            onRetry={() => url && start(url)}
          />
        ) : null}
        {look.data && !register.data ? (
          <Previews
            found={look.data}
            onRegister={(targets) => register.mutate(targets)}
            registering={register.isPending}
          />
        ) : null}
        {register.data ? <Outcomes outcomes={register.data} previews={look.data?.previews ?? []} /> : null}
      </div>
    </div>
  );
}

function Previews({
  found,
  onRegister,
  registering,
}: {
  found: Found;
  onRegister: (targets: string[]) => void;
  registering: boolean;
}) {
  const ready = found.previews.filter((preview) => !preview.exists && !preview.error);
  const count = ready.reduce((sum, preview) => sum + preview.entities.length, 0);
  return (
    <>
      {found.previews.map((preview) => (
        <PreviewCard key={preview.target} preview={preview} />
      ))}
      {found.previews.length === 0 ? <Suggestion entity={found.suggestion} /> : null}
      {ready.length > 0 ? (
        <div className={registerStyles.actions}>
          <GatedButton
            permission={CREATE_LOCATION}
            weight="primary"
            disabled={registering}
            onClick={() => onRegister(ready.map((preview) => preview.target))}
          >
            {registering ? 'Registering' : `Register ${count === 1 ? '1 entity' : `${count} entities`}`}
          </GatedButton>
        </div>
      ) : null}
    </>
  );
}

function PreviewCard({ preview }: { preview: Preview }) {
  if (preview.error) {
    return (
      <ErrorNotice title={`${shortTarget(preview.target)} cannot be registered`} error={preview.error} />
    );
  }
  return (
    <>
      {preview.exists ? (
        <Notice title="This file is registered already">
          Its entities are in the catalog. Open one of them to read it again from its source.
        </Notice>
      ) : null}
      <Card title={shortTarget(preview.target)} count={preview.entities.length} flush>
        <ul className={registerStyles.entities}>
          {preview.entities.map((entity) => (
            <EntityRow key={refText(entity)} entity={entity} known={preview.exists} />
          ))}
        </ul>
      </Card>
    </>
  );
}

function EntityRow({ entity, known }: { entity: Entity; known: boolean }) {
  return (
    <li>
      {known ? (
        <EntityLink target={refOf(entity)} title={displayName(entity)} />
      ) : (
        <>
          <KindIcon kind={entity.kind} />
          <strong>{displayName(entity)}</strong>
        </>
      )}
      <span className={`${registerStyles.what} ellipsis`}>
        {metaText(entity, 'description') ?? specText(entity, 'target') ?? ''}
      </span>
      <span className="quiet">
        {[kindLook(entity.kind).label, specText(entity, 'type')].filter(Boolean).join(' · ')}
      </span>
    </li>
  );
}

function Suggestion({ entity }: { entity: Entity | undefined }) {
  return (
    <>
      <Notice level="warning" title="There is no catalog file at this address yet">
        Add a file named catalog-info.yaml to the repository, then register its address.
      </Notice>
      {entity ? <CodeView text={stringify(entity)} label="A start for catalog-info.yaml" /> : null}
    </>
  );
}

function Outcomes({ outcomes, previews }: { outcomes: Outcome[]; previews: Preview[] }) {
  const good = outcomes.filter((outcome) => !outcome.error);
  const entities = previews
    .filter((preview) => good.some((outcome) => outcome.target === preview.target))
    .flatMap((preview) => preview.entities)
    .filter((entity) => entity.kind.toLowerCase() !== 'location');
  return (
    <>
      {outcomes
        .filter((outcome) => outcome.error)
        .map((outcome) => (
          <ErrorNotice
            key={outcome.target}
            title={`${shortTarget(outcome.target)} was not registered`}
            error={outcome.error}
          />
        ))}
      {good.length > 0 ? (
        <Notice title="Registered">The entities appear in the catalog as soon as they are processed.</Notice>
      ) : null}
      {entities.length > 0 ? (
        <Card title="On their way" count={entities.length} flush>
          <ul className={registerStyles.entities}>
            {entities.map((entity) => (
              <EntityRow key={refText(entity)} entity={entity} known />
            ))}
          </ul>
        </Card>
      ) : null}
      <div className={registerStyles.actions}>
        <Link to="/catalog-import" className={buttonClass('default')} reloadDocument={false}>
          Register another
        </Link>
      </div>
    </>
  );
}
