// "Why can or cannot X do Y": the decision, and every role, policy and condition that had a say in it.

import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { type Explanation, explanation, pluginPolicies, rolePartsOf, type Step } from '@/api/queries/rbac';
import { IconButton } from '@/components/Button';
import { Card } from '@/components/Card';
import { Empty, ErrorNotice } from '@/components/Notice';
import { Skeleton } from '@/components/Skeleton';
import { EntityLink } from '@/modules/entity/EntityLink';
import { EntityPicker } from '@/modules/entity/EntityPicker';
import styles from './Rbac.module.css';
import { Result } from './Result';
import { sourceLabel } from './sources';

const route = getRouteApi('/rbac');

/** A person that was picked, with a way to pick another; the picker until then. */
export function Picked({
  label,
  placeholder,
  kinds,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  kinds?: string[];
  value: string | undefined;
  onChange: (ref: string | undefined) => void;
}) {
  return (
    <div className={styles.question}>
      <span className={styles.label}>{label}</span>
      {value ? (
        <span className={styles.picked}>
          <EntityLink target={value} />
          <IconButton small label={`Clear: ${label}`} onClick={() => onChange(undefined)}>
            <IconX size={14} aria-hidden />
          </IconButton>
        </span>
      ) : (
        <EntityPicker
          label={label}
          placeholder={placeholder}
          {...(kinds ? { kinds } : {})}
          onPick={onChange}
        />
      )}
    </div>
  );
}

export function Why() {
  const { user, permission, ref } = route.useSearch();
  const navigate = useNavigate();
  const plugins = useQuery(pluginPolicies());
  const all = (plugins.data ?? []).flatMap(({ pluginId, policies }) =>
    policies.map((each) => ({ ...each, pluginId })),
  );
  const chosen = all.find((each) => each.name === permission);
  const onThing = chosen?.resourceType;
  const asked = useQuery(
    explanation({
      userEntityRef: user ?? '',
      permission: permission ?? '',
      ...(chosen?.policy && chosen.policy !== 'use' ? { action: chosen.policy } : {}),
      ...(onThing ? { resourceType: onThing } : {}),
      ...(ref && onThing ? { resourceRef: ref } : {}),
    }),
  );
  const set = (next: {
    user?: string | undefined;
    permission?: string | undefined;
    ref?: string | undefined;
  }) =>
    void navigate({
      to: '/rbac',
      search: { tab: 'why', user, permission, ref, ...next },
      replace: true,
    });
  return (
    <>
      <div className={styles.questions}>
        <Picked
          label="Who"
          placeholder="Find a user"
          kinds={['user']}
          value={user}
          onChange={(next) => set({ user: next })}
        />
        <div className={styles.question}>
          <label className={styles.label} htmlFor="why-permission">
            May do what
          </label>
          <select
            id="why-permission"
            className={styles.select}
            value={permission ?? ''}
            onChange={(event) => set({ permission: event.target.value || undefined, ref: undefined })}
          >
            <option value="">Choose a permission</option>
            {(plugins.data ?? []).map(({ pluginId, policies }) => (
              <optgroup key={pluginId} label={pluginId}>
                {policies.map(({ name }) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </optgroup>
            ))}
          </select>
        </div>
        {onThing === 'catalog-entity' ? (
          <Picked
            label="With which entity"
            placeholder="Any; find one to be exact"
            value={ref}
            onChange={(next) => set({ ref: next })}
          />
        ) : onThing ? (
          <div className={styles.question}>
            <label className={styles.label} htmlFor="why-ref">
              {`With which ${onThing}`}
            </label>
            <input
              id="why-ref"
              className={styles.input}
              placeholder="Any; write a reference to be exact"
              defaultValue={ref ?? ''}
              onBlur={(event) => set({ ref: event.target.value.trim() || undefined })}
              onKeyDown={(event) => {
                if (event.key === 'Enter') set({ ref: event.currentTarget.value.trim() || undefined });
              }}
            />
          </div>
        ) : null}
      </div>
      <div aria-live="polite">
        {plugins.error ? (
          <ErrorNotice
            title="The permissions could not be read"
            error={plugins.error}
            onRetry={() => void plugins.refetch()}
          />
        ) : null}
        {!user || !permission ? (
          <Empty title="Choose a user and a permission">
            Every role, policy and condition that has a say shows here, and which of them decides.
          </Empty>
        ) : asked.error ? (
          <ErrorNotice
            title="It could not be decided"
            error={asked.error}
            onRetry={() => void asked.refetch()}
          />
        ) : asked.data ? (
          <Answer answer={asked.data} />
        ) : (
          <Skeleton height={120} />
        )}
      </div>
    </>
  );
}

const KINDS = { policy: 'Policy', condition: 'Condition', superuser: 'Super user', default: 'Default' };
const EFFECTS = { allow: 'allows', deny: 'denies', conditional: 'depends' };

export function RoleLink({ name }: { name: string }) {
  return (
    <Link to="/rbac/roles/$kind/$namespace/$name" params={rolePartsOf(name)}>
      {name.replace(/^role:(default\/)?/, '')}
    </Link>
  );
}

function Answer({ answer }: { answer: Explanation }) {
  // What decided comes first; what lost stays in sight, because that is what people wonder about.
  const steps = [...answer.steps].sort((a, b) => Number(b.decided ?? true) - Number(a.decided ?? true));
  return (
    <div className={styles.stack}>
      <div className={styles.answer}>
        <Result outcome={answer.result} />
      </div>
      <Card title="How it was decided" count={steps.length} flush>
        <ul className={styles.steps}>
          {steps.map((step) => (
            <StepItem key={`${step.role} ${step.kind} ${step.effect} ${step.detail}`} step={step} />
          ))}
        </ul>
      </Card>
      {answer.user ? (
        <Card title="Roles of this user" count={answer.user.roles.length} flush>
          <ul className={styles.steps}>
            {answer.user.roles.map(({ role, source, via }) => (
              <li key={role}>
                <RoleLink name={role} />
                <span className="quiet">
                  {via.length > 0 ? `through ${via.join(' → ')}` : 'named directly'}
                </span>
                <span className={`${styles.end} quiet`}>{sourceLabel(source)}</span>
              </li>
            ))}
            {answer.user.roles.length === 0 ? <li className="quiet">None.</li> : null}
          </ul>
        </Card>
      ) : null}
    </div>
  );
}

function StepItem({ step }: { step: Step }) {
  const decided = step.decided ?? true;
  return (
    <li className={decided ? undefined : styles.lost}>
      <span className={`${styles.effect} ${styles[step.effect]}`}>
        {`${KINDS[step.kind]} ${EFFECTS[step.effect]}`}
      </span>
      {step.role ? <RoleLink name={step.role} /> : null}
      <span className={styles.detail}>{step.detail}</span>
      <span className={`${styles.end} quiet`}>
        {decided ? step.source && sourceLabel(step.source) : 'did not count'}
      </span>
    </li>
  );
}
