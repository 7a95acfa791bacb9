// Creating from a template: what it makes, and its form.

import { IconEdit } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { isStatus } from '@/api/error';
import { entityByName } from '@/api/queries/entities';
import { parameterSchema } from '@/api/queries/scaffolder';
import { useTitle } from '@/app/useTitle';
import { buttonClass } from '@/components/Button';
import { Empty, ErrorNotice, Notice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { safeHref } from '@/components/safeHref';
import { Forbidden } from '@/modules/access/Forbidden';
import { EntityLink } from '@/modules/entity/EntityLink';
import { annotation, ownerOf, problemsOf, specText } from '@/modules/entity/entity';
import { KindIcon } from '@/modules/entity/KindIcon';
import { formatRef } from '@/modules/entity/ref';
import styles from '@/modules/scaffolder/wizard/Wizard.module.css';
import { StarButton } from '@/modules/stars/StarButton';

const loadForm = () => import('@/modules/scaffolder/wizard/WizardForm');
const WizardForm = lazy(loadForm);
const Markdown = lazy(() => import('@/components/Markdown'));

const route = getRouteApi('/create/templates/$namespace/$name');

export function WizardPage() {
  const { namespace, name } = route.useParams();
  // The form of another template must not inherit anything.
  return <TemplateWizard key={`${namespace}/${name}`} namespace={namespace} name={name} />;
}

function TemplateWizard({ namespace, name }: { namespace: string; name: string }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data: schema, error, refetch } = useQuery(parameterSchema(namespace, name));
  const { data: entity } = useQuery(entityByName('template', namespace, name));
  useTitle(schema ? `Create: ${schema.title}` : 'Create');
  // The form's own code is on its way while its schema is.
  useEffect(() => void loadForm(), []);
  // What the address brings goes into the draft; the address itself stays short.
  const [formData] = useState(search.formData);
  useEffect(() => {
    if (search.formData !== undefined && schema) {
      void navigate({ search: ({ formData: _, ...rest }) => rest, replace: true });
    }
  }, [search.formData, schema, navigate]);

  if (isStatus(error, 403)) {
    return <Forbidden what="create from this template" permission="scaffolder.template.parameter.read" />;
  }
  if (isStatus(error, 404)) {
    return (
      <Empty
        heading="h1"
        title={`No template named "${name}"`}
        actions={
          <Link to="/create" className={buttonClass('primary')}>
            See all templates
          </Link>
        }
      >
        It may have been renamed, or you may not see it.
      </Empty>
    );
  }
  if (!schema) {
    return (
      <div className={styles.loading} aria-busy={!error}>
        <h1 className="visually-hidden">{name}</h1>
        {error ? (
          <ErrorNotice title="This template can't be used" error={error} onRetry={() => void refetch()} />
        ) : (
          <>
            <Skeleton width={280} height={28} />
            <div style={{ height: 20 }} />
            <Skeleton height={280} />
          </>
        )}
      </div>
    );
  }
  const templateRef = formatRef({ kind: 'template', namespace, name });
  const owner = entity ? ownerOf(entity) : undefined;
  const edit = entity ? safeHref(annotation(entity, 'backstage.io/edit-url')) : undefined;
  const [problem] = entity ? problemsOf(entity) : [];
  return (
    <>
      <header className={styles.header}>
        <div className={styles.crumbs}>
          <Link to="/create">Create</Link>
          {entity && specText(entity, 'type') ? (
            <>
              <span aria-hidden>·</span>
              <span>{specText(entity, 'type')}</span>
            </>
          ) : null}
        </div>
        <div className={styles.top}>
          <div className={styles.title}>
            <KindIcon kind="template" size={22} />
            <h1>{schema.title}</h1>
            <StarButton entityRef={templateRef} name={schema.title} size={18} />
          </div>
          {edit ? (
            <a href={edit} target="_blank" rel="noopener noreferrer" className={buttonClass('default')}>
              <IconEdit size={16} aria-hidden />
              Edit
              <span className="visually-hidden"> (opens in a new tab)</span>
            </a>
          ) : null}
        </div>
        {schema.description ? (
          <div className={styles.about}>
            <Suspense fallback={<Skeleton width="60%" height={20} />}>
              <Markdown text={schema.description} />
            </Suspense>
          </div>
        ) : null}
        <div className={styles.facts}>
          {owner ? (
            <span>
              <span className="quiet">Owner</span>
              <EntityLink target={owner} />
            </span>
          ) : null}
          <Link to="/catalog/$namespace/$kind/$name/{-$tab}" params={{ namespace, kind: 'template', name }}>
            What it does
          </Link>
        </div>
        {problem ? (
          <Notice level="warning" title="This template has a problem">
            {problem.message}
          </Notice>
        ) : null}
      </header>
      <Suspense
        fallback={
          <div className={styles.loading}>
            <Skeleton height={280} />
          </div>
        }
      >
        <WizardForm
          templateRef={templateRef}
          schema={schema}
          page={(search.step ?? 1) - 1}
          formData={formData}
          onPage={(page) =>
            void navigate({
              search: (before) => ({ ...before, step: page === 0 ? undefined : page + 1 }),
              resetScroll: false,
            })
          }
        />
      </Suspense>
    </>
  );
}
